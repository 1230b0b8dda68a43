"""The government's risk fund (风险补偿金): what is placed, and whether it suffices."""

from drawbridge.bank.messages.pool.placement import PoolPlacement
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.pool.book import book_of, pool_profile
from drawbridge.law.pool.case import RISK_FUND
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

_HUNDRED = 100


@answers("QJ-2/2", "QJ-3.2/1", "QJ-4/1")
def decide_placement(turn: Turn, _case: None, data: PoolPlacement) -> None:
    """Add to the risk fund, and say when it is under its share of the year's expected lending."""
    balance = book_of(turn.state).balances[RISK_FUND] + data.amount_fen
    turn.emit("pool.risk_fund.placed.v1", turn.subject, {"risk_fund_balance_fen": balance}, "QJ-4")
    percent = pool_profile(turn.state).risk_fund_percent.value
    expected = sum(book_of(turn.state).expected_fen[data.year].values())
    required = -(-expected * percent // _HUNDRED)
    if balance < required:
        told = {"risk_fund_balance_fen": balance, "required_fen": required}
        turn.emit("pool.risk_fund.insufficient.v1", turn.subject, told, "QJ-4")


def placed(state: State, event: Event) -> None:
    """The fund holds more, and the lender's expectation is the latest."""
    book, told = book_of(state), event.data
    book.balances[RISK_FUND] += told["amount_fen"]
    book.expected_fen.setdefault(told["year"], {})[told["lender"]] = told["expected_lending_fen"]
