"""The enterprise's contribution (助保金): paid once, before the contract."""

from drawbridge.bank.messages.pool.contribution import PoolContribution
from drawbridge.bank.rejects import Code, RefusedMovement
from drawbridge.law.article import answers
from drawbridge.law.case import Moved
from drawbridge.law.event import Event
from drawbridge.law.pool.book import Contributor, book_of, refuse_money_when_closed
from drawbridge.law.pool.case import CONTRIBUTION, PoolCase, code_of
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("QJ-2/3", "QJ-3.2/1", "QJ-4/2", "QJ-14/2")
def decide_contribution(turn: Turn, case: PoolCase, data: PoolContribution) -> None:
    """Record a contribution on an approved loan; there is one for each."""
    refuse_money_when_closed(turn)
    if case.approved_fen is None:
        raise RefusedMovement(Code.NOT_APPROVED, "no loan is approved on this case: give the money back", "QJ-14")
    if case.contribution is not None:
        raise RefusedMovement(Code.ALREADY_CONTRIBUTED, "the contribution is paid once: give the money back", "QJ-4")
    balance = book_of(turn.state).balances[CONTRIBUTION] + data.amount_fen
    turn.emit("pool.contribution.received.v1", case.subject, {"pool_balance_fen": balance}, "QJ-4", "QJ-14")


def received(state: State, event: Event) -> None:
    """The contributions hold more."""
    case, told, book = state.cases[event.subject], event.data, book_of(state)
    case.paid_refs.append(f"bank.pool.contribution.v1|{told['payment_ref']}")
    case.contribution = Moved(event.time, told["amount_fen"])
    book.balances[CONTRIBUTION] += told["amount_fen"]
    contributor = book.contributors.setdefault(case.org_code, Contributor(code_of(case.enterprise)))
    contributor.contributed_fen += told["amount_fen"]
