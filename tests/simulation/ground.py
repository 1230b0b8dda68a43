"""Where a clause of the contract between service and broker is tried: on the twin, or on Apache Kafka."""

from collections.abc import Sequence
from typing import Any, Protocol

from aiokafka import TopicPartition

from drawbridge.delivery import Delivery, Outgoing


class Held(Protocol):
    """A request that never reached the broker while its client was cut off."""

    async def caught(self) -> None:
        """Return once it is held."""

    async def arrive(self) -> None:
        """Have the broker get it after all, and return when it has taken effect, or was refused."""


class Ground(Protocol):
    """Clients of one broker, and the harm that is done between them and it. Clients are started, and end with it."""

    async def topic(self, name: str, *, partitions: int = 1, append_time: bool = False, compacted: bool = False) -> str:
        """Make a topic and return its full name."""

    async def relay_producer(self, id_: str, timeout_s: float = 10.0) -> Any:
        """Start a relay's producer: what it has a transactional id for is its own from now on."""

    async def plain_producer(self, id_: str | None) -> Any:
        """Start a producer as the client library has it, idempotent, or transactional with an id."""

    async def consumer(self, *, committed: bool = True) -> Any:
        """Start a consumer of no group."""

    async def member(self, group: str, topics: Sequence[str], listener: Any = None) -> Any:
        """Start a consumer that joins a group."""

    async def positions(self, group: str, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Return what a group has committed, -1 where nothing."""

    def hold(self, kind: str) -> Held:
        """Cut off the client that asks this next (`EndTxn`, `Produce`), and hold its request back."""

    async def compact(self, place: TopicPartition) -> None:
        """Return once the broker has compacted a partition, but for its last records."""


async def write(producer: Any, place: TopicPartition, *values: bytes, key: bytes = b"") -> int:
    """Deliver records and return the offset behind the last."""
    delivery = Delivery(producer)
    await delivery([Outgoing(place.topic, place.partition, key, value, []) for value in values])
    return delivery.ends[place.topic, place.partition]


async def publish(producer: Any, *records: tuple[TopicPartition, bytes]) -> None:
    """Publish records in one transaction."""
    await producer.begin_transaction()
    for place, value in records:
        await write(producer, place, value)
    await producer.commit_transaction()


async def stands(reader: Any, place: TopicPartition) -> list[tuple[int, bytes]]:
    """Return offset and value of all that a reader sees of a partition, up to the end that it is told."""
    [end] = (await reader.end_offsets([place])).values()
    reader.assign([place])
    reader.seek(place, 0)
    found: list[tuple[int, bytes]] = []
    while await reader.position(place) < end:
        records = (await reader.getmany(place, timeout_ms=200)).get(place, [])
        found += [(record.offset, record.value) for record in records]
    return found


async def values(reader: Any, place: TopicPartition) -> list[bytes]:
    """Return the values of all that a reader sees of a partition."""
    return [value for _, value in await stands(reader, place)]
