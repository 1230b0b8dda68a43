"""Lists in the documents are the code's lists, and links lead somewhere."""

import re
from base64 import b64decode
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import orjson
import pytest
import yaml
from snippets import DOCUMENTS, ROOT

from drawbridge import shipped
from drawbridge.bank.events.answers import DeadLetterLine
from drawbridge.bank.messages import MODELS
from drawbridge.bank.rejects import Code
from drawbridge.cli import COMMANDS
from drawbridge.law import SCHEMES
from drawbridge.replay import Replay
from drawbridge.settings import ROLES, Settings
from drawbridge.signing.verdict import Reason
from drawbridge.watch.alerts import RULES
from drawbridge.watch.metrics import METRICS

DOCS = ROOT / "docs"
BAD_EXAMPLES = sorted((ROOT / "schemas" / "examples" / "bad").glob("*.json"))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


def rows(document: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without the table's own heading."""
    text = document.read_text(encoding="utf-8")
    _, found, under = text.partition(f"\n{heading}\n")
    assert found, f"{document.name} has no heading “{heading}”"
    section = re.split(r"^#", under, maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]]


def first_words(table: list[list[str]]) -> list[str]:
    """The first word in code of each row."""
    return [row[0].split("`")[1] for row in table]


def test_the_bank_guide_explains_every_code_once() -> None:
    """Whatever a receipt says, the guide says what it means, by which article, and what to do."""
    told = rows(DOCS / "bank-guide.md", "## Every code")
    assert first_words(told) == [code.value for code in Code]
    assert all(len(row) == 4 and all(row) for row in told)


def test_the_bank_guide_explains_every_dead_letter() -> None:
    """Why bytes were not answered: each reason, and no other."""
    reasons = get_args(DeadLetterLine.model_fields["reason"].annotation)
    assert first_words(rows(DOCS / "bank-guide.md", "## Dead letters")) == list(reasons)


def test_the_bank_guide_explains_every_refused_signature() -> None:
    """Why a signature does not count: each reason, in the order in which they are looked for, and no other."""
    assert first_words(rows(DOCS / "bank-guide.md", "### To try a signer")) == list(Reason)


def test_the_bank_guide_shows_the_string_of_the_binary_mode_as_it_is() -> None:
    """What a bank's engineer builds after the guide is what is signed in the vectors, to the data."""
    shown = (DOCS / "bank-guide.md").read_text(encoding="utf-8").partition("```text\ndrawbridge-binary-1\n")[2]
    vectors = orjson.loads((ROOT / "schemas" / "signing" / "vectors.json").read_bytes())
    signed = b64decode(next(case["signed_base64"] for case in vectors["cases"] if case["mode"] == "binary")).decode()
    assert signed.startswith("drawbridge-binary-1\n" + shown.partition(",…}")[0])


def test_the_bank_guide_lists_every_message() -> None:
    """A bank or an operator finds each message there is, in the order of a case's life."""
    assert first_words(rows(DOCS / "bank-guide.md", "## Every message")) == list(MODELS)


def test_the_operator_guide_lists_every_alert_with_its_runbook() -> None:
    """Whatever an alert says, its page stands beside the guide."""
    told = rows(DOCS / "operator-guide.md", "## Alerts")
    assert first_words(told) == list(RULES)
    for (_, severity, page), rule in zip(told, RULES.values(), strict=True):
        assert LINK.findall(page) == [f"runbooks/{rule.runbook}"]
        assert severity.split()[0].strip(",") == rule.severity({"working_days_left": 5, "ruling": "revoked"})


def test_there_is_a_runbook_for_each_alert_and_no_other() -> None:
    """No alert names a page that is not there, and no page waits for an alert that never comes."""
    there = {path.name for path in (DOCS / "runbooks").glob("*.md")}
    assert there == {rule.runbook for rule in RULES.values()}


def test_the_operator_guide_lists_every_setting() -> None:
    """A setting that nobody can read of does not exist."""
    told = first_words(rows(DOCS / "operator-guide.md", "## Settings"))
    assert told == [f"DRAWBRIDGE_{name.upper()}" for name in Settings.__dataclass_fields__]


def test_the_operator_guide_lists_every_metric() -> None:
    """Name, kind, unit, labels and what it says, as the code has them, in its order."""
    told = rows(DOCS / "operator-guide.md", "## Metrics")
    listed = []
    for metric in METRICS:
        labels = ", ".join(f"`{label}`" for label in metric.labels) or "–"
        listed.append([f"`{metric.name}`", metric.kind, metric.unit, labels, metric.help])
    assert told == listed


def test_the_operator_guide_lists_every_alarm() -> None:
    """Those that monitors raise of the service itself: name, severity and page, as the rules have them."""
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "rules.yml").read_text(encoding="utf-8"))
    alarms = [rule for group in rules["groups"] for rule in group["rules"]]
    told = rows(DOCS / "operator-guide.md", "### Alarms of the service")
    assert [(row[0].strip("`"), row[1], *LINK.findall(row[2])) for row in told] == [
        (alarm["alert"], alarm["labels"]["severity"], alarm["annotations"]["runbook"].removeprefix("docs/"))
        for alarm in alarms
    ]


def test_the_operator_guide_lists_every_role() -> None:
    """What runs in a worker."""
    assert first_words(rows(DOCS / "operator-guide.md", "## The worker")) == list(ROLES)


def test_the_readme_lists_every_command() -> None:
    """What `drawbridge --help` lists, in the same words' order."""
    assert first_words(rows(ROOT / "README.md", "## The commands")) == list(COMMANDS)


def test_the_map_of_the_rooms_names_every_package() -> None:
    """From the README one finds into each folder of the source, and into no other."""
    package = ROOT / "src" / "drawbridge"
    there = {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    there |= {path.name for path in package.glob("*.py")} - {"__init__.py", "__main__.py"}
    told = [word for row in rows(ROOT / "README.md", "## The rooms") for word in re.findall(r"`([^`]+)`", row[0])]
    assert sorted(told) == sorted(there | {"data/"})


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    """A link within the project names a file (and a heading) that exists."""
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{document.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{document.name}: {link}"


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_path_that_a_document_names_exists() -> None:
    """A file named in code (`src/…`, `tests/…`) is where it is said to be."""
    for document in DOCUMENTS:
        text = FENCED.sub("", document.read_text(encoding="utf-8"))
        for path in re.findall(r"`((?:src|tests|docs|schemas|deploy|tools)/[^`\s<>…*{}]*)`", text):
            assert (ROOT / path).exists(), f"{document.name} names {path}"


@pytest.mark.parametrize("example", BAD_EXAMPLES, ids=[path.stem for path in BAD_EXAMPLES])
def test_the_bank_guide_names_the_articles_of_a_refusal(example: Path) -> None:
    """The articles that a receipt cites are those in the guide."""
    told = orjson.loads(example.read_bytes())
    good = example.parents[1] / "good"
    replay = Replay(SCHEMES.get(told["message"]["scheme"], SCHEMES["zhenjiang-2013"]), shipped.calendar())
    for name in told["history"]:
        replay.answer(orjson.dumps(orjson.loads((good / f"{name}.json").read_bytes())))
    receipt = orjson.loads(replay.answer(orjson.dumps(told["message"])).receipt or b"{}")
    assert receipt["data"]["code"] == told["code"]
    articles = {row[0].split("`")[1]: row[2] for row in rows(DOCS / "bank-guide.md", "## Every code")}
    named = set(re.findall(r"[ZQ]J-[\w.-]+", articles[told["code"]]))
    assert set(receipt["data"]["basis"]) <= named
