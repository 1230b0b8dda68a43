"""What should be refused: copies of good messages with one thing wrong, broken lines, repetitions."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    from .scribe import Scribe

Line = dict[str, Any] | str
Choices = tuple[tuple[str, Any], ...]
WRONG: tuple[Any, ...] = (None, "", 0, -1, 1.0, 1.5, True, [], {}, "x", "2014-02-30", 2**53, "0" * 64, "105314000041")
OPERATOR_NO_ONE = "urn:operator:somebody"


def paths(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of all fields of an object."""
    if not isinstance(value, dict):
        return []
    return [one for key, inner in value.items() for one in ((*path, key), *paths(inner, (*path, key)))]


def change_field(rng: random.Random, data: dict[str, Any]) -> None:
    """Replaces, removes or adds one field somewhere."""
    path = rng.choice(paths(data))
    at = data
    for key in path[:-1]:
        at = at[key]
    what = rng.random()
    if what < 0.25:
        del at[path[-1]]
    elif what < 0.35:
        at["surprise"] = 1
    else:
        at[path[-1]] = rng.choice(WRONG)


ENVELOPES: Choices = (
    ("specversion", "0.3"),
    ("id", ""),
    ("id", 7),
    ("source", "urn:bank:123"),
    ("source", "urn:bank:999999999999"),
    ("source", "bank"),
    ("source", OPERATOR_NO_ONE),
    ("source", "urn:bank:104314000058"),
    ("source", "urn:agency:office"),
    ("type", "bank.bridge.unknown.v1"),
    ("type", "bank.bridge.notice.v2"),
    ("type", "bank.pool.contract.v1"),
    ("type", 1),
    ("subject", "bridge/105314000041"),
    ("subject", "bridge/105314000041/NO-SUCH"),
    ("subject", None),
    ("subject", "pool/105314000041/1"),
    ("time", ...),
    ("time", "yesterday"),
    ("scheme", "nowhere-2020"),
    ("scheme", ""),
    ("datacontenttype", "text/plain"),
    ("dataschema", "https://example.org/schema"),
    ("surprise", 1),
    ("data", None),
    ("data", []),
)


def change_envelope(rng: random.Random, message: dict[str, Any], choices: Choices) -> None:
    """Breaks one attribute of the envelope; a time loses its offset."""
    name, value = rng.choice(choices)
    message[name] = message["time"][:19] if value is ... else value


SLIPS: dict[str, Choices] = {
    "bank.bridge.notice.v1": (
        ("mortgage_registered", False),
        ("main_bank", "104314000058"),
        ("main_bank", "105314000041"),
        ("main_bank", "402314000777"),
        ("formalities_completed_on", "2027-12-31"),
        ("payee_account", {"name": "a", "number": "1", "bank_code": "402314000777"}),
        ("collection_account", {"name": "a", "number": "1", "bank_code": "102314000999"}),
        ("enterprise", {"name": "a", "org_code": "MA1W00001"}),
        ("enterprise", {"name": "a", "uscc": "91321100MA1W00001X"}),
    ),
    "bank.bridge.application.v1": (
        ("amount_fen", 500_000_001),
        ("materials", ["approval-form", "identity"]),
        ("materials", []),
        ("enterprise.district", "丹阳市"),
        ("enterprise.established_on", "2013-06-15"),
        ("enterprise.established_on", "2014-01-20"),
        ("enterprise.size", "large"),
        ("enterprise.name", "另一个名字"),
        ("enterprise.nurtured", True),
    ),
    "bank.bridge.review.v1": (
        ("approved_amount_fen", 500_000_000),
        ("original_bank_confirmed_on", ...),
        ("approved_amount_fen", ...),
        ("reasons", ["x"]),
        ("reasons", []),
        ("outcome", "declined"),
    ),
    "bank.bridge.contract.v1": (
        ("term_working_days", 0),
        ("term_working_days", 21),
        ("term_working_days", -5),
        ("principal_fen", 500_000_000),
        ("annual_rate", "0.056"),
        ("annual_rate", "0.0561"),
        ("annual_rate", "5.6"),
        ("guarantors", [{"name": "a", "relation": "spouse"}]),
        ("guarantors", [{"name": "a", "relation": "controller"}]),
        ("unmarried_declaration_no", "d"),
        ("entrustment_letter_no", ""),
        ("entrustment_letter_no", ...),
    ),
    "bank.bridge.extension.v1": (("term_working_days", 21), ("term_working_days", 1), ("term_working_days", 20)),
    "operator.penalty.ruling.v1": (("default_amount_fen", 5), ("ruling", "revoked"), ("ruling", "upheld")),
    "operator.credit.ruling.v1": (("ruling", "retract"), ("ruling", "raise"), ("ruling", "drop")),
}


