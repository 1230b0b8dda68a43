"""What the simulation believes of a broker, asked of Apache Kafka in the words in which its twin is asked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
import real_kafka
from aiokafka import AIOKafkaProducer, TopicPartition
from proxy import Api, Hold, Proxy
from running_service import PATIENCE_S

from drawbridge import wiring
from drawbridge.relay.producer import RelayProducer
from drawbridge.settings import Settings
from drawbridge.topics import TopicPlan
from simulation.clauses import CLAUSES, Clause
from simulation.ground import stands

_KINDS = {"EndTxn": Api.END_TXN, "Produce": Api.PRODUCE}
#: at once: a segment is closed, and cleaned however little it would bring
_COMPACTED = {"cleanup.policy": "compact", "segment.ms": "50", "min.cleanable.dirty.ratio": "0.001"}


class _Held:
    """A frame that the proxy holds back."""

    def __init__(self, proxy: Proxy, hold: Hold) -> None:
        self._proxy, self._hold = proxy, hold

    async def caught(self) -> None:
        """See `Held`."""
        assert await asyncio.to_thread(self._hold.caught.wait, PATIENCE_S)

    async def arrive(self) -> None:
        """See `Held`."""
        await asyncio.to_thread(self._proxy.release, self._hold)


class KafkaGround:
    """Clients of Apache Kafka that meet it by way of the proxy; see `Ground`."""

    def __init__(self, proxy: Proxy, broker: wiring.Broker) -> None:
        self._proxy, self._broker, self._settings = proxy, broker, broker.settings
        self._clients: list[Any] = []

    async def close(self) -> None:
        """End all clients."""
        await asyncio.gather(*(client.stop() for client in self._clients), return_exceptions=True)
        await self._broker.close()

    async def topic(self, name: str, *, partitions: int = 1, append_time: bool = False, compacted: bool = False) -> str:
        """See `Ground`."""
        configs = {"message.timestamp.type": "LogAppendTime"} if append_time else {}
        full = self._settings.topic(name)
        await self._broker.create([TopicPlan(full, partitions, configs | (_COMPACTED if compacted else {}))])
        return full

    async def relay_producer(self, id_: str, timeout_s: float = 10.0) -> Any:
        """See `Ground`."""
        return await self._started(
            RelayProducer(
                bootstrap_servers=self._settings.kafka,
                transactional_id=self._settings.topic(id_),
                transaction_timeout_ms=round(timeout_s * 1000),
                request_timeout_ms=4_000,
            )
        )

    async def plain_producer(self, id_: str | None) -> Any:
        """See `Ground`."""
        return await self._started(
            AIOKafkaProducer(
                bootstrap_servers=self._settings.kafka,
                transactional_id=None if id_ is None else self._settings.topic(id_),
                enable_idempotence=True,
                request_timeout_ms=4_000,
            )
        )

    async def consumer(self, *, committed: bool = True) -> Any:
        """See `Ground`."""
        return await self._started(self._broker.consumer(committed=committed))

    async def member(self, group: str, topics: Sequence[str], listener: Any = None) -> Any:
        """See `Ground`."""
        member = self._broker.consumer(group)
        member.subscribe(list(topics), listener=listener)
        return await self._started(member)

    async def positions(self, group: str, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """See `Ground`."""
        name = self._settings.topic(group)
        found = await self._broker.admin.list_consumer_group_offsets(name, partitions=list(places))
        return {place: told.offset for place, told in found.items()}

    def hold(self, kind: str) -> _Held:
        """See `Ground`."""
        return _Held(self._proxy, self._proxy.hold(_KINDS[kind]))

    async def compact(self, place: TopicPartition) -> None:
        """Wait until the cleaner has removed something, which it may have before anybody looks."""
        reader = await self.consumer()
        [written] = (await reader.end_offsets([place])).values()
        async with asyncio.timeout(PATIENCE_S):
            while len(await stands(reader, place)) == written:  # noqa: ASYNC110 - the cleaner tells nobody
                await asyncio.sleep(0.1)

    async def _started(self, client: Any) -> Any:
        await client.start()
        self._clients.append(client)
        return client


@pytest.fixture
async def ground(proxied: tuple[real_kafka.RealKafka, Proxy]) -> AsyncIterator[KafkaGround]:
    """Topics and ids of this test's own."""
    _, proxy = proxied
    settings = Settings(kafka=proxy.address, topic_prefix=f"{uuid4().hex[:8]}.", session_timeout_ms=6_000)
    ground = KafkaGround(proxy, await wiring.broker(settings))
    yield ground
    proxy.heal()
    await ground.close()


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.__name__)
async def test_kafka_does_what_its_twin_does(clause: Clause, ground: KafkaGround) -> None:
    """Each clause."""
    await clause(ground)
