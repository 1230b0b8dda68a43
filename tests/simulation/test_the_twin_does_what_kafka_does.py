"""The broker's twin keeps every clause that Apache Kafka is held to, in whatever order its steps come.

tests/journeys/test_kafka_does_what_its_twin_does.py asks the real broker in the same words.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from aiokafka import TopicPartition

from drawbridge.bank.envelope import SHANGHAI
from simulation.clauses import CLAUSES, Clause
from simulation.clients import TwinAdmin, TwinConsumer
from simulation.mutants import AskingAgain
from simulation.traffic import Delay, Flight
from simulation.twin_broker import TwinBroker
from simulation.twin_producer import TwinProducer
from simulation.world import World

AT = datetime(2014, 1, 6, 9, tzinfo=SHANGHAI)
ORDERS = 10


class _Held:
    """A request that is held back in the twin's traffic."""

    def __init__(self, world: World, kind: str) -> None:
        self._world, self._kind = world, kind
        self._flight: Flight | None = None
        self._is_free = self._is_there = False

    def look(self) -> None:
        """Hold the first request of the kind that is on its way."""
        flight = next((f for f in self._world.flights if self._kind in f.what and not f.has_acted), None)
        if self._flight is None and flight is not None:
            self._flight, act = flight, flight.act

            def arrives() -> object:
                self._is_there = True
                return act()

            flight.act = arrives
            self._world.lose(flight, Delay(steps=1, until=lambda: self._is_free))

    async def caught(self) -> None:
        """See `Held`."""
        while self._flight is None:  # noqa: ASYNC110 - the world tells nobody
            await asyncio.sleep(0.02)

    async def arrive(self) -> None:
        """See `Held`."""
        self._is_free = True
        while not self._is_there:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)


class TwinGround:
    """Clients of a twin; see `Ground`."""

    def __init__(self, seed: int) -> None:
        self.world = World(seed, AT, slow=0.0)  # time passes only where a clause lets it
        self._broker = TwinBroker(self.world, lambda _: round(self.world.wall().timestamp() * 1000))
        self._holds: list[_Held] = []
        self.world.trouble = self._look

    async def topic(self, name: str, *, partitions: int = 1, append_time: bool = False, compacted: bool = False) -> str:  # noqa: ARG002 - the twin compacts when it is told to
        """See `Ground`."""
        self._broker.create(name, partitions, timestamp_type=int(append_time))
        return name

    async def relay_producer(self, id_: str, timeout_s: float = 10.0) -> TwinProducer:
        """See `Ground`."""
        producer = TwinProducer(self._broker, id_, timeout_s=timeout_s)
        await producer.start()
        return producer

    async def plain_producer(self, id_: str | None) -> TwinProducer:
        """See `Ground`."""
        producer = AskingAgain(self._broker, id_)
        await producer.start()
        return producer

    async def consumer(self, *, committed: bool = True) -> TwinConsumer:
        """See `Ground`."""
        consumer = TwinConsumer(self._broker, committed=committed)
        await consumer.start()
        return consumer

    async def member(self, group: str, topics: Sequence[str], listener: object = None) -> TwinConsumer:
        """See `Ground`."""
        member = TwinConsumer(self._broker, group)
        member.subscribe(topics, listener)
        await member.start()
        return member

    async def positions(self, group: str, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """See `Ground`."""
        found = await TwinAdmin(self._broker).list_consumer_group_offsets(group, places)
        return {place: told.offset for place, told in found.items()}

    def hold(self, kind: str) -> _Held:
        """See `Ground`."""
        self._holds.append(_Held(self.world, kind))
        return self._holds[-1]

    async def compact(self, place: TopicPartition) -> None:
        """See `Ground`."""
        self._broker.log(place).compact()

    def _look(self) -> None:
        for hold in self._holds:
            hold.look()


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.__name__)
def test_the_twin_does_what_kafka_does(clause: Clause) -> None:
    """Each clause, in many orders of steps."""
    for seed in range(ORDERS):
        ground = TwinGround(seed)

        async def asked(ground: TwinGround = ground) -> None:
            await clause(ground)

        ground.world.run(asked())
