"""Timers: the instants that the law names, waiting to be concluded. A timer is data; nobody ticks here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial
from heapq import heappop, heappush
from typing import NamedTuple

import orjson

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.shelf import Shelf


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


#: its instant, subject, rank and number, a count, and the timer: None for all of a subject's that are unread.
#: A timer may have been cancelled or set anew since; it is skipped when it comes up
_Entry = tuple[int, str, int, int, int, Timer | None]


@dataclass(slots=True)
class _Line:
    """All entries, the first that comes up at hand."""

    heap: list[_Entry] = field(default_factory=list)
    set_so_far: int = 0
    """Keeps two entries of one order from being compared any further."""

    def add(self, timer: Timer) -> None:
        """Put a timer into its place."""
        self.set_so_far += 1
        at_us = _microseconds(timer.fires_at)
        heappush(self.heap, (at_us, timer.subject, timer.rank, timer.number, self.set_so_far, timer))

    def add_unread(self, at_us: int, subject: str) -> None:
        """Let a subject come up when the first of its unread timers does."""
        self.set_so_far += 1
        heappush(self.heap, (at_us, subject, -1, 0, self.set_so_far, None))


class Timers:
    """All timers pending, the next one at hand; setting and firing cost a logarithm of their number.

    Those of a subject may still be the bytes that a snapshot had of them (`lay`): they are read when somebody looks at
    them, or when the first of them comes up.
    """

    def __init__(self) -> None:
        self._line = _Line()
        self.pending: Shelf[dict[str, Timer]] = Shelf(partial(_put_in_place, self._line))
        """By subject, then by key."""

    def set(self, timer: Timer) -> None:
        """Set a timer, in the place of one of the same key."""
        self.pending.setdefault(timer.subject, {})[timer.key] = timer
        self._line.add(timer)

    def lay(self, subject: str, at_us: int, told: bytes) -> None:
        """Set the timers of a subject that has none, as they were written.

        Args:
            subject: whose.
            at_us: when the first of them fires, in microseconds since 1970.
            told: at least one timer; both as `written` gave them.
        """
        self.pending.lay(subject, told)
        # it comes up just before the first of them would: all fire in the same order as if they had been read at once
        self._line.add_unread(at_us, subject)

    def written(self, subject: str) -> tuple[int | None, bytes]:
        """Return when the first timer of a subject fires, and all of them on one line, for `lay`; they stay unread."""
        told = self.pending.unread(subject)
        timers = _read_timers(subject, told) if told else list(self.pending.get(subject, {}).values())
        if told is None:
            rows = ((t.name, t.due_at.isoformat(), t.fires_at.isoformat(), t.rank, t.number) for t in timers)
            told = orjson.dumps(sorted(rows))
        return min((_microseconds(timer.fires_at) for timer in timers), default=None), told

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
        while self._line.heap:
            timer = self._line.heap[0][-1]
            if timer is None:
                subject = heappop(self._line.heap)[1]
                self.pending.get(subject)  # where they are unread still, they are put into their places now
            elif self.get(timer.subject, timer.key) is timer:
                return timer
            else:
                heappop(self._line.heap)
        return None

    def due(self, until: datetime) -> Timer | None:
        """Return the timer that fires next, when it fires at or before an instant."""
        if not self._line.heap or self._line.heap[0][0] > _microseconds(until):
            return None
        timer = self.next()
        return timer if timer is not None and timer.fires_at <= until else None

    def count_due(self, until: datetime, at_most: int) -> int:
        """Count the timers that fire at or before an instant, up to so many; those that fire later cost nothing."""
        count, at, left = 0, _microseconds(until), [0]
        while left and count < at_most:
            place = left.pop()
            if place < len(self._line.heap) and self._line.heap[place][0] <= at:
                count += self._due_of(self._line.heap[place], until)
                left += (2 * place + 1, 2 * place + 2)
        return min(count, at_most)

    def _due_of(self, entry: _Entry, until: datetime) -> int:
        """Count the timers for which an entry stands: it may be stale, or stand for all of a subject's."""
        subject, timer = entry[1], entry[-1]
        if timer is not None:
            return int(self.get(subject, timer.key) is timer)
        told = self.pending.unread(subject)
        return 0 if told is None else sum(one.fires_at <= until for one in _read_timers(subject, told))


def _put_in_place(line: _Line, subject: str, told: bytes) -> dict[str, Timer]:
    """Read the timers of a subject, and put each into its place in the line."""
    timers = _read_timers(subject, told)
    for timer in timers:
        line.add(timer)
    return {timer.key: timer for timer in timers}


def _read_timers(subject: str, told: bytes) -> list[Timer]:
    """Read the timers of a subject that were written here."""
    return [
        Timer(subject, name, _instant(due_at), _instant(fires_at), rank, number)
        for name, due_at, fires_at, rank, number in orjson.loads(told)
    ]


@lru_cache(maxsize=4096)
def _instant(text: str) -> datetime:
    """Read an instant that was written here; a scheme's cases share theirs."""
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


#: in the law's zone, as the instants are: those of one zone are subtracted several times faster
_EPOCH = datetime(1970, 1, 1, 8, tzinfo=SHANGHAI)
_MICROSECOND = timedelta(microseconds=1)


def _microseconds(at: datetime) -> int:
    """Count an instant's microseconds since 1970: whole numbers compare several times faster than instants."""
    return (at - _EPOCH) // _MICROSECOND
