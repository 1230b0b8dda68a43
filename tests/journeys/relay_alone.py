"""A relay by itself, in the test's own process, in front of a journal that a worker without a relay has filled."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import cast

import asyncpg
import confluent_kafka
from proxy import Proxy
from running_service import PATIENCE_S, SCHEME, Record, Service

from drawbridge import wiring
from drawbridge.bank.envelope import Sender
from drawbridge.record.owed import Outbox
from drawbridge.relay.kafka import KafkaSession
from drawbridge.relay.publisher import Publisher
from drawbridge.relay.records import Recorder
from drawbridge.sending import sender_and_key
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, EVENTS, FACTS, partition_of, sender_plans
from drawbridge.watch.alerts import alerts_by_scheme

CITY = ("simulate", "--scheme", SCHEME, "--seed", "7", "--mishaps", "0", "--from", "2014-01-02", "--to", "2014-02-28")
OUTPUTS = (FACTS, EVENTS, CREDIT_RECORDS, ALERTS)


@dataclass(slots=True)
class RelayAlone:
    """What a test does with the relay of the one scheme's partition; it meets the broker by way of a proxy."""

    service: Service
    proxy: Proxy
    pool: asyncpg.Pool
    partition: int = partition_of(SCHEME, 4)
    running: "asyncio.Task[None] | None" = None

    @property
    def settings(self) -> Settings:
        """The settings of a relay behind the proxy, impatient enough for tests."""
        return replace(self.service.settings(), kafka=self.proxy.address, transaction_timeout_ms=4_000)

    async def journal(self, cases: int = 12) -> list[bytes]:
        """Have a city's messages decided, with nothing published, and return the events."""
        city = self.service.run(*CITY, "--cases", str(cases)).splitlines()
        sent = await self.pool.fetchval("SELECT count(*) FROM messages")
        if not self.service.workers:  # a second one would be another writer, with another epoch
            self.service.start("--roles", "intake,desk")
        broker = await wiring.broker(self.service.settings())
        for sender in {sender_and_key(line)[0] for line in city}:
            assert isinstance(sender, Sender)
            await broker.create(sender_plans(self.service.settings(), sender))
        await broker.close()
        async with self.service.letterbox() as box:
            for number, line in enumerate(city, 1):
                sender, key = sender_and_key(line)
                assert sender is not None
                await box.send(sender, key, line)
                if sender.role == "operator" or number == len(city):  # it may enrol the next line's bank
                    await self._decided(sent + number)
        return self.service.exported("events")

    async def _decided(self, count: int) -> None:
        """Wait until so many messages are decided."""
        deadline = time.monotonic() + PATIENCE_S
        while (decided := await self.pool.fetchval("SELECT count(*) FROM messages")) < count:
            assert time.monotonic() < deadline, f"{decided} of {count} messages are decided"
            await asyncio.sleep(0.02)

    @asynccontextmanager
    async def publisher(self, batch: int) -> AsyncIterator[Publisher]:
        """Return a publisher that does not run yet."""
        settings = replace(self.settings, relay_batch=batch)
        broker = await wiring.broker(settings)
        # counted now: a test may take topics away
        partitions = {name: await broker.partitions(settings.topic(name)) for name in OUTPUTS}

        def session() -> KafkaSession:
            return KafkaSession(
                settings,
                self.partition,
                producer=broker.relay_producer(self.partition),
                committed=broker.consumer(),
                watermarks=broker.consumer(committed=False),
                partitions=partitions,
            )

        async def make_topics(bank: str) -> None:
            await broker.create(sender_plans(settings, Sender("bank", bank)))

        made = Publisher(
            settings,
            self.partition,
            Outbox(self.pool),
            session,
            lambda: Recorder(settings, partitions, lambda _scheme: (), alerts_by_scheme()),
            make_topics,
        )
        try:
            yield made
        finally:
            await broker.close()

    @asynccontextmanager
    async def publishing(self, batch: int = 20) -> AsyncIterator["asyncio.Task[None]"]:
        """Run a publisher meanwhile; what it ends with of its own fails the test."""
        async with self.publisher(batch) as publisher:
            task = asyncio.create_task(publisher.run())
            self.running = task
            try:
                yield task
            finally:
                task.cancel()
                await asyncio.wait([task])
            if not task.cancelled():
                await task

    async def everything_is_published(self) -> None:
        """Wait until the database believes that every row is published."""
        outbox, deadline = Outbox(self.pool), time.monotonic() + PATIENCE_S
        while await outbox.published(self.partition) < (await outbox.writer(self.partition))[1]:
            assert time.monotonic() < deadline, "not everything is published"
            assert self.running is None or not self.running.done(), "the relay has ended"
            await asyncio.sleep(0.05)

    def events(self) -> list[bytes]:
        """Read every event that there is; one too many would be among them."""
        return [record.value for record in self.everything("events")]

    def receipts(self, sender: Sender) -> list[bytes]:
        """Read every receipt of a sender."""
        found = self.everything(f"{sender.role}.{sender.name}.out")
        return [record.value for record in found if record.type.startswith("receipt.")]

    def everything(self, topic: str) -> list[Record]:
        """Read a topic to its end, committed records only, with a client of another make (librdkafka)."""
        consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.service.kafka,
                "group.id": f"{self.service.prefix}everything",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
            }
        )
        name, begin = self.service.prefix + topic, confluent_kafka.OFFSET_BEGINNING
        left = set(consumer.list_topics(name, timeout=PATIENCE_S).topics[name].partitions)
        consumer.assign([confluent_kafka.TopicPartition(name, part, begin) for part in left])
        found: list[Record] = []
        deadline = time.monotonic() + PATIENCE_S
        try:
            while left:
                assert time.monotonic() < deadline, f"{name} has no end"
                message = consumer.poll(0.2)
                if message is None:
                    continue
                if (error := message.error()) is not None:
                    assert error.code() == confluent_kafka.KafkaError._PARTITION_EOF, error
                    left.discard(message.partition() or 0)
                    continue
                told = cast("list[tuple[str, bytes]]", message.headers() or [])
                found.append(Record(message.partition() or 0, message.key() or b"", message.value() or b"", dict(told)))
        finally:
            consumer.close()
        return found
