"""The pool ends: what is left of the contributions goes back, pro rata to what each enterprise paid in (QJ-6)."""

from drawbridge.bank.messages.pool.closure import PoolClosure
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.pool.book import book_of
from drawbridge.law.pool.case import CONTRIBUTION, PoolCase
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("QJ-6/1")
def decide_closure(turn: Turn, _case: None, _data: PoolClosure) -> None:
    """Close the pool once no lender has a claim on it any more."""
    book = book_of(turn.state)
    if book.is_closed:
        raise Rejected(Code.CASE_CLOSED, "the pool is closed already", "QJ-6")
    still_open = [subject for subject in sorted(book.outstanding) if counts_as_open(turn.state.cases[subject])]
    if still_open:
        raise Rejected(Code.LOANS_OPEN, f"{len(still_open)} loans of the pool are not settled yet", "QJ-6")
    balance = max(0, book.balances[CONTRIBUTION])
    contributors = list(book.contributors.values())
    refunds = largest_remainder(balance, [one.contributed_fen for one in contributors])
    shares = [
        {**one.code, "contributed_fen": one.contributed_fen, "refund_fen": refund}
        for one, refund in zip(contributors, refunds, strict=True)
    ]
    turn.emit("pool.refunded.v1", turn.subject, {"balance_fen": balance, "shares": shares}, "QJ-6")


def counts_as_open(case: PoolCase) -> bool:
    """Tell whether a loan with something outstanding keeps the pool from closing.

    Once its shortfall was shared, only until the government's half has been paid on the claim since: the lender's half
    and later interest are his own.
    """
    if case.shared is None:
        return True
    now, then = case.balance(), case.balance(case.shared.at)
    paid_since = now.interest_paid_fen + now.principal_paid_fen - then.interest_paid_fen - then.principal_paid_fen
    return paid_since < case.shared.government_fen


@answers("QJ-6/1")
def largest_remainder(sum_fen: int, weights_fen: list[int]) -> list[int]:
    """Share a sum pro rata so that the shares add up to the fen.

    What whole shares leave over goes, a fen each, to the largest remainders; of equal ones to the earlier.
    """
    total = sum(weights_fen)
    if not total:
        return [0] * len(weights_fen)
    shares = [sum_fen * weight // total for weight in weights_fen]
    left = sum_fen - sum(shares)
    by_remainder = sorted(range(len(weights_fen)), key=lambda place: -(sum_fen * weights_fen[place] % total))
    for place in by_remainder[:left]:
        shares[place] += 1
    return shares


def refunded(state: State, event: Event) -> None:
    """The pool is closed, and the refunds are on their way."""
    book = book_of(state)
    refunds = sum(share["refund_fen"] for share in event.data["shares"])
    book.balances[CONTRIBUTION] -= refunds
    book.statement.refunded_fen += refunds
    book.is_closed = True
