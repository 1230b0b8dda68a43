"""What the broker tells the clock: the ends of the senders' topics and of `facts`, and how far intake has come."""

import asyncio
from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from drawbridge.settings import Settings
from drawbridge.topics import sender_of


class BrokerPositions:
    """Asks the broker, with a consumer of no group that nobody else uses."""

    def __init__(self, settings: Settings, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer, group: str) -> None:
        """Use started clients; `group` is intake's."""
        self._settings = settings
        self._admin = admin
        self._consumer = consumer
        self._group = group
        # the consumer reads one place at a time
        self._reading = asyncio.Lock()

    async def inbound_ends(self) -> dict[TopicPartition, int]:
        """Return the end offset of every sender's topic that holds records."""
        places = await self._places()
        if not places:
            return {}
        starts = await self._consumer.beginning_offsets(places)
        ends = await self._consumer.end_offsets(places)
        return {place: ends[place] for place in places if ends[place] > starts[place]}

    async def intake_positions(self) -> dict[TopicPartition, int]:
        """Return what intake has committed: everything before it is delivered to `facts`."""
        places = await self._places()
        if not places:
            return {}
        # each place by name: the embedded broker does not know how to tell all
        group = self._settings.topic(self._group)
        committed = await self._admin.list_consumer_group_offsets(group, partitions=places)
        return {place: told.offset for place, told in committed.items() if told.offset >= 0}

    async def _places(self) -> list[TopicPartition]:
        """Return the place of every sender's topic."""
        topics = await self._admin.list_topics()
        return [TopicPartition(topic, 0) for topic in topics if sender_of(self._settings, topic) is not None]

    async def first_record(self, place: TopicPartition, start: int, before: int) -> int | None:
        """Return the offset of the first record from `start` on and before `before`, or None."""
        record = await self.read_first(place, start, before)
        return None if record is None else int(record.offset)

    async def read_first(self, place: TopicPartition, start: int, before: int) -> ConsumerRecord | None:
        """Return the first record of any topic's place from `start` on and before `before`, or None."""
        async with self._reading:
            self._consumer.assign([place])
            self._consumer.seek(place, start)
            while await self._consumer.position(place) < before:
                for record in (await self._consumer.getmany(place, timeout_ms=200)).get(place, []):
                    return record if record.offset < before else None
            return None

    async def facts_ends(self, places: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the end offsets of partitions of `facts`."""
        return dict(await self._consumer.end_offsets(places))

    async def facts_end(self, place: TopicPartition) -> int:
        """Return the end offset of a partition of `facts`."""
        return (await self.facts_ends([place]))[place]
