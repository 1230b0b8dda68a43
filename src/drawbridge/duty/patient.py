"""What the doctor looks at: broker and database, each with clients that only read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import GroupCoordinatorNotAvailableError

from drawbridge import wiring
from drawbridge.gateway.positions import BrokerPositions
from drawbridge.relay.cursor import Cursor, read_cursor
from drawbridge.settings import Settings
from drawbridge.topics import FACTS, RELAY_CURSOR

#: seconds between two attempts to find who answers for a group
COORDINATOR_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Side:
    """The broker's side.

    Attributes:
        broker: what is known of it.
        stable: a consumer of no group that reads committed records: to it a topic ends at the last stable offset.
        watermarks: one that reads all and knows the real ends.
        positions: tells of the senders' topics.
    """

    broker: wiring.Broker
    stable: AIOKafkaConsumer
    watermarks: AIOKafkaConsumer
    positions: BrokerPositions

    async def facts(self) -> list[TopicPartition]:
        """Return the partitions of `facts`."""
        topic = self.broker.settings.topic(FACTS)
        return [TopicPartition(topic, number) for number in range(await self.broker.partitions(topic))]

    async def cursor(self, partition: int) -> Cursor | None:
        """Return the relay's last committed cursor of a partition of the journal."""
        place, reader = TopicPartition(self.broker.settings.topic(RELAY_CURSOR), partition), self.stable
        end = (await reader.end_offsets([place]))[place]
        reader.assign([place])
        await reader.seek_to_beginning(place)
        last = None
        while await reader.position(place) < end:
            for record in (await reader.getmany(place, timeout_ms=200)).get(place, []):
                last = record.value
        return None if last is None else read_cursor(last)


@dataclass(frozen=True, slots=True)
class Patient:
    """Both sides, as far as they answer."""

    settings: Settings
    side: Side | None
    pool: asyncpg.Pool | None


async def _meet_coordinator(broker: wiring.Broker, within_s: float) -> None:
    """Return once the broker answers for groups: a new one takes a moment when it is first asked.

    Raises:
        UnreachableError: it does not in time.
    """
    try:
        async with asyncio.timeout(within_s):
            while True:
                with contextlib.suppress(GroupCoordinatorNotAvailableError):
                    await broker.admin.find_coordinator(broker.settings.topic(wiring.INTAKE_GROUP))
                    return
                await asyncio.sleep(COORDINATOR_PAUSE_S)
    except TimeoutError:
        raise wiring.UnreachableError("the broker does not answer for consumer groups: no coordinator") from None


async def _stop(consumer: AIOKafkaConsumer) -> None:
    """End a consumer: one that waits to fetch again then raises a cancellation that nobody asked for."""
    await asyncio.gather(consumer.stop(), return_exceptions=True)


@asynccontextmanager
async def broker_side(settings: Settings, within_s: float) -> AsyncIterator[Side]:
    """Hold the broker's side.

    Raises:
        UnreachableError: nothing answers there in time.
    """
    async with AsyncExitStack() as stack:
        broker = await wiring.broker(settings, within_s)
        stack.push_async_callback(broker.close)
        consumers = [broker.consumer(), broker.consumer(committed=False), broker.consumer()]
        for consumer in consumers:
            stack.push_async_callback(_stop, consumer)
            await consumer.start()
        stable, watermarks, asking = consumers
        await _meet_coordinator(broker, within_s)
        yield Side(broker, stable, watermarks, BrokerPositions(settings, broker.admin, asking, wiring.INTAKE_GROUP))
