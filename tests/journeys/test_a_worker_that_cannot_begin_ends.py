"""What a room raises when its partitions change ends the worker: it must not stay alive and idle."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from running_service import PATIENCE_S, Service, eventually

from drawbridge import wiring
from drawbridge.relay.publisher import Publisher
from drawbridge.relay.room import FollowingRoom, RelayRoom


@pytest.fixture
async def broker_met(service: Service) -> AsyncIterator[wiring.Broker]:
    """The broker, as the service meets it."""
    met = await wiring.broker(service.settings())
    yield met
    await met.close()


async def test_a_desk_that_cannot_be_opened_ends_its_worker(service: Service) -> None:
    """The journal goes on behind the end of `facts`: a person has to see that, and no record may be passed over."""
    connection = await asyncpg.connect(service.database)
    await connection.execute("INSERT INTO writers SELECT n, 1, -7, 0, 'before', now() FROM generate_series(0, 3) AS n")
    await connection.close()
    worker = service.start("--unsupervised", "--roles", "desk")
    eventually(lambda: worker.process.poll() is not None, "the worker has ended")
    assert worker.process.returncode != 0
    failed = [line for line in worker.said() if line["event"] == "a part failed, the process ends"]
    assert "the broker has lost records, or it is another one" in str(failed)


async def test_a_relay_that_cannot_be_started_ends_its_room(service: Service, broker_met: wiring.Broker) -> None:
    """It follows the group by itself, without a desk in the same worker."""

    def make(partition: int) -> Publisher:
        raise RuntimeError(f"no relay for {partition}")

    consumer = broker_met.consumer(wiring.RELAY_GROUP)
    with pytest.raises(RuntimeError, match="no relay for"):
        async with asyncio.timeout(PATIENCE_S):
            await FollowingRoom(service.settings(), consumer, RelayRoom(make)).run()
