"""The journal on a real PostgreSQL: tables made once, one writer a partition, a batch whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import asyncpg
import pytest

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.record.journal import FencedError, Journal
from drawbridge.record.migrate import MigrationError, migrate, pending, shipped
from drawbridge.record.owed import Outbox, OwedEvent
from drawbridge.record.rows import Batch, Happened


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections to an empty database."""
    pool = await asyncpg.create_pool(database, min_size=1, max_size=4)
    assert pool is not None
    yield pool
    await pool.close()


@pytest.fixture
async def journal(pool: asyncpg.Pool) -> Journal:
    """A journal with its tables."""
    async with pool.acquire() as connection:
        await migrate(connection)
    return Journal(pool)


def event(sequence: int) -> Happened:
    """Return an event of a scheme."""
    at = datetime(2014, 1, 6, 9, tzinfo=SHANGHAI)
    return Happened("s", sequence, at, "bridge.closed.v1", "bridge/1/2", ("1",), (), b"line %d" % sequence)


async def test_tables_are_made_once_also_by_two_at_a_time(pool: asyncpg.Pool) -> None:
    """The second waits for the first and finds nothing to do."""

    async def one() -> int:
        async with pool.acquire() as connection:
            return len(await migrate(connection))

    assert sorted(await asyncio.gather(one(), one(), one())) == [0, 0, len(shipped())]


async def test_a_database_of_another_version_is_refused(pool: asyncpg.Pool, journal: Journal) -> None:
    """A newer one, and one whose steps were edited."""
    async with pool.acquire() as connection:
        assert await pending(connection) == []
        await connection.execute("UPDATE migrations SET sha256 = 'x'")
        with pytest.raises(MigrationError, match="another form"):
            await pending(connection)
        await connection.execute("DELETE FROM migrations WHERE number > 1")
        await connection.execute("UPDATE migrations SET number = 999, name = '0999_later.sql'")
        with pytest.raises(MigrationError, match="newer"):
            await pending(connection)


async def test_who_takes_a_partition_fences_its_writer_before_him(pool: asyncpg.Pool, journal: Journal) -> None:
    """The old one can write nothing more, however late he wakes up; the new one goes on where the journal stands."""
    old = await journal.take(0, "old")
    old = await journal.append(old, Batch(5, [event(1), event(2)], {("bank.1.in", 0): 9}))
    new = await journal.take(0, "new")
    assert (new.epoch, new.next_offset, new.position) == (old.epoch + 1, 5, 2)
    assert await journal.origins(0) == {("bank.1.in", 0): 9}
    with pytest.raises(FencedError):
        await journal.append(old, Batch(6, [event(3)]))
    await journal.append(new, Batch(7, [event(3)]))
    owed = await Outbox(pool).after(0, 1, 10)
    assert owed == [OwedEvent(n, "s", b"line %d" % n, ["1"], [], None) for n in (2, 3)]


async def test_a_batch_is_written_whole_or_not_at_all(journal: Journal) -> None:
    """When its last row cannot be written, the offset and the rows before it are not there either."""
    writer = await journal.take(0, "me")
    with pytest.raises(asyncpg.UniqueViolationError):
        await journal.append(writer, Batch(5, [event(1), event(1)]))
    again = await journal.take(0, "me")
    assert again == replace(writer, epoch=writer.epoch + 1)
    assert [line async for line in journal.event_lines("s")] == []
