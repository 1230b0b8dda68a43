"""Timers: the instants that the law names, waiting to be concluded. A timer is data; nobody ticks here."""

from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush


@dataclass(frozen=True, slots=True)
class Timer:
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
    def causationid(self) -> str:
        """How its events name it as their cause."""
        return f"timer:{self.name}@{self.due_at.isoformat()}"

    @property
    def order(self) -> tuple[datetime, str, int, int]:
        """Which of two fires first."""
        return (self.fires_at, self.subject, self.rank, self.number)


@dataclass(slots=True)
class Timers:
    """All timers pending, the next one at hand; setting and firing cost a logarithm of their number."""

    pending: dict[str, dict[str, Timer]] = field(default_factory=dict)
    """By subject, then by key."""
    _heap: list[tuple[tuple[datetime, str, int, int], str]] = field(default_factory=list)
    """Also holds timers that were cancelled or set anew since; they are skipped when they come up."""

    def set(self, timer: Timer) -> None:
        """Set a timer, in the place of one of the same key."""
        self.pending.setdefault(timer.subject, {})[timer.key] = timer
        heappush(self._heap, (timer.order, timer.key))

    def get(self, subject: str, key: str) -> Timer | None:
        """Return a pending timer."""
        return self.pending.get(subject, {}).get(key)

    def cancel(self, subject: str, key: str) -> None:
        """Cancel a timer if it is pending."""
        of_subject = self.pending.get(subject)
        if of_subject is not None and of_subject.pop(key, None) is not None and not of_subject:
            del self.pending[subject]

    def next(self) -> Timer | None:
        """Return the timer that fires next, still pending."""
        while self._heap:
            order, key = self._heap[0]
            timer = self.get(order[1], key)
            if timer is not None and timer.order == order:
                return timer
            heappop(self._heap)
        return None
