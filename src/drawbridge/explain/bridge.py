"""A bridge loan's parties, its money worked out, and what is still owed, by whom and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from drawbridge.explain.language import Wording
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.ledger import DAYS_A_YEAR, Ledger, half_up


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that somebody still has to do."""

    what: str
    """Who and what, in the reader's language."""
    until: datetime | date | None
    """The last instant, or the last day; None when the law names none."""
    articles: tuple[str, ...]


def parties(case: BridgeCase, wording: Wording) -> Iterator[str]:
    """Name the borrower and the two banks."""
    code = case.enterprise.get("uscc") or case.enterprise.get("org_code")
    yield f"{wording.text('borrower')}{wording.text('colon')}{case.enterprise['name']} ({code})"
    for role, bank in (("original", case.original_bank), ("main", case.main_bank)):
        yield f"{wording.text(role)}{wording.text('colon')}{wording.bank(bank)} ({bank})"


def money(case: BridgeCase, wording: Wording) -> Iterator[str]:
    """Work the loan out, payment by payment, each placed at its own time."""
    ledger = case.ledger
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


def owed(case: BridgeCase, at: datetime, wording: Wording) -> Iterator[Owed]:
    """Tell what is still to be done on a case, as of an instant."""
    yield from _rulings(case, wording)
    if case.closed:
        return
    if case.ledger is None:
        yield from _before_the_money(case, wording)
        return
    original = wording.bank(case.original_bank)
    to_settle = case.ledger.principal_fen - case.settled_fen(at)
    if to_settle > 0:
        yield Owed(wording.text("owe_settle", who=original, amount=wording.money(to_settle)), None, ("ZJ-13",))
    to_renew = case.promised_fen - case.renewed_fen()
    if to_renew > 0:
        what = wording.text("owe_renew", who=original, amount=wording.money(to_renew))
        yield Owed(what, case.promised_on, ("ZJ-annex-3", "ZJ-16"))
    to_forward = case.to_forward_fen(at)
    if to_forward > 0:
        yield Owed(wording.text("owe_forward", who=original, amount=wording.money(to_forward)), None, ("ZJ-14",))
    yield from _debt(case, at, wording)


def _debt(case: BridgeCase, at: datetime, wording: Wording) -> Iterator[Owed]:
    balance = case.balance(max(at, case.ledger.disbursed_at) if case.ledger else at)
    if not balance.outstanding_fen or case.agreed is None or case.limit is None:
        return
    what = wording.text(
        "owe_repay",
        who=case.enterprise["name"],
        principal=wording.money(balance.principal_fen),
        interest=wording.money(balance.interest_fen),
        longest=wording.instant(case.limit.due_at),
    )
    yield Owed(what, case.agreed.due_at, ("ZJ-11", "ZJ-12"))


def _before_the_money(case: BridgeCase, wording: Wording) -> Iterator[Owed]:
    main = wording.bank(case.main_bank)
    if case.application is None:
        yield Owed(wording.text("owe_apply", who=main), None, ("ZJ-7.1",))
        return
    if case.approved_fen is None:
        yield Owed(wording.text("owe_review", who=main), case.application.latest_review_on, ("ZJ-7.2",))
    if not case.is_reserved:
        yield Owed(wording.text("owe_turn", who=main, amount=wording.money(case.asked_fen)), None, ("ZJ-3", "ZJ-21"))
    if case.approved_fen is not None and case.principal_fen is None:
        what = wording.text("owe_contract", who=main, amount=wording.money(case.approved_fen))
        yield Owed(what, None, ("ZJ-13",))
    if case.principal_fen is not None:
        amount, account = wording.money(case.principal_fen), wording.account(case.payee_account)
        yield Owed(wording.text("owe_disburse", who=main, amount=amount, account=account), None, ("ZJ-13",))


def _rulings(case: BridgeCase, wording: Wording) -> Iterator[Owed]:
    """Tell what waits for an operator, also on a closed case."""
    who = wording.text("the_operator")
    if case.breach is not None and case.breach.status == "proposed":
        amount = wording.money(case.breach.penalty_fen)
        yield Owed(wording.text("owe_penalty_ruling", who=who, amount=amount), None, ("ZJ-16",))
    if case.credit is not None and case.credit.status == "withheld":
        yield Owed(wording.text("owe_credit_ruling", who=who), None, ("ZJ-23",))


def _percent(rate: Decimal) -> str:
    return f"{rate * 100:.2f}%"
