"""Which alerts follow the assisted loan's events, and what clears them (parties.md, "What the world subscribes to")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .pool_world import Pool

SEVERITY = {
    "movement.refused.v1": "critical",
    "pool.account.violated.v1": "critical",
    "lapse.contested.v1": "high",
    "pool.loan.overdue.v1": "high",
    "pool.risk_window.lapsed.v1": "high",
    "pool.claim.late.v1": "high",
    "pool.compensation.late.v1": "high",
    "pool.overpaid.v1": "high",
    "pool.filing.violated.v1": "warning",
    "pool.amount.violated.v1": "warning",
    "pool.instalment.missed.v1": "warning",
    "pool.risk_fund.insufficient.v1": "warning",
}
CLOSING = ("pool.loan.closed.v1", "pool.loan.declined.v1", "pool.refunded.v1")
Alert = tuple[str, str, str]


def expected(pool: Pool) -> list[Alert]:
    """Kind, event and severity of each alert of a pool's journal, in order; a cleared one has no severity."""
    told = list[Alert]()
    standing: dict[str, list[str]] = {}
    for event in pool.out:
        if "sequence" not in event:
            continue
        id_, type_, subject = event["id"], event["type"], event["subject"]
        mine = standing.setdefault(subject, [])
        if type_ in SEVERITY:
            told.append(("alert.raised.v1", id_, SEVERITY[type_]))
            mine.append(id_)
        gone = mine if type_ in CLOSING else [one for one in mine if one == pool.undone.get(id_)]
        told += [("alert.cleared.v1", one, "") for one in gone]
        standing[subject] = [one for one in mine if one not in gone]
    return told


def printed(lines: Iterable[dict[str, Any]]) -> list[Alert]:
    """The alerts that the product prints."""
    alerts = [line for line in lines if line["type"].startswith("alert.")]
    return [(one["type"], one["data"]["event"], one["data"].get("severity", "")) for one in alerts]


def first_wrong(ours: list[Alert], oracle: list[Alert]) -> str | None:
    """The first difference in words, or None."""
    for place in range(max(len(ours), len(oracle))):
        one, other = ours[place : place + 1], oracle[place : place + 1]
        if one != other:
            return f"alert {place + 1}: ours {one}, oracle {other}"
    return None
