"""The main bank withdraws a case before any money is out."""

from drawbridge.bank.messages.withdrawal import Withdrawal
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.bridge.capacity import leave_queue, leave_unreviewed, recount
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.event import Event
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("ZJ-4/2")
def decide_withdrawal(turn: Turn, case: BridgeCase, data: Withdrawal) -> None:
    """Withdraw a case that is not disbursed."""
    if case.ledger is not None:
        raise Rejected(Code.ALREADY_DISBURSED, "the loan is disbursed: it ends by its repayment")
    withdraw(turn, case, data.reason)


def withdraw(turn: Turn, case: BridgeCase, reason: str) -> None:
    """Close a case on which no money was at risk; capacity and exposure are free."""
    turn.emit("bridge.withdrawn.v1", case.subject, {"reason": reason}, "ZJ-4")


def withdrawn(state: State, event: Event) -> None:
    """The case is closed."""
    case = state.cases[event.subject]
    leave_queue(state, case)
    leave_unreviewed(state, case)
    case.closed = True
    case.is_reserved = False
    case.withdrawn_at = event.time
    case.withdrawn_reason = event.data["reason"]
    recount(state, case)
