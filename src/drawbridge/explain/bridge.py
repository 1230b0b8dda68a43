"""A bridge loan's parties, and what is still owed, by whom and until when."""

from collections.abc import Iterator
from datetime import datetime

from drawbridge.explain.language import Wording
from drawbridge.explain.ledger import Owed
from drawbridge.law.bridge.case import BridgeCase

#: the events that show the working days that were counted
COUNTED = frozenset({"bridge.deadline.set.v1", "bridge.deadline.moved.v1"})


def parties(case: BridgeCase, wording: Wording) -> Iterator[str]:
    """Name the borrower and the two banks."""
    code = case.enterprise.get("uscc") or case.enterprise.get("org_code")
    yield f"{wording.text('borrower')}{wording.text('colon')}{case.enterprise['name']} ({code})"
    for role, bank in (("original", case.original_bank), ("main", case.main_bank)):
        yield f"{wording.text(role)}{wording.text('colon')}{wording.bank(bank)} ({bank})"


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
