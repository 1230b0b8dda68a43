"""Compares what the product prints with what the oracle says, field by field where the contract names the field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Line = dict[str, Any]
UNNAMED = {
    "bridge.overdue.rescinded.v1",
    "bridge.default.rescinded.v1",
    "bridge.settlement.rescinded.v1",
    "deposit.penalty.dismissed.v1",
    "bank.reinstated.v1",
    "bank.incentives.restored.v1",
}
ENVELOPE = ("id", "source", "type", "subject", "sequence", "causationid", "reason", "bytes")
INSTANTS = ("time", "recordedtime")


def same_instant(one: Any, other: Any) -> bool:
    """Whether two written instants are the same."""
    return one == other or datetime.fromisoformat(str(one)) == datetime.fromisoformat(str(other))


def same_path(ours: Any, oracle: Any) -> bool:
    """Whether two paths of a wrong field mean the same: one may be more exact than the other."""
    if {ours, oracle} == {"subject", "notice_no"}:
        return True
    if "|" in str(oracle):  # several are wrong: any of them may be named
        return str(ours).replace("data.", "", 1) in str(oracle).split("|")
    one, other = str(ours).replace("data.", "", 1).split("."), str(oracle).split(".")
    if one[:-1] == other[:-1]:  # of several that are wrong in one object, any may be named
        return True
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter] or "data" in (ours, oracle)


def same_value(name: str, ours: Any, oracle: Any) -> bool:
    """Whether two values are the same; an ellipsis is a field that is not there, and days filed come in any order."""
    if name == "filed_on" and isinstance(ours, list):
        return set(ours) == set(oracle)
    if type(ours) is not type(oracle):
        return False
    return bool(ours == oracle)


def in_data(ours: Line, oracle: Line) -> str | None:
    """The first field of the oracle's data that is not the same in ours."""
    skip = {"basis", "field"}
    if oracle["data"].get("code") == "promise-outside-term":
        skip |= {"expected", "found"}
    if ours["type"] in UNNAMED:
        return None
    mine: Line = ours.get("data", {})
    for name, value in oracle["data"].items():
        if name not in skip and not same_value(name, mine.get(name, ...), value):
            return f"data.{name}: ours {mine.get(name)!r}, oracle {value!r}"
    if mine.get("outside_validity") != oracle["data"].get("outside_validity"):
        return "data.outside_validity differs"
    if "counted" in oracle["data"] and "calendar" not in mine:
        return "data.calendar is missing"
    if ours["type"].startswith("receipt."):
        return in_receipt(mine, oracle["data"])
    return None if "basis" in mine else "data.basis is missing"


def in_receipt(ours: Line, oracle: Line) -> str | None:
    """What differs in a receipt's field or basis."""
    if "field" in oracle and not same_path(ours.get("field"), oracle["field"]):
        return f"field: ours {ours.get('field')!r}, oracle {oracle['field']!r}"
    article = oracle.get("basis")
    if article and not any(str(one).startswith(str(article)) for one in ours.get("basis", [])):
        return f"basis: ours {ours.get('basis')!r}, oracle names {article}"
    return None


def difference(ours: Line, oracle: Line) -> str | None:
    """What differs between one line and the other, or None."""
    for name in ("type", *ENVELOPE):
        if name in oracle and ours.get(name) != oracle[name]:
            return f"{name}: ours {ours.get(name)!r}, oracle {oracle[name]!r}"
    unknown = oracle.get("data", {}).get("code") == "unknown-scheme"
    for name in INSTANTS:
        if name in oracle and not unknown and not same_instant(ours.get(name), oracle[name]):
            return f"{name}: ours {ours.get(name)!r}, oracle {oracle[name]!r}"
    return in_data(ours, oracle) if "data" in oracle else None


def first_difference(ours: list[Line], oracle: list[Line]) -> tuple[int, str] | None:
    """The place and the words of the first difference, or None."""
    for place, (mine, other) in enumerate(zip(ours, oracle, strict=False)):
        if (words := difference(mine, other)) is not None:
            return place, words
    if len(ours) == len(oracle):
        return None
    place = min(len(ours), len(oracle))
    more = (ours + [{}] * len(oracle))[place] or oracle[place]
    side = "ours" if len(ours) > len(oracle) else "the oracle"
    return place, f"{side} goes on with {more.get('type')} on {more.get('subject')}"


def compare(ours: list[Line], oracle: list[Line]) -> str | None:
    """The first difference in words, or None when everything that the contract names is the same."""
    found = first_difference(ours, oracle)
    return f"line {found[0] + 1}: {found[1]}" if found else None
