"""Sessions with a broker: with transactions, and consumers that look at what stands there; and without.

The embedded broker knows no transactions. What is published there may be published twice.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from drawbridge import crash
from drawbridge.delivery import Delivery, Outgoing
from drawbridge.relay.behind import Standing, digest
from drawbridge.relay.cursor import Cursor, Place, read_cursor
from drawbridge.relay.producer import RelayProducer
from drawbridge.relay.session import UnclearError
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, DEAD_LETTERS, EVENTS, RELAY_CURSOR

log = structlog.get_logger()

#: a producer begins when what its predecessor left open has ended; one that waits for longer asks anew, and says so
OPEN_WITHIN_S = 30.0
#: clients that no longer matter may take so long to end
CLOSE_WITHIN_S = 2.0
#: looking behind waits for other relays' open transactions; it says so after
SAY_AFTER_S = 10.0
#: the outputs that are no sender's
_FOR_ALL = (EVENTS, CREDIT_RECORDS, ALERTS, DEAD_LETTERS)
_SENDERS_TOPIC = re.compile(r"(bank|agency|operator)\.[A-Za-z0-9_.-]+\.out")


class KafkaSession:
    """One transactional producer's life; see `Session`."""

    transactional = True

    def __init__(  # noqa: PLR0913 - what a session is made of
        self,
        settings: Settings,
        partition: int,
        *,
        producer: RelayProducer,
        committed: AIOKafkaConsumer,
        watermarks: AIOKafkaConsumer,
        partitions: Mapping[str, int],
    ) -> None:
        """Put together what a session needs; nothing is started yet.

        Args:
            settings: see there.
            partition: of the journal.
            producer: with a transactional id that names the partition.
            committed: a consumer of no group that reads committed records.
            watermarks: one that reads uncommitted ones too: it knows the ends.
            partitions: how many each topic has, by its name without prefix; one where it is not named.
        """
        self._settings = settings
        self._partition = partition
        self._producer = producer
        self._committed = committed
        self._watermarks = watermarks
        self._partitions = partitions
        self._delivery = Delivery(producer)
        self._within_s = settings.transaction_timeout_ms / 1000

    async def open(self) -> None:
        """Start the producer, which fences its predecessor and ends what it left open; then the consumers."""
        try:
            async with asyncio.timeout(OPEN_WITHIN_S):
                await self._producer.start()
                await self._committed.start()
                await self._watermarks.start()
        except (KafkaError, OSError, TimeoutError) as why:
            raise UnclearError(f"the broker lets no producer begin: {why!r}") from why
        crash.point("relay.opened")

    async def cursor(self) -> Cursor | None:
        """Return the last committed record of this partition of the cursor's topic."""
        place = TopicPartition(self._settings.topic(RELAY_CURSOR), self._partition)
        try:
            # not the last stable offset: a transaction that hangs before the last record would hide it
            ends = await self._watermarks.end_offsets([place])
            last = None
            async for record in self._committed_records({place: 0}, ends):
                last = record.value
        except KafkaError as why:
            raise UnclearError(f"the cursor cannot be read: {why!r}") from why
        return None if last is None else read_cursor(last)

    async def ends(self) -> dict[Place, int]:
        """Return every output that exists, with its end."""
        try:
            there = await self._committed.topics()
            named = {self._settings.topic(name): self._partitions.get(name, 1) for name in _FOR_ALL}
            places = [
                TopicPartition(topic, number)
                for topic in sorted(there)
                for number in range(named.get(topic, 1 if self._is_senders(topic) else 0))
            ]
            found = await self._watermarks.end_offsets(places) if places else {}
        except KafkaError as why:
            raise UnclearError(f"the ends of the outputs cannot be read: {why!r}") from why
        return {(place.topic, place.partition): end for place, end in found.items()}

    async def standing(self, since: Mapping[Place, int], until: Mapping[Place, int]) -> list[Standing]:
        """Read the outputs between these offsets."""
        ends = {TopicPartition(*place): end for place, end in until.items() if since.get(place, 0) < end}
        starts = {place: since.get((place.topic, place.partition), 0) for place in ends}
        try:
            return [
                Standing((record.topic, record.partition), record.offset, digest(record.key, record.value))
                async for record in self._committed_records(starts, ends)
            ]
        except KafkaError as why:
            raise UnclearError(f"the outputs cannot be read: {why!r}") from why

    async def publish(self, records: Sequence[Outgoing], cursor: Cursor) -> dict[Place, int]:
        """Publish in one transaction: the records, then the cursor that names the ends behind them."""
        topic = self._settings.topic(RELAY_CURSOR)
        try:
            async with asyncio.timeout(self._within_s):
                await self._producer.begin_transaction()
                crash.point("relay.begun")
                self._producer.enlist(TopicPartition(topic, self._partition))
                await self._delivery(records)
                crash.point("relay.delivered")
                ends = dict(cursor.ends)
                ends |= {
                    (record.topic, record.partition): self._delivery.ends[record.topic, record.partition]
                    for record in records
                }
                line = cursor.line(self._partition, ends)
                await self._delivery([Outgoing(topic, self._partition, str(self._partition).encode(), line, [])])
                crash.point("relay.pointed")
                await self._producer.commit_transaction()
        except (KafkaError, OSError, TimeoutError) as why:
            raise UnclearError(await self._what_is_wrong(records, why)) from why
        return ends

    async def close(self) -> None:
        """End the clients; what waits to be sent by them is given up."""
        consumers = (self._committed, self._watermarks)
        # each in a task of its own: a consumer that ends while it waits to fetch again raises a cancellation that
        # nobody asked for, and leaves its connections open
        ended = await asyncio.gather(
            *(asyncio.wait_for(client.stop(), CLOSE_WITHIN_S) for client in (self._producer, *consumers)),
            return_exceptions=True,
        )
        if any(ended):
            log.info("a client of the broker did not end in time", partition=self._partition)
        left = (self._producer.client, *(consumer._client for consumer in consumers))  # noqa: SLF001 - see above
        await asyncio.gather(*(client.close() for client in left), return_exceptions=True)

    async def _committed_records(
        self, starts: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> AsyncIterator[ConsumerRecord]:
        """Yield the records between these offsets in the order of each place; wait for transactions that are open."""
        reader, now, left = self._committed, asyncio.get_running_loop().time, set(ends)
        began = now()
        if left:
            reader.assign(sorted(left))
        for place in sorted(left):
            reader.seek(place, starts[place])
        while left := {place for place in left if await reader.position(place) < ends[place]}:
            for place, records in (await reader.getmany(*sorted(left), timeout_ms=200)).items():
                for record in records:
                    if record.offset < ends[place]:
                        yield record
            if now() - began > SAY_AFTER_S:
                began = now()
                waited = sorted(f"{place.topic}/{place.partition}" for place in left)
                log.warning("waiting for open transactions", partition=self._partition, topics=waited)

    def _is_senders(self, topic: str) -> bool:
        """Whether a topic is one on which a sender is answered."""
        prefix = self._settings.topic_prefix
        return topic.startswith(prefix) and _SENDERS_TOPIC.fullmatch(topic.removeprefix(prefix)) is not None

    async def _what_is_wrong(self, records: Sequence[Outgoing], why: Exception) -> str:
        """Say what a person can do about a failed publication."""
        gone: set[str] = set()
        with contextlib.suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                there = await self._committed.topics()
                gone = {record.topic for record in records} - set(there)
        if gone:
            return f"{', '.join(sorted(gone))}: no such topic; `drawbridge topics --apply` makes what is missing"
        return f"no clear answer to a publication: {why!r}"


class PlainSession:
    """Of a broker that knows no transactions: the cursor is the database's alone. See `Session`."""

    transactional = False

    def __init__(self, producer: AIOKafkaProducer) -> None:
        """Use a producer that is not started."""
        self._producer = producer
        self._delivery = Delivery(producer)

    async def open(self) -> None:
        """Start the producer: there is nobody to fence."""
        try:
            await self._producer.start()
        except (KafkaError, OSError) as why:
            raise UnclearError(f"the broker cannot be reached: {why!r}") from why

    async def cursor(self) -> Cursor | None:
        """Return None: the broker keeps none."""
        return None

    async def ends(self) -> dict[Place, int]:
        """Return nothing: this broker gives ends that are too low."""
        return {}

    async def standing(self, since: Mapping[Place, int], until: Mapping[Place, int]) -> list[Standing]:  # noqa: ARG002 - see `Session`
        """Return nothing: nobody looks behind here."""
        return []

    async def publish(self, records: Sequence[Outgoing], cursor: Cursor) -> dict[Place, int]:
        """Publish the records; the cursor is left to the database."""
        try:
            await self._delivery(records)
        except (KafkaError, OSError) as why:
            raise UnclearError(f"no clear answer to a publication: {why!r}") from why
        return dict(cursor.ends)

    async def close(self) -> None:
        """End the producer."""
        await self._producer.stop()
