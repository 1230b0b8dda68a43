"""The lender's decision: within the enterprise's maximum, and with its reasons when it declines."""

from drawbridge.bank.messages.pool.decision import PoolDecision
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.pool.book import book_of, pool_profile, recount, refuse_when_closed
from drawbridge.law.pool.case import PoolCase
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("QJ-8.2/1", "QJ-8.3/1", "QJ-9/1", "QJ-14/1", "QJ-15/2")
def decide_decision(turn: Turn, case: PoolCase, data: PoolDecision) -> None:
    """Take the lender's decision; approval attests what the lender must look at itself (QJ-8.2, QJ-8.3)."""
    refuse_when_closed(turn)
    if case.approved_fen is not None:
        raise Rejected(Code.ALREADY_DECIDED, "there is a decision on this case already", "QJ-14")
    if data.amount_fen is None:
        turn.emit("pool.loan.declined.v1", case.subject, {"to": "agency"}, "QJ-15")
        return
    profile = pool_profile(turn.state)
    others_fen = book_of(turn.state).counted_fen.get(case.org_code, 0)
    total_fen = others_fen + data.amount_fen
    if total_fen > profile.maximum_fen.value:
        left = max(0, profile.maximum_fen.value - others_fen)
        raise Rejected(Code.AMOUNT_OVER_MAXIMUM, f"{left} fen are left for this enterprise", "QJ-9")
    told = {"above_usual": total_fen > profile.usual_maximum_fen.value}
    turn.emit("pool.loan.approved.v1", case.subject, told, "QJ-8.2", "QJ-8.3", "QJ-9", "QJ-14")


def approved(state: State, event: Event) -> None:
    """The loan is approved."""
    case = state.cases[event.subject]
    case.approved_fen = event.data["amount_fen"]
    recount(state, case)


def declined(state: State, event: Event) -> None:
    """The case is closed."""
    case = state.cases[event.subject]
    case.closed = True
