"""The bridge loan is repaid: interest first, then principal; what is left over is excess."""

from drawbridge.bank.messages.repayment import Repayment
from drawbridge.law.article import answers
from drawbridge.law.bridge.aftermath import follow_up
from drawbridge.law.bridge.capacity import recount, recount_outstanding
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.bridge.deadlines import AGREED, deadline_of
from drawbridge.law.bridge.renewal import refuse_before_disbursement
from drawbridge.law.event import Event
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("ZJ-12/1", "ZJ-14/1")
def decide_repayment(turn: Turn, case: BridgeCase, data: Repayment) -> None:
    """Record a repayment at its own instant: its parts are the changes of the totals."""
    refuse_before_disbursement(case)
    ledger = case.ledger
    assert ledger is not None  # noqa: S101 - refused above
    parts = ledger.parts(turn.time, data.amount_fen)
    if case.closed:
        turn.emit("bridge.overpaid.v1", case.subject, {"excess_fen": parts.excess_fen}, "ZJ-14")
        follow_up(turn, case)
        return
    turn.emit("bridge.repaid.v1", case.subject, parts.told(), "ZJ-12", "ZJ-14")
    if parts.after.outstanding_fen == 0:
        on_time = not case.is_outstanding(deadline_of(case, AGREED).due_at)
        turn.emit("bridge.closed.v1", case.subject, {"on_time": on_time}, "ZJ-11", "ZJ-14")
    follow_up(turn, case)


def repaid(state: State, event: Event) -> None:
    """A payment stands, also one beyond what was owed."""
    case, told = state.cases[event.subject], event.data
    case.paid_refs.append(f"bank.bridge.repayment.v1|{told['payment_ref']}")
    case.ledger.pay(event.time, told["amount_fen"])
    recount(state, case)
    recount_outstanding(state, case)


def closed(state: State, event: Event) -> None:
    """Nothing is owed any more: capacity and exposure are free."""
    case = state.cases[event.subject]
    case.closed = True
    recount(state, case)
