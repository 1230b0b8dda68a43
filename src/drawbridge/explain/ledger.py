"""A loan's money worked out, payment by payment, and what somebody still owes: the same for every scheme."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from drawbridge.explain.language import Wording
from drawbridge.law.ledger import DAYS_A_YEAR, Ledger, half_up


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that somebody still has to do."""

    what: str
    """Who and what, in the reader's language."""
    until: datetime | date | None
    """The last instant, or the last day; None when the law names none."""
    articles: tuple[str, ...]


def money(ledger: Ledger | None, wording: Wording) -> Iterator[str]:
    """Work the loan out, payment by payment, each placed at its own time."""
    if ledger is None:
        return
    paid_out = wording.text("paid_out", amount=wording.money(ledger.principal_fen))
    yield f"{wording.instant(ledger.disbursed_at)}  {paid_out}"
    before = ledger.disbursed_at
    for number, payment in enumerate(ledger.payments, 1):
        earlier = Ledger(ledger.principal_fen, ledger.annual_rate, ledger.disbursed_at, ledger.payments[: number - 1])
        yield from _accrued(ledger, earlier.balance().principal_fen, (before.date(), payment.at.date()), wording)
        left = Ledger(ledger.principal_fen, ledger.annual_rate, ledger.disbursed_at, ledger.payments[:number]).balance()
        told = {"principal": wording.money(left.principal_fen), "interest": wording.money(left.interest_fen)}
        paid = wording.text("paid", amount=wording.money(payment.amount_fen), **told)
        yield f"{wording.instant(payment.at)}  {paid}"
        before = payment.at


def _accrued(ledger: Ledger, principal_fen: int, days: tuple[date, date], wording: Wording) -> Iterator[str]:
    """Show the interest of one stretch of days, as it is worked out."""
    count = (days[1] - days[0]).days
    if not count or not principal_fen:
        return
    above, below = ledger.annual_rate.as_integer_ratio()
    interest_fen = half_up(principal_fen * above * count, below * DAYS_A_YEAR)
    yield "    " + wording.text(
        "accrued",
        principal=wording.money(principal_fen),
        rate=_percent(ledger.annual_rate),
        days=count,
        interest=wording.money(interest_fen),
    )


def _percent(rate: Decimal) -> str:
    return f"{rate * 100:.2f}%"
