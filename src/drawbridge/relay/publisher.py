"""Publishes one partition of the journal in its order, batch by batch, and remembers how far it has come.

On Kafka a batch and its cursor are one transaction: whoever reads committed records sees both or neither. A producer of
the same transactional id fences its predecessor when it starts, so the cursor is read after that. The embedded broker
knows no transactions: there the cursor stands in the database alone, is written after the batch was delivered, and a
batch may be published twice.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import orjson
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from drawbridge.delivery import Delivery, Outgoing
from drawbridge.record.owed import Outbox, Owed, OwedEvent
from drawbridge.relay.records import Recorder
from drawbridge.settings import Settings
from drawbridge.topics import RELAY_CURSOR

log = structlog.get_logger()


class CursorError(RuntimeError):
    """Broker and database do not agree on how far the journal was published; the message says what a person must do."""


class MakeTopics(Protocol):
    """Makes the topics of a bank when it is enrolled."""

    async def __call__(self, bank: str) -> None:
        """Return when the bank's topics exist."""


@dataclass(slots=True)
class Publisher:
    """The relay of one partition.

    Attributes:
        producer: not started; transactional on Kafka, with an id that names the partition.
        cursor_reader: a consumer of no group, not started; None on the embedded broker.
        recorder: makes the records; new, it remembers no alerts yet.
        make_topics: makes a bank's topics.
        news: set when there may be something new in the journal.
    """

    settings: Settings
    partition: int
    outbox: Outbox
    producer: AIOKafkaProducer
    cursor_reader: AIOKafkaConsumer | None
    recorder: Recorder
    make_topics: MakeTopics
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Publish what is owed, until cancelled.

        Raises:
            CursorError: broker and database disagree.
            Exception: a publication failed: whether it is there is not known, so the process ends, and the next start
                reads the cursor.
        """
        await self.producer.start()
        try:
            position, deliver = await self._cursor(), Delivery(self.producer)
            for _scheme, line in await self.outbox.event_lines(self.partition, position):
                self.recorder.remember(line)
            log.info("relay opened", partition=self.partition, position=position)
            while True:
                self.news.clear()
                owed = await self.outbox.after(self.partition, position, self.settings.relay_batch)
                if owed:
                    await self._publish(owed, deliver)
                    position = owed[-1].position
                    await self.outbox.remember(self.partition, position)
                else:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self.news.wait(), self.settings.relay_poll_ms / 1000)
        finally:
            # not within the caller's cancellation: an open transaction is aborted before the next writer starts
            await asyncio.shield(self.producer.stop())

    async def _publish(self, owed: Sequence[Owed], deliver: Delivery) -> None:
        """Publish rows, with the cursor in the same transaction where there are transactions."""
        for row in owed:
            if isinstance(row, OwedEvent):
                bank = enrolled_bank(row.line)
                if bank is not None:
                    await self.make_topics(bank)
        records = [record for row in owed for record in self.recorder.records(row)]
        if self.cursor_reader is None:
            await deliver(records)
            return
        cursor = orjson.dumps({"partition": self.partition, "position": owed[-1].position})
        key = str(self.partition).encode()
        records.append(Outgoing(self.settings.topic(RELAY_CURSOR), self.partition, key, cursor, []))
        async with self.producer.transaction():
            await deliver(records)

    async def _cursor(self) -> int:
        """Return the position up to which everything was published."""
        remembered = await self.outbox.published(self.partition)
        if self.cursor_reader is None:
            return remembered
        place = TopicPartition(self.settings.topic(RELAY_CURSOR), self.partition)
        position = await _last_cursor(self.cursor_reader, place)
        if position is None and remembered:
            raise CursorError(
                f"the database says that partition {self.partition} was published up to {remembered}, but"
                f" {place.topic} is empty: is this another broker? Nothing is published until a person decides"
            )
        return position or 0


def enrolled_bank(line: bytes) -> str | None:
    """Return the bank that an event enrols, if it is an enrolment."""
    if b'"type":"bank.enrolled.v1"' not in line:
        return None
    subject: str = orjson.loads(line)["subject"]
    return subject.removeprefix("bank/")


async def _last_cursor(reader: AIOKafkaConsumer, place: TopicPartition) -> int | None:
    """Return the position in the last committed record of a partition of the cursor topic."""
    await reader.start()
    try:
        reader.assign([place])
        await reader.seek_to_beginning(place)
        end = (await reader.end_offsets([place]))[place]
        last = None
        while await reader.position(place) < end:
            for record in (await reader.getmany(place, timeout_ms=200)).get(place, []):
                last = orjson.loads(record.value)["position"]
        return last
    finally:
        await reader.stop()
