"""The lender is compensated: the office pays, or the lender debits the contributions once he may."""

from typing import Any

from drawbridge.bank.messages.pool.compensation_payment import CompensationPayment
from drawbridge.bank.messages.pool.direct_debit import DirectDebit
from drawbridge.bank.rejects import Code, RefusedMovement, Rejected
from drawbridge.law.article import answers
from drawbridge.law.case import Moved
from drawbridge.law.event import Event
from drawbridge.law.ledger import Ledger
from drawbridge.law.pool.aftermath import follow_up
from drawbridge.law.pool.book import book_of, pending_key, recount
from drawbridge.law.pool.case import CONTRIBUTION, DEBIT_AUTHORISED, RISK_FUND, PoolCase
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

VIOLATED = "pool.account.violated.v1"
_ARTICLE = {CONTRIBUTION: "QJ-17", RISK_FUND: "QJ-18"}


@answers("QJ-5/2", "QJ-17/1", "QJ-18/1")
def decide_payment(turn: Turn, case: PoolCase, data: CompensationPayment) -> None:
    """Record the office's payment; any other sum than is unpaid of the instruction breaks the account's rule."""
    source = f"urn:agency:{turn.sender}#"
    if any(cause.startswith(source) and ref == data.payment_ref for cause, ref in case.agency_refs):
        raise Rejected(Code.PAYMENT_ALREADY_REPORTED, "a payment with this payment_ref stands on this case already")
    unpaid = case.unpaid_fen(data.stage, case.not_before_disbursement(turn.time))
    _pay(turn, case, data.amount_fen, data.stage, "agency")
    if data.amount_fen != unpaid:
        _violate(turn, case, data.stage, "amount-not-instructed", unpaid)
    follow_up(turn, case)


@answers("QJ-17/2")
def decide_direct_debit(turn: Turn, case: PoolCase, data: DirectDebit) -> None:
    """Record the lender's debit: he may once it is authorised, and up to what is unpaid."""
    unpaid = case.unpaid_fen(CONTRIBUTION, case.not_before_disbursement(turn.time))
    authorised = case.lapse(DEBIT_AUTHORISED)
    may = authorised is not None and turn.time > authorised.at and data.amount_fen <= unpaid
    _pay(turn, case, data.amount_fen, CONTRIBUTION, "direct-debit")
    if not may:
        _violate(turn, case, CONTRIBUTION, "direct-debit-not-authorised", unpaid)
    follow_up(turn, case)


def _ledger(case: PoolCase, stage: str) -> Ledger:
    """Return the ledger of a disbursed loan, or refuse the movement."""
    if case.ledger is None:
        raise RefusedMovement(Code.NOT_DISBURSED, "no disbursement is known on this case: get it back", _ARTICLE[stage])
    return case.ledger


def _pay(turn: Turn, case: PoolCase, amount_fen: int, stage: str, by: str) -> None:
    """Tell what a compensation went to; the borrower's debt to the pool stays."""
    parts = _ledger(case, stage).parts(turn.time, amount_fen)
    turn.emit("pool.compensation.paid.v1", case.subject, {"stage": stage, "by": by, **parts.told()}, _ARTICLE[stage])


@answers("QJ-5/1", "QJ-5/2")
def _violate(turn: Turn, case: PoolCase, stage: str, code: str, unpaid_fen: int) -> None:
    """Money left the account as no instruction says."""
    told = {"stage": stage, "code": code, "unpaid_fen": unpaid_fen}
    turn.emit(VIOLATED, case.subject, told, "QJ-5", _ARTICLE[stage])


def paid(state: State, event: Event) -> None:
    """The lender's claim is met by that much, out of the stage's fund."""
    case, told, book = state.cases[event.subject], event.data, book_of(state)
    stage, amount = told["stage"], told["amount_fen"]
    if told["by"] == "agency":
        case.agency_refs.append((event.causationid, told["payment_ref"]))
    else:
        case.paid_refs.append(f"bank.pool.direct-debit.v1|{told['payment_ref']}")
    case.ledger.pay(event.time, amount)
    case.funds[stage].paid_fen += amount
    book.balances[stage] -= amount
    instruction = case.instructions.get(stage)
    if instruction is not None:
        instruction.paid.append(Moved(event.time, amount))
        _settle(book.pending, pending_key(stage, case), amount)
    recount(state, case)


def _settle(pending: dict[str, Any], key: str, amount_fen: int) -> None:
    """Take what was paid off an instruction in the book."""
    if key in pending:
        pending[key].unpaid_fen -= amount_fen
        if pending[key].unpaid_fen <= 0:
            del pending[key]
