"""The pool's two funds, movement by movement, worked out from the published events alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_ADMITTED = "pool.enterprise.admitted.v1"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came into the pool's funds, or went out of them."""

    on: str
    """The day, `YYYY-MM-DD`."""
    what: str
    article: str
    contributions_fen: int
    """Into the contributions (助保金); out of them below 0."""
    risk_fund_fen: int
    """Into the risk fund (风险补偿金); out of it below 0."""


def movements(journal: Sequence[dict[str, Any]]) -> Iterator[Movement]:
    """Return what a pool's journal says of its money.

    Args:
        journal: the scheme's events in order.
    """
    names = {event["subject"]: event["data"]["name"] for event in journal if event["type"] == _ADMITTED}
    members: dict[str, str] = {}
    for event in journal:
        data, on = event["data"], event["time"][:10]
        match event["type"]:
            case "pool.loan.recommended.v1":
                members[event["subject"]] = names[f"enterprise/{data['uscc']}"]
            case "pool.risk_fund.placed.v1":
                yield Movement(on, "placed by the government", "QJ-4", 0, data["amount_fen"])
            case "pool.contribution.received.v1":
                yield Movement(on, f"{members[event['subject']]} contributes", "QJ-4", data["amount_fen"], 0)
            case "pool.compensation.paid.v1":
                yield _paid(on, data)
            case "pool.recovery.allocated.v1":
                back = data["to_contributions_fen"], data["to_risk_fund_fen"]
                yield Movement(on, "got back from the borrower", "QJ-19", *back)
            case "pool.refunded.v1":
                for share in data["shares"]:
                    member = names[f"enterprise/{share['uscc']}"]
                    yield Movement(on, f"refunded to {member}", "QJ-6", -share["refund_fen"], 0)


def _paid(on: str, data: dict[str, Any]) -> Movement:
    if data["stage"] == "risk-fund":
        return Movement(on, "the government's half paid", "QJ-18", 0, -data["amount_fen"])
    what = "debited by the lender" if data["by"] == "direct-debit" else "paid by the office"
    return Movement(on, what, "QJ-17", -data["amount_fen"], 0)