@dataclass(frozen=True)
class Trouble:
    """What may go wrong in one scheme: a type's fields that are well formed and wrong, and envelopes' attributes."""

    slips: dict[str, Choices]
    envelopes: Choices


OF_BRIDGE = Trouble(SLIPS, ENVELOPES)


def slip(rng: random.Random, message: dict[str, Any], choices: Choices) -> None:
    """A field that is well formed but fails one of the message's own checks (or does not)."""
    path, value = rng.choice(choices)
    at = message["data"]
    *way, name = path.split(".")
    for key in way:
        at = at[key]
    if value is ...:
        at.pop(name, None)
    else:
        at[name] = value


def mutated(scribe: Scribe, message: dict[str, Any], trouble: Trouble) -> dict[str, Any]:
    """A copy of a message under a new id with one thing wrong."""
    rng, other = scribe.rng, copy.deepcopy(message)
    scribe.number += 1
    other["id"] = f"x-{scribe.number}"
    other.setdefault("recordedtime", other["time"])
    what = rng.random()
    if other["type"] in trouble.slips and scribe.chance(0.6):
        slip(rng, other, trouble.slips[other["type"]])
    elif what < 0.5:
        change_field(rng, other["data"])
    elif what < 0.85:
        change_envelope(rng, other, trouble.envelopes)
    else:
        recorded = datetime.fromisoformat(other["recordedtime"])
        other["time"] = (recorded + timedelta(minutes=rng.choice((4, 5, 6)), seconds=rng.choice((0, 1)))).isoformat()
    return other


def repeated(scribe: Scribe, message: dict[str, Any]) -> dict[str, Any]:
    """The same message again, sometimes altered, recorded at its old time (which the clock ignores) or later."""
    other = copy.deepcopy(message)
    recorded = datetime.fromisoformat(message.get("recordedtime", message["time"]))
    other["recordedtime"] = (recorded + timedelta(hours=scribe.rng.choice((0, 1, 50)))).isoformat()
    if scribe.chance(0.4):
        other["data"] = {**other["data"], "surprise": 1}
    return other


def broken(rng: random.Random, message: dict[str, Any]) -> str:
    """A line that is no message."""
    line = json.dumps(message, ensure_ascii=False, default=str)
    return rng.choice(
        (
            "not json",
            line[: len(line) // 2],
            "[]",
            "null",
            '"text"',
            "{}",
            '{"id": "a", ' + line[1:],
            line.replace('"data": {', '"data": {"n": NaN, ', 1),
        )
    )


def make_trouble(scribe: Scribe, share: float, trouble: Trouble = OF_BRIDGE) -> None:
    """Adds trouble beside a share of the messages that are there."""
    rng = scribe.rng
    for recorded, _, message in list(scribe.entries):
        if isinstance(message, str) or not scribe.chance(share):
            continue
        what = rng.random()
        if what < 0.65:
            scribe.raw(recorded - timedelta(seconds=1), mutated(scribe, message, trouble))
        elif what < 0.85:
            again = repeated(scribe, message)
            scribe.raw(datetime.fromisoformat(again["recordedtime"]), again)
        else:
            scribe.raw(recorded, broken(rng, message))
