"""The borrower repays: interest first, then principal; after a compensation, what is left goes back to the pool."""

from drawbridge.bank.messages.pool.repayment import PoolRepayment
from drawbridge.bank.rejects import Code, RefusedMovement
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.ledger import Ledger
from drawbridge.law.pool.aftermath import follow_up
from drawbridge.law.pool.book import recount
from drawbridge.law.pool.case import PoolCase
from drawbridge.law.pool.recovery import allocate_excess, close_when_all_is_back
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


def ledger_of(case: PoolCase, amount_fen: int | None = None) -> Ledger:
    """Return the ledger of a disbursed loan.

    Args:
        case: the loan's.
        amount_fen: what is said to have moved, where the message has no field of that name.

    Raises:
        RefusedMovement: `not-disbursed`.
    """
    if case.ledger is None:
        detail = "no disbursement is known on this case: the lender reports it first"
        raise RefusedMovement(Code.NOT_DISBURSED, detail, "QJ-16", amount_fen=amount_fen)
    return case.ledger


@answers("QJ-16/1", "QJ-19/2")
def decide_repayment(turn: Turn, case: PoolCase, data: PoolRepayment) -> None:
    """Record a repayment at its own instant: its parts are the changes of the totals."""
    parts = ledger_of(case).parts(turn.time, data.amount_fen)
    if case.closed:
        turn.emit("pool.overpaid.v1", case.subject, {"excess_fen": parts.excess_fen}, "QJ-16")
        follow_up(turn, case)
        return
    is_compensated = case.is_compensated
    turn.emit("pool.repaid.v1", case.subject, parts.told(), "QJ-16")
    if is_compensated and parts.excess_fen > 0:
        allocate_excess(turn, case, parts.excess_fen)
    close_when_all_is_back(turn, case)
    follow_up(turn, case)


def repaid(state: State, event: Event) -> None:
    """A payment stands, also one beyond what was owed."""
    case, told = state.cases[event.subject], event.data
    case.paid_refs.append(f"bank.pool.repayment.v1|{told['payment_ref']}")
    case.ledger.pay(event.time, told["amount_fen"])
    recount(state, case)


def closed(state: State, event: Event) -> None:
    """Nothing is owed any more."""
    case = state.cases[event.subject]
    case.closed = True
    recount(state, case)
