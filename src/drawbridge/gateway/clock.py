"""Time that passes when nothing arrives: how far it has passed for a partition, and no message in time is overtaken.

The ends of all senders' topics are read first, then how far intake has come, then the end of `facts`: when intake has
passed those ends and the desk has passed that end, everything that was recorded by then has been decided.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from aiokafka import TopicPartition

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.settings import Settings


class Positions(Protocol):
    """What the broker tells of its topics."""

    async def inbound_ends(self) -> Mapping[TopicPartition, int]:
        """Return the end offset of every sender's topic that has records."""

    async def intake_positions(self) -> Mapping[TopicPartition, int]:
        """Return how far intake has forwarded each sender's topic, and been told that it was delivered."""

    async def first_record(self, place: TopicPartition, start: int, before: int) -> int | None:
        """Return the offset of the first record from `start` on and before `before`, or None."""

    async def facts_end(self, place: TopicPartition) -> int:
        """Return the end offset of a partition of `facts`."""


@dataclass(slots=True)
class _Waiting:
    """A moment for which the clock waits: what had been received by then."""

    until: datetime
    inbound: Mapping[TopicPartition, int]
    facts: int | None = None


def now_here() -> datetime:
    """Return what this machine's clock says."""
    return datetime.now(SHANGHAI)


@dataclass(slots=True)
class IdleClock:
    """Tells how far time has passed.

    Attributes:
        now: reads this machine's clock.
    """

    settings: Settings
    positions: Positions
    now: Callable[[], datetime] = now_here
    _waiting: dict[TopicPartition, _Waiting] = field(default_factory=dict)

    async def passed(self, due: datetime, place: TopicPartition, next_offset: int) -> datetime | None:
        """Return an instant not before `due` by which all was decided at this desk, or None: ask again later.

        Args:
            due: when the next timer fires.
            place: the desk's partition of `facts`.
            next_offset: how far the desk has come there.
        """
        waiting = self._waiting.get(place)
        if waiting is None:
            # a broker's clock that is behind may still give an instant before this one to a message yet to come
            until = self.now() - timedelta(milliseconds=self.settings.clock_margin_ms)
            if until < due:
                return None
            waiting = self._waiting[place] = _Waiting(until, await self.positions.inbound_ends())
        if waiting.facts is None:
            if not await self._forwarded(waiting.inbound):
                return None
            waiting.facts = await self.positions.facts_end(place)
        if next_offset < waiting.facts:
            return None
        del self._waiting[place]
        return waiting.until if waiting.until >= due else None

    async def _forwarded(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Whether intake has forwarded every record before these ends; a transaction's marker at the end is none."""
        forwarded = await self.positions.intake_positions()
        for place, end in ends.items():
            at = forwarded.get(place, 0)
            if at < end and await self.positions.first_record(place, at, end) is not None:
                return False
        return True

    def forget(self, place: TopicPartition) -> None:
        """Drop what was waited for: the partition went to another desk."""
        self._waiting.pop(place, None)
