"""Looking for what is still on its way: in the senders' topics before intake, in `facts` before the desk."""

import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiokafka import ConsumerRecord, TopicPartition

from drawbridge.bank.envelope import parse_source
from drawbridge.duty.patient import Side
from drawbridge.duty.tracing.asked import Asked, Names, names_of
from drawbridge.gateway.facts import at_milliseconds, from_record
from drawbridge.record.rows import Origin
from drawbridge.topics import inbound

#: seconds for which a backlog is searched
SEARCH_S = 30.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that is not in the journal yet.

    Attributes:
        where: `facts`, or the sender's topic.
        place: topic, partition and offset where it waits.
        stands_at: the offset that intake or desk takes next there.
        origin: where it stood on its sender's topic.
        recorded_at: when the broker received it.
    """

    where: str
    place: Origin
    stands_at: int
    origin: Origin
    recorded_at: datetime
    raw: bytes
    names: Names

    @property
    def before(self) -> int:
        """How many offsets come first."""
        return max(0, self.place.offset - self.stands_at)


class Search:
    """Searches a broker's backlog."""

    def __init__(self, side: Side, decided_up_to: Mapping[int, int]) -> None:
        """Search behind what the desks have decided of each partition of `facts`."""
        self._side = side
        self._decided = decided_up_to
        self._until = time.monotonic() + SEARCH_S
        #: whether all that waits was looked at
        self.is_whole = True

    async def run(self, asked: Asked) -> list[Waiting]:
        """Return what waits, the nearest to its decision first; a record forwarded meanwhile may stand there twice."""
        # topics first: what intake forwards meanwhile is then found in `facts`
        found = [waiting async for waiting in self._inbound(asked)]
        found = [waiting async for waiting in self._facts(asked)] + found
        once = {waiting.origin: waiting for waiting in reversed(found)}
        return sorted(once.values(), key=lambda waiting: waiting.recorded_at)

    async def _inbound(self, asked: Asked) -> AsyncIterator[Waiting]:
        """Yield what waits for intake."""
        ends, forwarded = await self._side.positions.inbound_ends(), await self._side.positions.intake_positions()
        for place in sorted(ends):
            if not self._may_hold(asked, place):
                continue
            at = forwarded.get(place, 0)
            start = at if asked.origin is None else max(at, asked.origin.offset)
            end = ends[place] if asked.origin is None else min(ends[place], asked.origin.offset + 1)
            async for record in self._records(place, start, end):
                here = Origin(place.topic, place.partition, record.offset)
                names, recorded_at = names_of(record.value or b"", record.headers), at_milliseconds(record.timestamp)
                if asked.fits(names, here):
                    yield Waiting(place.topic, here, at, here, recorded_at, record.value or b"", names)

    async def _facts(self, asked: Asked) -> AsyncIterator[Waiting]:
        """Yield what waits for the desk."""
        for place in await self._side.facts():
            at = self._decided.get(place.partition, 0)
            end = (await self._side.stable.end_offsets([place]))[place]
            async for record in self._records(place, at, end):
                fact = from_record(record.value or b"", record.headers)
                names = names_of(fact.value, fact.headers)
                if asked.fits(names, fact.origin):
                    here = Origin(place.topic, place.partition, record.offset)
                    yield Waiting("facts", here, at, fact.origin, fact.recorded_at, fact.value, names)

    async def _records(self, place: TopicPartition, start: int, end: int) -> AsyncIterator[ConsumerRecord]:
        """Yield the committed records of a place between two offsets, as long as there is time."""
        if start >= end:
            return
        reader = self._side.stable
        reader.assign([place])
        reader.seek(place, max(start, (await reader.beginning_offsets([place]))[place]))
        while await reader.position(place) < end:
            if time.monotonic() > self._until:
                self.is_whole = False
                return
            for record in (await reader.getmany(place, timeout_ms=200)).get(place, []):
                if record.offset < end:
                    yield record

    def _may_hold(self, asked: Asked, place: TopicPartition) -> bool:
        """Tell whether what is asked for can stand on a sender's topic."""
        if asked.origin is not None:
            return (place.topic, place.partition) == (asked.origin.topic, asked.origin.partition)
        sender = None if asked.message is None else parse_source(asked.message[0])
        return sender is None or place.topic == self._side.broker.settings.topic(inbound(sender))
