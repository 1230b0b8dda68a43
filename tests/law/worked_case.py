"""Reads a worked case (cases/*.yaml) into the lines that a bank would send and what must come of each.

The form is told in cases/README.md. Nothing here knows a rule of the law: it fills standard forms and names.
"""

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases"
STANDARD_LOAN = "甲1"
_STEP = re.compile(
    r"(?P<name>[a-z-]+)(?: of (?P<of>\S+))? by (?P<by>\S+) at (?P<time>[0-9: .-]+[0-9])"
    r"(?:, recorded (?P<recorded>[0-9: .-]+[0-9]))?"
)
_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")
_EVENT_ID = "id of "


class _PlainText(yaml.CSafeLoader):
    """YAML without its dates: a day stays the text that it is."""


_PlainText.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line that comes in, and the answer that it must get."""

    line: bytes
    refused: str | None = None
    """The code that it is refused with; None: it is accepted."""
    field: str | None = None
    basis: list[str] | None = None
    dead_letter: str | None = None
    repeated: bool = False
    """The receipt of an earlier message comes again."""


@dataclass(frozen=True, slots=True)
class ExpectedEvent:
    """One event that must come out."""

    type: str
    subject: str
    fields: dict[str, Any]


@dataclass(slots=True)
class WorkedCase:
    """A case, ready to be run."""

    path: Path
    title: str
    scheme: str
    articles: list[str]
    working: str
    begin: list[Step]
    """What went before: accepted, and its events are not looked at."""
    steps: list[Step] = field(default_factory=list)
    until: str | None = None
    events: list[ExpectedEvent] = field(default_factory=list)


def instant(text: str) -> str:
    """Write `2014-07-08 17:00` as an instant in the law's zone; other text stays as it is."""
    if not _MINUTE.fullmatch(text):
        return text
    day, clock = text.split(" ")
    return f"{day}T{clock if clock.count(':') == 2 else clock + ':00'}+08:00"


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainText)  # noqa: S506 - a SafeLoader without dates


