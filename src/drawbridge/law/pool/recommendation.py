"""The office recommends a member to a lender: the letter that opens a case."""

from drawbridge.bank.messages.pool.recommendation import PoolRecommendation
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.case import org_code_of
from drawbridge.law.event import Event
from drawbridge.law.pool.book import book_of, refuse_when_closed
from drawbridge.law.pool.case import PoolCase, code_of
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("QJ-2/4", "QJ-3.3/1", "QJ-8.1/1", "QJ-13/1", "QJ-14/1")
def decide_recommendation(turn: Turn, _case: None, data: PoolRecommendation) -> None:
    """Open a case for a member of the pool at a lender of the scheme."""
    refuse_when_closed(turn)
    lender = turn.state.banks.get(data.lender)
    if lender is None or not lender.has_role("lender", turn.time.date()):
        raise Rejected(Code.NOT_LENDER, "this bank is not enrolled as a lender on that day", "QJ-2")
    if org_code_of(turn.said) not in book_of(turn.state).members:
        raise Rejected(Code.NOT_IN_POOL, "the enterprise is not in the pool: admit it first", "QJ-8.1")
    turn.emit("pool.loan.recommended.v1", turn.subject, {}, "QJ-8.1", "QJ-14")


def recommended(state: State, event: Event) -> None:
    """A case is open."""
    told = event.data
    name = book_of(state).members[org_code_of(told)]
    state.cases[event.subject] = PoolCase(
        event.subject, lender=told["lender"], enterprise={"name": name, **code_of(told)}
    )
