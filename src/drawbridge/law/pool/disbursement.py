"""The loan is paid out: its days begin, and it is seen whether it was filed and is the contracted sum."""

from decimal import Decimal

from drawbridge.bank.messages.pool.disbursement import PoolDisbursement
from drawbridge.bank.rejects import Code, RefusedMovement
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.ledger import Ledger
from drawbridge.law.pool.aftermath import is_filed_in_time, third_day_before
from drawbridge.law.pool.book import recount
from drawbridge.law.pool.case import FILING_VIOLATED, PoolCase
from drawbridge.law.pool.deadlines import INSTALMENT, MATURITY, WINDOW, WINDOW_END, set_deadline
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("QJ-2/1")
def decide_disbursement(turn: Turn, case: PoolCase, data: PoolDisbursement) -> None:
    """Record the disbursement; there is one."""
    if case.principal_fen is None:
        raise RefusedMovement(Code.NOT_CONTRACTED, "there is no contract on this case: get the money back", "QJ-14")
    if case.ledger is not None:
        raise RefusedMovement(Code.ALREADY_DISBURSED, "the loan is disbursed already: get the money back", "QJ-2")
    turn.emit("pool.loan.disbursed.v1", case.subject, {}, "QJ-2")
    _check_filing(turn, case)
    if data.amount_fen != case.principal_fen:
        turn.emit("pool.amount.violated.v1", case.subject, {"principal_fen": case.principal_fen}, "QJ-2")


@answers("QJ-15/1")
def _check_filing(turn: Turn, case: PoolCase) -> None:
    """The loan was filed in time."""
    disbursed_on = turn.time.date()
    third = third_day_before(turn.state, disbursed_on)
    if not is_filed_in_time(turn.state, case, disbursed_on, third):
        told = {
            "disbursed_on": disbursed_on.isoformat(),
            "third_working_day_before": third.isoformat(),
            "filed_on": [at.date().isoformat() for at in case.filed_at],
        }
        turn.emit(FILING_VIOLATED, case.subject, told, "QJ-15")


def disbursed(state: State, event: Event) -> None:
    """The money is out, and the loan's days wait."""
    case, told = state.cases[event.subject], event.data
    case.ledger = Ledger(told["amount_fen"], Decimal(case.annual_rate), event.time)
    case.paid_refs.append(f"bank.pool.disbursement.v1|{told['payment_ref']}")
    recount(state, case)
    for number in range(1, len(case.schedule) + 1):
        set_deadline(state, event, INSTALMENT, number)
    for name in (MATURITY, WINDOW, WINDOW_END):
        set_deadline(state, event, name)
