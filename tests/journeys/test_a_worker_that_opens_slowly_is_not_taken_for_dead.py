"""Opening the desks may take longer than a session lasts: the worker stays in its group, and so does a second one."""

import asyncio

from running_service import PATIENCE_S, Service

from drawbridge import wiring
from drawbridge.membership import Membership
from drawbridge.topics import FACTS

SESSION_S = 3.0


class Slow:
    """A room that takes its time with each of its partitions."""

    def __init__(self) -> None:
        """Begin without any."""
        self.taken: list[object] = []
        self.given_up: list[object] = []
        self.settled = asyncio.Event()

    async def on_partitions_revoked(self, revoked: object) -> None:
        """Give all up, at once."""
        self.given_up.append(revoked)
        self.settled.clear()

    async def on_partitions_assigned(self, assigned: object) -> None:
        """Take longer than a session lasts."""
        self.taken.append(assigned)
        await asyncio.sleep(1.5 * SESSION_S)
        self.settled.set()


async def test_a_second_worker_comes_while_the_first_opens(service: Service) -> None:
    """Each is told of its partitions once for its own coming and once for the other's, and then no more."""
    settings = service.settings()
    assert settings.session_timeout_ms == SESSION_S * 1000
    broker = await wiring.broker(settings)
    rooms, consumers = [Slow(), Slow()], [broker.consumer("slow"), broker.consumer("slow")]
    for room, consumer in zip(rooms, consumers, strict=True):
        consumer.subscribe([settings.topic(FACTS)], listener=Membership(room, consumer))
    # a client starts when its room is done: the second comes while the first is at it
    first = asyncio.create_task(consumers[0].start())
    await asyncio.sleep(SESSION_S / 2)
    await asyncio.gather(first, consumers[1].start())
    for room in rooms:
        await asyncio.wait_for(room.settled.wait(), PATIENCE_S)
    before = [len(room.taken) for room in rooms]
    await asyncio.sleep(2 * SESSION_S)
    for consumer in consumers:
        await consumer.stop()
    await broker.close()
    assert [len(room.taken) for room in rooms] == before
    assert max(before) <= 2
