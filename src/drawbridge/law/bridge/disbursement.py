"""The bridge money goes out: to the original bank's account that the notice names, and the days begin to count."""

from decimal import Decimal
from typing import Any

from drawbridge.bank.messages.disbursement import Disbursement
from drawbridge.bank.rejects import Code, RefusedMovement
from drawbridge.law.article import answers
from drawbridge.law.bridge.capacity import book_of, recount, recount_outstanding, reserve
from drawbridge.law.bridge.case import SETTLEMENT_MISSED, BridgeCase
from drawbridge.law.bridge.deadlines import LIMIT, deadline_of, set_deadlines
from drawbridge.law.bridge.refusal import breach_by_refusal
from drawbridge.law.case import Lapse
from drawbridge.law.event import Event
from drawbridge.law.ledger import Ledger
from drawbridge.law.parties.reports import month_of, owe_reports
from drawbridge.law.state import State
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn

VIOLATED = "bridge.entrusted_payment.violated.v1"


@answers("ZJ-13/1")
def decide_disbursement(turn: Turn, case: BridgeCase, data: Disbursement) -> None:
    """Record the disbursement; on a withdrawn case the money is at risk all the same."""
    if case.principal_fen is None:
        raise RefusedMovement(Code.NOT_CONTRACTED, "there is no contract on this case: get the money back", "ZJ-13")
    if case.ledger is not None:
        raise RefusedMovement(Code.ALREADY_DISBURSED, "the loan is disbursed already: get the money back", "ZJ-13")
    said = turn.said
    if case.closed:
        turn.emit("bridge.withdrawal.rescinded.v1", case.subject, {"reason": case.withdrawn_reason}, "ZJ-13")
        reserve(turn, case)
    turn.emit("bridge.disbursed.v1", case.subject, said, "ZJ-13")
    set_deadlines(turn, case)
    _check_entrusted_payment(turn, case, data)
    breach_by_refusal(turn, case)


@answers("ZJ-13/1", "ZJ-14/1")
def _check_entrusted_payment(turn: Turn, case: BridgeCase, data: Disbursement) -> None:
    """The named payee gets the contracted sum, and the renewal was promised for within the term."""
    payee = data.payee_account.model_dump()
    if not same_account(payee, case.payee_account):
        violate(turn, case, "payee-mismatch", case.payee_account, payee, "ZJ-13")
    if data.amount_fen != case.principal_fen:
        violate(turn, case, "amount-mismatch", case.principal_fen, data.amount_fen, "ZJ-13")
    first, last = turn.time.date(), deadline_of(case, LIMIT).due_on
    if not first <= case.promised_on <= last:
        term = {"from": first.isoformat(), "to": last.isoformat()}
        violate(turn, case, "promise-outside-term", term, case.promised_on.isoformat(), "ZJ-11", "ZJ-14")


def violate(turn: Turn, case: BridgeCase, code: str, expected: Any, found: Any, *basis: str) -> None:
    """Say that money did not go the way that the law prescribes."""
    turn.emit(VIOLATED, case.subject, {"code": code, "expected": expected, "found": found}, *basis)


def same_account(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two accounts are the same: number and bank code are."""
    return (one["number"], one["bank_code"]) == (other["number"], other["bank_code"])


@answers("ZJ-13/1")
def conclude_settlement(turn: Turn, timer: Timer) -> None:
    """The timer `settlement`: by the day's close the old loan is not settled with the money."""
    case: BridgeCase = turn.state.cases[timer.subject]
    assert case.ledger is not None  # noqa: S101 - the timer is set by the disbursement
    settled, disbursed_fen = case.settled_fen(timer.due_at), case.ledger.principal_fen
    if settled < disbursed_fen:
        told = {"settled_fen": settled, "disbursed_fen": disbursed_fen}
        turn.emit(SETTLEMENT_MISSED, case.subject, told, "ZJ-13")


def withdrawal_rescinded(state: State, event: Event) -> None:
    """A withdrawn case is open again."""
    case = state.cases[event.subject]
    case.closed = False
    case.withdrawn_at = None


def disbursed(state: State, event: Event) -> None:
    """The money is out, and the timers of the cycle wait."""
    case, told = state.cases[event.subject], event.data
    case.ledger = Ledger(told["amount_fen"], Decimal(case.annual_rate), event.time)
    case.paid_refs.append(f"bank.bridge.disbursement.v1|{told['payment_ref']}")
    recount(state, case)
    recount_outstanding(state, case)
    reports = book_of(state).reports
    reports.add(reports.begun, case.main_bank, month_of(event.time), 1)
    state.set_timer(event, "settlement", state.close_of_business(event.time))
    owe_reports(state, event, reports, case.main_bank, event.time)


def settlement_missed(state: State, event: Event) -> None:
    """The old loan was not settled in time."""
    case = state.cases[event.subject]
    case.lapses.append(Lapse(SETTLEMENT_MISSED, event.id, event.time, "settlement", event.data))


def settlement_rescinded(state: State, event: Event) -> None:
    """It was settled in time after all."""
    case = state.cases[event.subject]
    case.lapses.remove(case.lapse(SETTLEMENT_MISSED))
