"""In-memory twins of what the service meets outside: for tests of single parts, ours and a subscriber's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from drawbridge.delivery import Outgoing


@dataclass(slots=True)
class MemoryDelivery:
    """Takes records as a broker does, and keeps them.

    Attributes:
        records: in the order of delivery.
        fails_with: raised by the next delivery, which then keeps nothing.
    """

    records: list[Outgoing] = field(default_factory=list)
    fails_with: Exception | None = None

    async def __call__(self, records: Sequence[Outgoing], /) -> None:
        """Keep records."""
        if self.fails_with is not None:
            raise self.fails_with
        self.records += records


@dataclass(slots=True)
class MemoryPositions:
    """Tells the clock of topics that a test moves by hand.

    Attributes:
        inbound: the end of each sender's topic.
        forwarded: how far intake has come.
        facts: the end of each partition of `facts`.
        markers: offsets without a record, as transactions leave them.
    """

    inbound: dict[TopicPartition, int] = field(default_factory=dict)
    forwarded: dict[TopicPartition, int] = field(default_factory=dict)
    facts: dict[TopicPartition, int] = field(default_factory=dict)
    markers: set[tuple[TopicPartition, int]] = field(default_factory=set)

    async def inbound_ends(self) -> dict[TopicPartition, int]:
        """Return the ends as they are now."""
        return dict(self.inbound)

    async def intake_positions(self) -> dict[TopicPartition, int]:
        """Return how far intake has come now."""
        return dict(self.forwarded)

    async def first_record(self, place: TopicPartition, start: int, before: int) -> int | None:
        """Return the first offset there that is no marker."""
        return next((offset for offset in range(start, before) if (place, offset) not in self.markers), None)

    async def facts_end(self, place: TopicPartition) -> int:
        """Return the end of that partition now."""
        return self.facts.get(place, 0)
