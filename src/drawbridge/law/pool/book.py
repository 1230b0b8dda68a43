"""What all cases of a pool share: its money, its members, and what an enterprise has (QJ-4, QJ-5, QJ-9)."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from drawbridge.bank.rejects import Code, RefusedMovement, Rejected
from drawbridge.law.article import answers
from drawbridge.law.pool.case import CONTRIBUTION, RISK_FUND, PoolCase, case_schema
from drawbridge.law.pool.profile import PoolProfile
from drawbridge.law.state import State
from drawbridge.law.sums import Sums
from drawbridge.law.turn import Turn


@dataclass(slots=True)
class Contributor:
    """What an enterprise paid into the pool."""

    code: dict[str, str]
    """The code of the case of its first contribution."""
    contributed_fen: int = 0


@dataclass(slots=True)
class Pending:
    """An instruction that is not paid in full, also when its case is out of memory."""

    stage: str
    unpaid_fen: int
    """What was instructed less what is recorded as paid."""
    disbursed_at: datetime
    nothing_since: datetime | None = None
    """Since when nothing is outstanding on its case; None while something is."""

    def is_outstanding(self, at: datetime) -> bool:
        """Tell whether something was outstanding on its case at an instant."""
        return self.disbursed_at <= at and (self.nothing_since is None or at < self.nothing_since)


@dataclass(slots=True)
class Statement:
    """What the account's statement may still show (QJ-5)."""

    instructed_fen: int = 0
    """Compensations instructed and not yet debited."""
    refunded_fen: int = 0
    """Refunds told and not yet debited."""
    interest_fen: int = 0
    """Interest credited and not withdrawn; apart from both funds, never refunded."""


@dataclass(slots=True)
class Book(Sums):
    """The pool's own part of the state."""

    balances: dict[str, int] = field(default_factory=lambda: {CONTRIBUTION: 0, RISK_FUND: 0})
    """By stage, in fen: contributions, and risk fund."""
    expected_fen: dict[int, dict[str, int]] = field(default_factory=dict)
    """By year and lender: the latest expected lending, in order of receipt."""
    members: dict[str, str] = field(default_factory=dict)
    """By organisation code: the name."""
    contributors: dict[str, Contributor] = field(default_factory=dict)
    """By organisation code, in the order of the first contribution."""
    pending: dict[str, Pending] = field(default_factory=dict)
    """By `<stage> <case>`."""
    statement: Statement = field(default_factory=Statement)
    is_closed: bool = False

    def available_fen(self, stage: str, at: datetime) -> int:
        """Return what a fund has left for a claim.

        The balance less what earlier instructions left unpaid, of cases with something outstanding at the claim's time.
        """
        owed = sum(one.unpaid_fen for one in self.pending.values() if one.stage == stage and one.is_outstanding(at))
        return max(0, self.balances[stage] - owed)


def book_of(state: State) -> Book:
    """Return the pool's own part of a state."""
    book = state.book
    assert isinstance(book, Book)  # noqa: S101 - the scheme made it
    return book


def pool_profile(state: State) -> PoolProfile:
    """Return the profile of an assisted-loan scheme."""
    profile = state.scheme.profile
    assert isinstance(profile, PoolProfile)  # noqa: S101 - the scheme is made with it
    return profile


_CLOSED = "the pool is closed: it gives no more loans"


@answers("QJ-6/1")
def refuse_when_closed(turn: Turn) -> None:
    """Refuse a request once the pool is closed.

    Raises:
        Rejected: `pool-closed`.
    """
    if book_of(turn.state).is_closed:
        raise Rejected(Code.POOL_CLOSED, _CLOSED, "QJ-6")


@answers("QJ-6/1")
def refuse_money_when_closed(turn: Turn) -> None:
    """Refuse a contribution once the pool is closed.

    Raises:
        RefusedMovement: `pool-closed`.
    """
    if book_of(turn.state).is_closed:
        raise RefusedMovement(Code.POOL_CLOSED, f"{_CLOSED}; give the money back", "QJ-6")


def recount(state: State, case: PoolCase) -> None:
    """Bring the book to what a case counts and has outstanding now."""
    book = book_of(state)
    counted = 0 if case.closed else case.asked_fen
    book.count(case, counted)
    balance = case.balance()
    book.note(case, balance.outstanding_fen)
    for stage in case.instructions:
        pending = book.pending.get(pending_key(stage, case))
        if pending is not None:
            pending.nothing_since = balance.nothing_since


def pending_key(stage: str, case: PoolCase) -> str:
    """Name an instruction in the book."""
    return f"{stage} {case.subject}"


_BOOK = TypeAdapter(Book)
_SUMS = {one.name for one in fields(Sums)}


def write_book(book: Book) -> bytes:
    """Write a book, for a snapshot of the state; without the sums, which its cases have."""
    return _BOOK.dump_json(book, exclude=_SUMS)


def read_book(told: bytes) -> Book:
    """Read a book back."""
    return _BOOK.validate_json(told)


def snapshot_schema() -> dict[str, Any]:
    """Return the shape of a book and of a case: when it changes, older snapshots are not read."""
    return {"book": _BOOK.json_schema(), "case": case_schema()}
