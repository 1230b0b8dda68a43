"""Movements of money on a bridge case: always recorded where the case allows them (ZJ-13, ZJ-14)."""

from __future__ import annotations

from datetime import date
from typing import Any

from .conclude import breach
from .days import shanghai_day
from .envelope import Message, written
from .money import disbursed, effective, owed, position, renewed, same_account, to_forward
from .schedule import due, set_deadlines
from .waiting import reserve
from .world import Case, Cause, RejectError, World


def refuse_movement(world: World, cause: Cause, case: Case, message: Message, code: str) -> None:
    """Journals a movement that the case never allowed, and rejects it.

    Raises:
        RejectError: always.
    """
    data = {"code": code, "amount_fen": message.data["amount_fen"], "payment_ref": message.data["payment_ref"]}
    world.tell(cause, "movement.refused.v1", case.subject, data)
    raise RejectError(code)


def violated(world: World, cause: Cause, case: Case, code: str, expected: Any, found: Any) -> None:  # noqa: PLR0913, PLR0917 - all that it states
    """Tells a broken rule of the entrusted payment."""
    data = {"code": code, "expected": expected, "found": found}
    world.tell(cause, "bridge.entrusted_payment.violated.v1", case.subject, data)


def disbursement(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-13: the bridge money goes out to the original bank."""
    data, contract, told = message.data, case.last("contract"), case.the("notice").data
    if contract is None:
        refuse_movement(world, cause, case, message, "not-contracted")
        return
    if disbursed(case):
        refuse_movement(world, cause, case, message, "already-disbursed")
    refused = case.last("refusal") if case.closed else None
    if case.closed:
        withdrawn = next(one for one in reversed(case.facts) if one.kind in ("withdrawal", "refusal"))
        case.closed = False
        reason = {"reason": withdrawn.data["reason"]}
        world.tell(cause, "bridge.withdrawal.rescinded.v1", case.subject, reason)
        reserve(world, cause, case)
    world.add(case, message)
    world.tell(cause, "bridge.disbursed.v1", case.subject, {})
    set_deadlines(world, cause, case)
    if not same_account(data["payee_account"], told["payee_account"]):
        violated(world, cause, case, "payee-mismatch", told["payee_account"], data["payee_account"])
    if data["amount_fen"] != contract.data["principal_fen"]:
        violated(world, cause, case, "amount-mismatch", contract.data["principal_fen"], data["amount_fen"])
    promise, limit = told["renewal"]["promised_on"], case.limit["due_on"]
    if not shanghai_day(message.time) <= date.fromisoformat(promise) <= date.fromisoformat(limit):
        violated(world, cause, case, "promise-outside-term", None, promise)
    if refused is not None:
        at = effective(case, refused)
        breach(world, cause, case, "renewal-refused", at, owed(case, at))


def settlement(world: World, cause: Cause, case: Case, message: Message) -> None:
    """The original bank settles the old loan with the bridge money."""
    if not case.all("contract"):
        refuse_movement(world, cause, case, message, "not-contracted")
    world.add(case, message)
    world.tell(cause, "bridge.original_loan.settled.v1", case.subject, {})
    wanted, found = case.the("notice").data["original_loan"]["contract_no"], message.data["original_contract_no"]
    if wanted != found:
        violated(world, cause, case, "wrong-loan-settled", wanted, found)


def renewal(world: World, cause: Cause, case: Case, message: Message) -> None:
    """The renewal loan was paid out; it is to be forwarded by the next close of business."""
    if not disbursed(case):
        refuse_movement(world, cause, case, message, "not-disbursed")
    fact = world.add(case, message)
    by = world.days.next_close(effective(case, fact))
    data = {"renewed_fen": renewed(case), "forward_by": written(by)}
    world.tell(cause, "bridge.renewed.v1", case.subject, data)
    world.set_timer(case.subject, "forward", by)


def forwarding(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-14: the original bank pays the renewal loan to the main bank."""
    if not disbursed(case):
        refuse_movement(world, cause, case, message, "not-disbursed")
    fact = world.add(case, message)
    before = to_forward(case, None, effective(case, fact), leave=fact)
    world.tell(cause, "bridge.forwarded.v1", case.subject, {"to_forward_fen": before})
    data, account = message.data, case.the("notice").data["collection_account"]
    if not same_account(data["payee_account"], account):
        violated(world, cause, case, "payee-mismatch", account, data["payee_account"])
    if data["amount_fen"] < before:
        violated(world, cause, case, "amount-short", before, data["amount_fen"])


def repayment(world: World, cause: Cause, case: Case, message: Message) -> None:
    """The bridge loan is repaid: interest first, then principal."""
    if not disbursed(case):
        refuse_movement(world, cause, case, message, "not-disbursed")
    before = position(case)
    world.add(case, message)
    after = position(case)
    excess = after.excess - before.excess
    if case.closed:
        world.tell(cause, "bridge.overpaid.v1", case.subject, {"excess_fen": excess})
        return
    data = {
        "interest_fen": after.interest_paid - before.interest_paid,
        "principal_fen": after.principal_paid - before.principal_paid,
        "excess_fen": excess,
        "outstanding_principal_fen": after.principal,
        "outstanding_interest_fen": after.interest,
    }
    world.tell(cause, "bridge.repaid.v1", case.subject, data)
    if after.owed == 0:
        case.closed = True
        on_time = owed(case, due(case.agreed)) == 0
        world.tell(cause, "bridge.closed.v1", case.subject, {"on_time": on_time})
