"""Makes sure that intake forwards a sender's topic without a gap, whatever the framework hands it.

Faust drops a record now and then when its group rebalances, and goes on behind it; acknowledging what follows would
lose it for good. The desk, too, takes everything at or below the last offset that it saw for forwarded. So a gap
between two offsets is looked into before anything behind it is forwarded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiokafka import TopicPartition

from drawbridge.gateway.intake import Received


class SkippedError(RuntimeError):
    """A record was handed over although one before it was not: the process has to end and to read again."""


class InboundPositions(Protocol):
    """What the broker tells of the senders' topics."""

    async def intake_positions(self) -> Mapping[TopicPartition, int]:
        """Return how far each topic was forwarded and acknowledged, by any worker."""

    async def first_record(self, place: TopicPartition, start: int, before: int) -> int | None:
        """Return the offset of the first record from `start` on and before `before`, or None.

        Offsets without a record are common: a sender's transactions leave markers, and old records are removed.
        """


@dataclass(slots=True)
class InOrder:
    """What one process has forwarded: up to which offset of each topic, without a gap."""

    positions: InboundPositions
    _next: dict[TopicPartition, int] = field(default_factory=dict)

    async def fresh(self, batch: Sequence[Received]) -> list[Received]:
        """Return those records of a batch that were not forwarded before, in their order.

        Raises:
            SkippedError: one is missing before another; nothing of the batch may be forwarded or acknowledged.
        """
        found = []
        for received in batch:
            place = TopicPartition(received.origin.topic, received.origin.partition)
            offset = received.origin.offset
            if offset > self._next.get(place, -1):
                await self._look_into(place, offset)
            if offset >= self._next[place]:
                self._next[place] = offset + 1
                found.append(received)
        return found

    async def _look_into(self, place: TopicPartition, offset: int) -> None:
        """Find out that nothing is missing before an offset."""
        acknowledged = (await self.positions.intake_positions()).get(place, 0)
        start = self._next[place] = max(self._next.get(place, 0), acknowledged)
        if offset > start:
            skipped = await self.positions.first_record(place, start, offset)
            if skipped is not None:
                raise SkippedError(f"{place.topic}: offset {offset} came, but not {skipped}")
