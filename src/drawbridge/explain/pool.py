"""An assisted loan's parties, and what is still owed, by whom and until when."""

from collections.abc import Iterator
from datetime import datetime

from drawbridge.explain.language import Wording
from drawbridge.explain.ledger import Owed
from drawbridge.law.pool.case import CONTRIBUTION, RISK_FUND, PoolCase

#: the events that show the working days that were counted
COUNTED = frozenset({"pool.deadline.moved.v1", "pool.risk_window.lapsed.v1", "pool.compensation.late.v1"})
_ARTICLE = {CONTRIBUTION: "QJ-17", RISK_FUND: "QJ-18"}


def parties(case: PoolCase, wording: Wording) -> Iterator[str]:
    """Name the borrower and the lender."""
    code = case.enterprise.get("uscc") or case.enterprise.get("org_code")
    yield f"{wording.text('borrower')}{wording.text('colon')}{case.enterprise['name']} ({code})"
    yield f"{wording.text('lender')}{wording.text('colon')}{wording.bank(case.lender)} ({case.lender})"


def owed(case: PoolCase, at: datetime, wording: Wording) -> Iterator[Owed]:
    """Tell what is still to be done on a case, as of an instant."""
    if case.closed:
        return
    lender = wording.bank(case.lender)
    if case.ledger is None:
        yield from _before_the_money(case, lender, wording)
        return
    at = case.not_before_disbursement(at)
    for stage, timer in ((CONTRIBUTION, "stage-one"), (RISK_FUND, "stage-two")):
        unpaid = case.unpaid_fen(stage, at)
        if unpaid:
            what = wording.text("owe_compensate", who=wording.text("the_office"), amount=wording.money(unpaid))
            yield Owed(what, datetime.fromisoformat(case.deadlines[timer]["due_at"]), (_ARTICLE[stage],))
    balance = case.balance(at)
    if balance.outstanding_fen:
        sums = {"principal": wording.money(balance.principal_fen), "interest": wording.money(balance.interest_fen)}
        what = wording.text("owe_loan", who=case.enterprise["name"], **sums)
        yield Owed(what, datetime.fromisoformat(case.deadlines["maturity"]["due_at"]), ("QJ-10", "QJ-16"))
    if case.lost_fen:
        sum_ = wording.money(case.lost_fen)
        what = wording.text("owe_pool", who=case.enterprise["name"], amount=sum_)
        yield Owed(what, None, ("QJ-19",))


def _before_the_money(case: PoolCase, lender: str, wording: Wording) -> Iterator[Owed]:
    """Tell the next step of a loan that is not paid out."""
    borrower = case.enterprise["name"]
    if case.approved_fen is None:
        yield Owed(wording.text("owe_decide", who=lender), None, ("QJ-14",))
    elif case.principal_fen is not None:
        amount = wording.money(case.principal_fen)
        yield Owed(wording.text("owe_pay_out", who=lender, amount=amount), None, ("QJ-15",))
    elif case.contribution is None:
        yield Owed(wording.text("owe_contribute", who=borrower), None, ("QJ-4", "QJ-14"))
    else:
        amount = wording.money(case.approved_fen)
        yield Owed(wording.text("owe_contract", who=lender, amount=amount), None, ("QJ-14",))
