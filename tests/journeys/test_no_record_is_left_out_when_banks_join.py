"""Banks are enrolled while intake runs: the framework's rebalances leave nothing out, and end nobody's process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import uuid4

import faust
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from running_service import PATIENCE_S, Broker

from drawbridge.gateway.app import add_intake, follow_senders, has_share, make_app
from drawbridge.gateway.consumer import PromptConsumer
from drawbridge.gateway.intake import Received
from drawbridge.settings import Settings

BANKS = 6


class Joining:
    """Banks whose topics come one after the other, and what intake was handed of them."""

    def __init__(self, broker: Broker) -> None:
        """Use topics of its own."""
        self.settings = Settings(kafka=broker.address, topic_prefix=f"{uuid4().hex[:8]}.", heartbeat_ms=300)
        self.embedded = broker.embedded
        self.topics: list[str] = []
        self.handed: dict[str, list[int]] = {}
        self.admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
        self.producer = AIOKafkaProducer(bootstrap_servers=broker.address)
        self.may_pass = asyncio.Event()
        self.may_pass.set()

    async def join(self) -> str:
        """Let a bank join, and say three things at once."""
        topic = f"{self.settings.topic_prefix}bank.{len(self.topics)}.in"
        await self.admin.create_topics([NewTopic(topic, 1, 1)])
        for number in range(3):
            await self.producer.send_and_wait(topic, b"%d" % number)
        self.topics.append(topic)
        return topic

    def app(self) -> faust.App:
        """Return intake's app as a worker has it, on what has joined so far."""
        app = make_app(self.settings, "intake", embedded=self.embedded)

        async def forward(batch: list[Received]) -> None:
            for received in batch:
                self.handed.setdefault(received.origin.topic, []).append(received.origin.offset)
            await self.may_pass.wait()

        add_intake(app, self.settings, list(self.topics), forward)
        return app

    async def look(self) -> list[str]:
        """Return the topics that intake finds when it looks."""
        return list(self.topics)

    async def until_handed(self, topic: str) -> None:
        """Return when all that was said on a topic was handed over."""
        async with asyncio.timeout(PATIENCE_S):
            while set(self.handed.get(topic, ())) != {0, 1, 2}:  # noqa: ASYNC110 - intake tells nobody
                await asyncio.sleep(0.05)


@pytest.fixture
async def joining(broker: Broker) -> AsyncIterator[Joining]:
    """Give banks that join at the run's broker."""
    if broker.embedded:
        pytest.skip("the embedded broker's groups are not Kafka's")
    made = Joining(broker)
    await made.admin.start()
    await made.producer.start()
    yield made
    await made.producer.stop()
    await made.admin.close()


async def test_what_was_fetched_but_not_acknowledged_is_fetched_again_from_a_new_topic_too(joining: Joining) -> None:
    """Nothing was committed there yet: going back is going to the start; no flow, and no end of the app, meanwhile."""
    topic = await joining.join()
    joining.may_pass.clear()
    app = joining.app()
    place = TopicPartition(topic, 0)
    async with app:
        consumer = app.consumer
        assert isinstance(consumer, PromptConsumer)
        await joining.until_handed(topic)
        assert await consumer.position(place) == 3
        await consumer.perform_seek()
        assert await consumer.position(place) == 0
        elsewhere = TopicPartition("of-another-worker", 0)
        assert consumer.highwater(elsewhere) == 0
        assert await consumer._commit({elsewhere: 1}) is False
        assert not consumer.should_stop
        joining.may_pass.set()


async def test_a_changed_subscription_stops_the_flow_until_the_group_has_shared_out_anew(joining: Joining) -> None:
    """What would flow meanwhile, Faust forgets when it resumes."""
    await joining.join()
    app = joining.app()
    async with app:
        async with asyncio.timeout(PATIENCE_S):
            while not has_share(app):  # noqa: ASYNC110 - Faust tells nobody
                await asyncio.sleep(0.05)
        consumer = app.consumer
        assert isinstance(consumer, PromptConsumer)
        await consumer.on_partitions_revoked(set())
        assert not consumer.flow_active
        assert not app.flow_control.is_active()


async def test_each_bank_that_joins_is_heard_whole_by_three_workers_that_go_on(joining: Joining) -> None:
    """In each topic, all that was said before and after its rebalance, and every app lives."""
    await joining.join()
    apps = [joining.app() for _ in range(3)]
    async with AsyncExitStack() as stack:
        for app in apps:
            await stack.enter_async_context(app)
        following = [asyncio.create_task(follow_senders(app, joining.look, 0.3)) for app in apps]
        for _ in range(BANKS):
            await joining.until_handed(await joining.join())
        assert not any(app.should_stop or app.crashed for app in apps)
        for task in following:
            task.cancel()
    assert all(sorted(set(offsets)) == [0, 1, 2] for offsets in joining.handed.values())
    assert len(joining.handed) == BANKS + 1
