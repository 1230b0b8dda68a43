"""The closed account (封闭运行): each line of its statement is explained, or it is a violation (QJ-5)."""

from drawbridge.bank.messages.pool.account_entry import AccountEntry
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.pool.book import Statement, book_of
from drawbridge.law.pool.compensation import VIOLATED
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

_CREDITS = frozenset({"contribution", "placement", "recovery", "interest-credit"})


@answers("QJ-2/3", "QJ-5/1", "QJ-5/2", "QJ-5/3")
def decide_entry(turn: Turn, _case: None, data: AccountEntry) -> None:
    """Take a line of the statement. It moves no balance, for the messages do, but interest's."""
    if not turn.state.banks[turn.sender].has_role("lender", turn.time.date()):
        raise Rejected(Code.SENDER_NOT_PARTY, "only a lender of the scheme keeps the pool's account", "QJ-5")
    if _is_explained(book_of(turn.state).statement, data):
        turn.emit("pool.account.moved.v1", turn.subject, {}, "QJ-5")
    else:
        turn.emit(VIOLATED, turn.subject, {"code": "entry-not-explained"}, "QJ-5")


def _is_explained(statement: Statement, data: AccountEntry) -> bool:
    if data.direction == "credit":
        return data.purpose in _CREDITS
    if data.purpose == "compensation":
        return data.amount_fen <= statement.instructed_fen
    if data.purpose == "refund":
        return data.amount_fen <= statement.refunded_fen
    is_confirmed = data.purpose == "interest-withdrawal" and data.confirmation_ref is not None
    return is_confirmed and data.amount_fen <= statement.interest_fen


def moved(state: State, event: Event) -> None:
    """What the statement may still show is less by a debit; interest is kept apart."""
    statement, told = book_of(state).statement, event.data
    if told["direction"] == "credit":
        if told["purpose"] == "interest-credit":
            statement.interest_fen += told["amount_fen"]
    elif told["purpose"] == "compensation":
        statement.instructed_fen -= told["amount_fen"]
    elif told["purpose"] == "refund":
        statement.refunded_fen -= told["amount_fen"]
    else:
        statement.interest_fen -= told["amount_fen"]
