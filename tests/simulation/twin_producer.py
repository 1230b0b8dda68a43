"""The producer of the broker's twin, in the place of aiokafka's and of the relay's own."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError

from simulation.clients import Client, nothing
from simulation.twin_broker import Record, TwinBroker

#: in one batch, at most
BATCH_RECORDS = 3


class TwinProducer(Client):
    """A producer: idempotent, or transactional when it has an id; it asks to end a transaction once."""

    #: whether an unanswered commit is final, as with the relay's own producer
    asks_once = True

    def __init__(
        self, broker: TwinBroker, transactional_id: str | None = None, *, timeout_s: float = 10.0, name: str = ""
    ) -> None:
        super().__init__(broker)
        self.client = SimpleNamespace(set_topics=nothing, close=nothing)
        self._id = transactional_id
        self._timeout_s = timeout_s
        self._name = name or transactional_id or "producer"
        self._producer = (-1, -1)
        self._queues: dict[TopicPartition, list[tuple[list[Record], asyncio.Future[Any]]]] = {}
        self._sequences: dict[TopicPartition, int] = {}
        self._added: set[TopicPartition] = set()
        self._enlisted: list[TopicPartition] = []
        self._pump: asyncio.Task[None] | None = None
        self._broken: Exception | None = None

    async def start(self) -> None:
        """Get producer id and epoch."""
        act = lambda: self._broker.init_producer(self._id, self._timeout_s)  # noqa: E731 - said twice
        self._producer = await self._patiently(f"{self._name}: InitProducerId", act)

    async def stop(self) -> None:
        """End at once; what is on its way stays there."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.wait([self._pump])

    async def begin_transaction(self) -> None:
        """Begin; the broker hears of it with the first record."""
        if self._broken is not None:
            raise self._broken
        self._added.clear()
        self._enlisted.clear()

    def enlist(self, place: TopicPartition) -> None:
        """Have a place added with those of the next records."""
        self._enlisted.append(place)

    def create_batch(self) -> "TwinBatch":
        """Return an empty batch."""
        return TwinBatch()

    async def send_batch(self, batch: "TwinBatch", topic: str, *, partition: int) -> "asyncio.Future[Any]":
        """Queue a batch, and return the future of its delivery."""
        told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(TopicPartition(topic, partition), []).append((batch.records, told))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._deliver())
        return told

    async def commit_transaction(self) -> None:
        """Commit; an answer that is not clear ends this producer.

        Raises:
            KafkaError: it is not known whether it is committed, or it is not.
        """
        if self._broken is not None:
            raise self._broken
        if not self._added:
            return
        act = lambda: self._broker.end_txn(self._id or "", self._producer, commit=True)  # noqa: E731 - said twice
        what = f"{self._name}: EndTxn (epoch {self._producer[1]})"
        try:
            if not self.asks_once:
                await self._patiently(what, act)
                return
            async with asyncio.timeout(self._timeout_s):
                await self._ask(what, act)
        except TimeoutError:
            self._broken = KafkaTimeoutError()
        except KafkaError as why:
            self._broken = why
        if self._broken is not None:
            raise self._broken

    async def _deliver(self) -> None:
        """Send what is queued, a batch for each partition at a time."""
        while self._queues:
            queued, self._queues = self._queues, {}
            try:
                await self._add([*self._enlisted, *queued])
                await asyncio.gather(*(self._produce(place, told) for place, told in queued.items()))
            except KafkaError as why:
                self._broken = why
                for _, told in (pair for pairs in queued.values() for pair in pairs):
                    if not told.done():
                        told.set_exception(why)

    async def _add(self, places: Sequence[TopicPartition]) -> None:
        new = [place for place in places if place not in self._added]
        if self._id is None or not new:
            return
        told, producer, broker = self._id, self._producer, self._broker
        await self._patiently(f"{self._name}: AddPartitionsToTxn", lambda: broker.add_partitions(told, producer, new))
        self._added.update(new)

    async def _produce(
        self, place: TopicPartition, batches: Sequence[tuple[list[Record], "asyncio.Future[Any]"]]
    ) -> None:
        broker, producer = self._broker, self._producer
        for records, told in batches:
            sequence = self._sequences.get(place, 0)
            self._sequences[place] = sequence + 1
            what = f"{self._name}: Produce {len(records)} to {place.topic}/{place.partition}"
            first = await self._patiently(what, partial(broker.produce, self._id, producer, place, records, sequence))
            if not told.done():
                told.set_result(SimpleNamespace(topic=place.topic, partition=place.partition, offset=first))


class TwinBatch:
    """Records for one partition; it takes few, so that there are often several."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def append(
        self, *, timestamp: int | None, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]]
    ) -> int | None:
        """Take a record and return its place; None when the batch is full."""
        assert timestamp is None
        if len(self.records) == BATCH_RECORDS:
            return None
        self.records.append((key, value, tuple(headers)))
        return len(self.records)

    def record_count(self) -> int:
        """Return how many it has."""
        return len(self.records)
