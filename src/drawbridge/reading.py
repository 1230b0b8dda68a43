"""A subscriber's side of the topic `events`: reads committed records, and proves that none is missing or changed.

Each event carries its scheme's `sequence`, gap-free from 1, and in `prev` the hash of the one before. Kafka's offsets
have gaps of their own on a topic that is written in transactions, so only the sequence tells that something is missing.
Whoever keeps `at` of the last event that he dealt with goes on from there.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from drawbridge.law.event import ChainCheck
from drawbridge.topics import EVENTS


class MissingEventError(RuntimeError):
    """The journal as it was read has a gap or a changed event; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Read:
    """An event as it was read.

    Attributes:
        line: canonical JSON.
        scheme: whose journal.
        sequence: in that journal.
        partition: of the topic.
        offset: of the record.
    """

    line: bytes
    scheme: str
    sequence: int
    partition: int
    offset: int


@dataclass(slots=True)
class JournalCheck:
    """Checks the events of several schemes as they come, each scheme's in its order.

    Attributes:
        heads: what was read last of each scheme: its sequence and its hash. Kept by a subscriber, it is where to go on.
    """

    heads: dict[str, tuple[int, str]] = field(default_factory=dict)

    def fresh(self, line: bytes, place: str) -> tuple[str, int] | None:
        """Return an event's scheme and sequence when it is the next one; None when it was read before.

        Args:
            line: the event.
            place: where it stood, for the message.

        Raises:
            MissingEventError: it is not what must come next.
        """
        value = orjson.loads(line)
        scheme, sequence = value["scheme"], value["sequence"]
        count, head = self.heads.get(scheme, (0, ""))
        if sequence <= count:
            return None  # published twice, as it may be on a broker without transactions
        check = ChainCheck(count, head) if head else ChainCheck()
        check.add(line)
        if check.fault is not None:
            raise MissingEventError(
                f"{place}: event {count + 1} of {scheme} should stand here, but: {check.fault.what}. Deal with nothing"
                " after it. Read again from before this place; when it is still so, ask whoever runs the service for"
                " `drawbridge verify` and `drawbridge export events`, and go on from the export"
            )
        self.heads[scheme] = (check.count, check.head)
        return scheme, sequence


class JournalReader:
    """Reads every partition of the topic, between `async with` and its end."""

    def __init__(
        self,
        kafka: str,
        *,
        prefix: str = "",
        after: Mapping[str, tuple[int, str]] | None = None,
        offsets: Mapping[int, int] | None = None,
        committed: bool = True,
    ) -> None:
        """Read from a broker; nothing is connected yet.

        Args:
            kafka: bootstrap servers.
            prefix: of the topics' names.
            after: the `heads` of an earlier reader; none: from each journal's beginning.
            offsets: the next one to read of each partition; not named: its beginning.
            committed: False for the embedded broker, which knows no transactions.
        """
        self.check = JournalCheck(dict(after or {}))
        self._topic = prefix + EVENTS
        self._offsets = dict(offsets or {})
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=kafka,
            isolation_level="read_committed" if committed else "read_uncommitted",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )

    async def __aenter__(self) -> Self:
        """Connect and go to the first record."""
        await self._consumer.start()
        partitions = await self._consumer._client._wait_on_metadata(self._topic)  # noqa: SLF001 - aiokafka tells it of subscribed topics only
        places = [TopicPartition(self._topic, number) for number in sorted(partitions)]
        self._consumer.assign(places)
        for place in places:
            if place.partition in self._offsets:
                self._consumer.seek(place, self._offsets[place.partition])
            else:
                await self._consumer.seek_to_beginning(place)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self._consumer.stop()

    async def __aiter__(self) -> AsyncIterator[Read]:
        """Yield each event once, in the order of its journal, for ever.

        Raises:
            MissingEventError: something is missing.
        """
        async for record in self._consumer:
            told = self.check.fresh(
                record.value, f"{record.topic}, partition {record.partition}, offset {record.offset}"
            )
            if told is not None:
                yield Read(record.value, *told, record.partition, record.offset)
