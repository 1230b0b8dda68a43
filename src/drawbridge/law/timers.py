"""Timers: the instants that the law names, waiting to be concluded. A timer is data; nobody ticks here."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple


class Timer(NamedTuple):
    """One instant that waits."""

    subject: str
    name: str
    due_at: datetime
    """The instant that the law names: the event's `time`."""
    fires_at: datetime
    """When it is concluded: `due_at` and the grace, and never before its maker could know."""
    rank: int
    """Its place in the scheme's table, deciding between timers of one subject that fire together."""
    number: int = 0
    """Tells timers of one name and subject apart (a forwarding period each)."""

    @property
    def key(self) -> str:
        """Name it within its subject."""
        return f"{self.name}#{self.number}" if self.number else self.name

    @property
    def order(self) -> tuple[datetime, str, int, int]:
        """Which of two fires first."""
        return (self.fires_at, self.subject, self.rank, self.number)


@dataclass(slots=True)
class Timers:
    """All timers pending, the next one at hand; setting and firing cost a logarithm of their number."""

    pending: dict[str, dict[str, Timer]] = field(default_factory=dict)
    """By subject, then by key."""
    _heap: list[tuple[int, str, int, int, int, Timer]] = field(default_factory=list, compare=False)
    """By firing order. It also holds timers cancelled or set anew since; they are skipped when they come up."""
    _set_so_far: int = field(default=0, compare=False)
    """Keeps two entries of one order from being compared any further."""

    def set(self, timer: Timer) -> None:
        """Set a timer, in the place of one of the same key."""
        self.pending.setdefault(timer.subject, {})[timer.key] = timer
        self._set_so_far += 1
        at = _microseconds(timer.fires_at)
        heappush(self._heap, (at, timer.subject, timer.rank, timer.number, self._set_so_far, timer))

    def get(self, subject: str, key: str) -> Timer | None:
        """Return a pending timer."""
        of_subject = self.pending.get(subject)
        return None if of_subject is None else of_subject.get(key)

    def cancel(self, subject: str, key: str) -> None:
        """Cancel a timer if it is pending."""
        of_subject = self.pending.get(subject)
        if of_subject is not None and of_subject.pop(key, None) is not None and not of_subject:
            del self.pending[subject]

    def next(self) -> Timer | None:
        """Return the timer that fires next."""
        while self._heap:
            timer = self._heap[0][-1]
            if self.get(timer.subject, timer.key) is timer:
                return timer
            heappop(self._heap)
        return None

    def due(self, until: datetime) -> Timer | None:
        """Return the timer that fires next, when it fires at or before an instant."""
        if not self._heap or self._heap[0][0] > _microseconds(until):
            return None
        timer = self.next()
        return timer if timer is not None and timer.fires_at <= until else None

    def count_due(self, until: datetime, at_most: int) -> int:
        """Count the timers that fire at or before an instant, up to so many; those that fire later cost nothing."""
        count, at, left = 0, _microseconds(until), [0]
        while left and count < at_most:
            place = left.pop()
            if place < len(self._heap) and self._heap[place][0] <= at:
                timer = self._heap[place][-1]
                count += self.get(timer.subject, timer.key) is timer
                left += (2 * place + 1, 2 * place + 2)
        return count


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _microseconds(at: datetime) -> int:
    """Count an instant's microseconds: whole numbers compare several times faster than instants."""
    return (at - _EPOCH) // _MICROSECOND
