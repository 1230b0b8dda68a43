"""What the relay cannot publish it waits for, and says so; what is another process's it leaves alone."""

import asyncio

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from proxy import Api
from relay_alone import RelayAlone
from running_service import PATIENCE_S

from drawbridge import wiring
from drawbridge.record.owed import Outbox
from drawbridge.relay import kafka
from drawbridge.relay.publisher import SupersededError

#: what aiokafka takes for a partition before it lets wait who sends more
BUFFER_BYTES = 16_384


async def test_it_waits_for_a_topic_that_is_gone(alone: RelayAlone, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which and what to do, and when it is there again everything owed since is on it, once and in order."""
    before = await alone.journal(cases=4)
    async with alone.publishing():
        await alone.everything_is_published()
        broker = await wiring.broker(alone.service.settings())
        await broker.admin.delete_topics([alone.service.prefix + "events"])
        await broker.close()
        journal = await alone.journal(cases=8)
        said = ""
        async with asyncio.timeout(PATIENCE_S):
            while "events: no such topic; `drawbridge topics --apply`" not in said:
                await asyncio.sleep(0.1)
                said += capsys.readouterr().out
        alone.service.run("topics", "--apply")
        await alone.everything_is_published()
    assert len(before) < len(journal)
    assert alone.events() == journal[len(before) :]


async def test_what_does_not_fit_into_the_buffer_is_published_once(alone: RelayAlone) -> None:
    """The network stands still while more is owed than the producer takes; what it has sent comes late, all at once."""
    before = await alone.journal(cases=4)
    async with alone.publishing():
        await alone.everything_is_published()
    # many: who is heard before whom is chance, and of what then comes late fewer events are made
    journal = await alone.journal(cases=30)
    assert sum(map(len, journal[len(before) :])) > 2 * BUFFER_BYTES
    alone.proxy.stand_still_at(Api.PRODUCE)
    async with alone.publishing(batch=1000):
        await asyncio.sleep(alone.settings.transaction_timeout_ms / 1000 + 2)
        alone.proxy.heal()
        await alone.everything_is_published()
    assert alone.events() == journal


@pytest.mark.parametrize("topic", ["relay.cursor", "events"])
async def test_it_waits_for_a_transaction_that_hangs(
    alone: RelayAlone, topic: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind it may stand what was published, or how far: it says on which topic, and goes on when it has ended."""
    await alone.journal(cases=4)
    async with alone.publishing():
        await alone.everything_is_published()
    journal = await alone.journal(cases=8)
    hanging = AIOKafkaProducer(
        bootstrap_servers=alone.service.kafka,
        transactional_id=f"{alone.service.prefix}hangs",
        transaction_timeout_ms=600_000,  # the broker is not to end it before the test does
    )
    await hanging.start()
    await hanging.begin_transaction()
    await hanging.send_and_wait(alone.service.prefix + topic, b"", b"", partition=alone.partition)
    monkeypatch.setattr(kafka, "SAY_AFTER_S", 0.5)
    async with alone.publishing():
        said = ""
        async with asyncio.timeout(PATIENCE_S):
            while not ("waiting for open transactions" in said and f"{topic}/{alone.partition}" in said):
                await asyncio.sleep(0.1)
                said += capsys.readouterr().out
        await hanging.abort_transaction()
        await hanging.stop()
        await alone.everything_is_published()
    assert alone.events() == journal


async def test_it_ends_when_another_process_has_the_partition(alone: RelayAlone) -> None:
    """In the middle of its work: what it had begun is not seen, and it leaves no connection open."""
    journal = await alone.journal()
    epoch, _ = await Outbox(alone.pool).writer(alone.partition)
    async with alone.publisher(batch=1) as old:
        running = asyncio.create_task(old.run(epoch))
        while await old.outbox.published(alone.partition) < 10:  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.01)
        await alone.pool.execute("UPDATE writers SET epoch = epoch + 1")  # as a new desk does
        async with alone.publishing():
            with pytest.raises(SupersededError, match="belongs to another process now"):
                await asyncio.wait_for(running, PATIENCE_S)
            await alone.everything_is_published()
    assert alone.events() == journal


async def test_a_process_that_was_stopped_does_not_write_over_newer(alone: RelayAlone) -> None:
    """It was stopped between its commit and the database's copy; awake again it changes nothing, and ends."""
    await alone.journal()
    stopping = Stopping(alone.pool)
    epoch, written = await stopping.writer(alone.partition)
    async with alone.publisher(batch=20) as old:
        old.outbox = stopping
        running = asyncio.create_task(old.run(epoch))
        await stopping.stopped.wait()
        await alone.pool.execute("UPDATE writers SET epoch = epoch + 1")
        async with alone.publishing(batch=20):
            await alone.everything_is_published()
            stopping.awake.set()
            with pytest.raises(SupersededError):
                await asyncio.wait_for(running, PATIENCE_S)
    assert await stopping.published(alone.partition) == written


class Stopping(Outbox):
    """An outbox whose process is stopped when it is to note how far was published, until it is awake again."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use connections of `pool`."""
        super().__init__(pool)
        self.stopped, self.awake = asyncio.Event(), asyncio.Event()

    async def remember(self, partition: int, position: int, before: int | None = None) -> bool:
        """Note it, late."""
        self.stopped.set()
        await self.awake.wait()
        return await super().remember(partition, position, before)
