"""A main bank's queue, as its own desk sees it: who may sign when (ZJ-3, ZJ-6.1, ZJ-21).

The city tells no contract before its turn, so it keeps the same book as the law asks for: capacity, and a queue with
nurtured enterprises first and then in order of application, whose head blocks.
"""

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush

from drawbridge.simulate.bridge.loan import Loan


@dataclass(frozen=True, slots=True)
class Turn:
    """A loan whose turn has come, or who did not wait for it any longer."""

    at: datetime
    loan: Loan
    is_granted: bool


@dataclass(slots=True)
class Desk:
    """One main bank's capacity and queue."""

    free_fen: int
    _queue: list[tuple[tuple[bool, datetime, int], Loan]] = field(default_factory=list)
    _happenings: list[tuple[datetime, int, int]] = field(default_factory=list)
    """Instants at which something is freed, or at which patience ends (0 freed): the queue is looked at then."""
    _count: int = 0

    def frees(self, at: datetime, amount_fen: int) -> None:
        """Plan that an amount becomes free at an instant."""
        heappush(self._happenings, (at, self._count, amount_fen))
        self._count += 1

    def arrives(self, loan: Loan) -> Iterator[Turn]:
        """Take an application in: it is granted at once, or waits."""
        insort(self._queue, ((not loan.firm.profile["nurtured"], loan.applied_at, loan.number), loan))
        self.frees(loan.gives_up_at, 0)
        yield from self._drain(loan.applied_at)

    def passes(self, until: datetime) -> Iterator[Turn]:
        """Let time pass up to an instant, and tell whose turn came.

        The caller plans what a granted loan frees before it asks for the next turn.
        """
        while self._happenings and self._happenings[0][0] <= until:
            at, _, freed_fen = heappop(self._happenings)
            self.free_fen += freed_fen
            yield from self._drain(at)

    def _drain(self, at: datetime) -> Iterator[Turn]:
        tired = [loan for _, loan in self._queue if loan.gives_up_at <= at]
        if tired:
            self._queue = [row for row in self._queue if row[1].gives_up_at > at]
            for loan in tired:
                yield Turn(at, loan, is_granted=False)
        while self._queue and self._queue[0][1].asked_fen <= self.free_fen:
            loan = self._queue.pop(0)[1]
            self.free_fen -= loan.asked_fen
            yield Turn(at, loan, is_granted=True)