@cache
def _defaults(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = _read(path)
    return read


def defaults(folder: Path = CASES) -> dict[str, Any]:
    """What every case of a folder takes for granted: the nearest `defaults.yaml`, from the folder up."""
    path = folder / "defaults.yaml"
    return _defaults(path) if path.is_file() else defaults(folder.parent)


@cache
def all_cases() -> tuple[WorkedCase, ...]:
    """Every worked case, in the order of their paths."""
    paths = sorted(path for path in CASES.rglob("*.yaml") if path.name != "defaults.yaml")
    return tuple(read_case(path) for path in paths)


def read_case(path: Path) -> WorkedCase:
    """Read one worked case.

    Raises:
        ValueError: a step, a name or a key is not of the form.
    """
    told = _read(path)
    unknown = set(told) - {"title", "articles", "working", "begin", "prelude", "loans", "messages", "until", "events"}
    if unknown:
        raise ValueError(f"{path.name}: unknown keys {sorted(unknown)}")
    standard = defaults(path.parent)
    writer = _Writer(standard, told.get("loans", {}))
    before = list(standard["prelude"]) if told.get("prelude", True) else []
    stages = standard["stages"]
    if "begin" in told:
        names = list(stages)
        before += [stages[name] for name in names[: names.index(told["begin"]) + 1]]
    begin = [writer.step(one) for one in before]
    case = WorkedCase(path, told["title"], standard["scheme"], told["articles"], told["working"], begin)
    case.steps = [writer.step(one) for one in told["messages"]]
    case.until = None if "until" not in told else instant(told["until"])
    case.events = [writer.event(one) for one in told.get("events", [])]
    return case


class _Writer:
    """Writes messages and expectations out in full, in one case's names."""

    def __init__(self, standard: dict[str, Any], loans: dict[str, dict[str, Any]]) -> None:
        self._standard = standard
        self._banks = {name: bank["code"] for name, bank in standard["banks"].items()}
        self._loans = {STANDARD_LOAN: {}, **loans}
        self._named = {name: self._subject(name) for name in self._mentioned()}
        self._count = 0

    # --- names

    def _loan(self, name: str) -> dict[str, Any]:
        return {**self._standard["loan"], "enterprise": name[0], **self._loans.get(name, {})}

    def _roles(self, loan: dict[str, Any]) -> dict[str, str]:
        """The codes of a loan's banks, by their roles."""
        return {role: self._banks[bank] for role, bank in loan.items() if role != "enterprise"}

    def _subject(self, of: str | None) -> str:
        name = of or STANDARD_LOAN
        fixed: dict[str, str] = self._standard["subjects"]
        if name in fixed:
            return fixed[name]
        if "/" in name:
            bank, month = name.split("/")
            return f"report/{self._banks[bank]}/{month}"
        if name in self._banks:
            return f"bank/{self._banks[name]}"
        if name in self._standard["enterprises"]:
            enterprise = self._standard["enterprises"][name]
            return f"enterprise/{enterprise.get('uscc') or enterprise['org_code']}"
        return Template(self._standard["loan_subject"]).substitute(self._roles(self._loan(name)), loan=name)

    def _account(self, bank: str) -> dict[str, str]:
        return {"name": "周转贷款专户", "number": f"6200{self._banks[bank]}", "bank_code": self._banks[bank]}

    def _names(self, loan_name: str) -> dict[str, Any]:
        """What `$name` stands for in a message about a loan."""
        loan = self._loan(loan_name)
        enterprise = loan["enterprise"]
        if isinstance(enterprise, str):
            enterprise = self._standard["enterprises"][enterprise]
        accounts = {field: self._account(loan[role]) for field, role in self._standard.get("accounts", {}).items()}
        return {
            **self._banks,
            **{f"{bank}_account": self._account(bank) for bank in self._banks},
            **self._named,
            "loan": loan_name,
            **self._roles(loan),
            "enterprise": enterprise,
            "enterprise_name": enterprise["name"],
            "enterprise_uscc": enterprise.get("uscc"),
            "enterprise_org_code": enterprise.get("org_code"),
            **accounts,
        }

    def _mentioned(self) -> list[str]:
        enterprises = self._standard["enterprises"]
        loans = (f"{name}{number}" for name in enterprises for number in range(1, 4))
        return [*self._loans, *enterprises, *self._standard["subjects"], *loans]

    def _fill(self, value: Any, names: dict[str, Any]) -> Any:
        if isinstance(value, dict):
            return {key: self._fill(one, names) for key, one in value.items()}
        if isinstance(value, list):
            return [self._fill(one, names) for one in value]
        if isinstance(value, str) and "$" in value:
            return deepcopy(names[value[1:]]) if value[1:] in names else Template(value).substitute(names)
        return value

    # --- messages

    def step(self, told: str | dict[str, Any]) -> Step:
        """Write one step's line."""
        if isinstance(told, str):
            told = {told: None}
        expected = {key: told[key] for key in ("refused", "field", "basis", "dead_letter", "repeated") if key in told}
        more = {key: told[key] for key in ("id", "attributes") if key in told}
        if "line" in told:
            return Step(told["line"].encode(), **expected)
        sentences = [key for key in told if key not in expected and key not in more]
        if len(sentences) != 1:
            raise ValueError(f"not one sentence: {sentences}")
        return Step(self._line(sentences[0], told[sentences[0]] or {}, **more), **expected)

    def _line(
        self,
        sentence: str,
        differs: dict[str, Any],
        id: str | None = None,  # noqa: A002 - the envelope's own word
        attributes: dict[str, Any] | None = None,
    ) -> bytes:
        match = _STEP.fullmatch(sentence)
        if match is None:
            raise ValueError(f"not a step: {sentence!r}")
        form = self._standard["messages"][match["name"]]
        of = match["of"] or form.get("of")
        subject = self._subject(of)
        loan = of if of and self._is_loan(of) else STANDARD_LOAN
        names = self._names(of if of in self._standard["enterprises"] else loan)
        names["day"] = match["time"][:10]
        names["reference"] = f"{match['name']}-{loan}-{match['time'].replace(' ', 'T')}"
        self._count += 1
        envelope: dict[str, Any] = {
            "specversion": "1.0",
            "id": id or f"m-{self._count}",
            "source": self._standard["offices"].get(match["by"]) or f"urn:bank:{self._banks[match['by']]}",
            "type": form["type"],
            "subject": subject,
            "time": instant(match["time"]),
            "scheme": self._standard["scheme"],
            "datacontenttype": "application/json",
            "data": _merge(self._fill(form["data"], names), self._fill(differs, names)),
        }
        if match["recorded"]:
            envelope["recordedtime"] = instant(match["recorded"])
        return json.dumps(_merge(envelope, self._fill(attributes or {}, names)), ensure_ascii=False).encode()

    # --- events

    def event(self, told: str | dict[str, Any]) -> ExpectedEvent:
        """Write one expected event out."""
        sentence, fields = next(iter(told.items())) if isinstance(told, dict) else (told, {})
        type_, _, of = sentence.partition(" of ")
        filled = self._fill(fields or {}, self._names(of if of and self._is_loan(of) else STANDARD_LOAN))
        texts = {key: instant(value) if isinstance(value, str) else value for key, value in filled.items()}
        return ExpectedEvent(f"{type_}.v1", self._subject(of or None), texts)

    def _is_loan(self, name: str) -> bool:
        return self._subject(name).startswith(self._standard["loan_subject"].partition("/")[0] + "/")


def _merge(base: Any, differs: Any) -> Any:
    """Put what differs into a standard form; None leaves a field out."""
    if not isinstance(base, dict) or not isinstance(differs, dict):
        return differs
    merged = {**base, **{key: _merge(base.get(key), value) for key, value in differs.items()}}
    return {key: value for key, value in merged.items() if value is not None or key not in differs}


def names_event(value: Any) -> str | None:
    """Return the type of the event whose id an expectation names (`id of bridge.overdue`), or None."""
    if isinstance(value, str) and value.startswith(_EVENT_ID):
        return f"{value.removeprefix(_EVENT_ID)}.v1"
    return None
