"""The journal's tables by scheme and month: a database of version 0.1 goes over to them with all that it holds."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4

import asyncpg
import orjson
import pytest
from desk_alone import SCHEME, DeskAlone, city
from writing_alone import event

from drawbridge import wiring
from drawbridge.bank.envelope import SHANGHAI
from drawbridge.record.export import export_messages
from drawbridge.record.journal import Journal
from drawbridge.record.migrate import migrate, shipped
from drawbridge.record.owed import Outbox, enrolled_banks
from drawbridge.record.rows import Answered, Batch, Buried, Happened
from drawbridge.settings import Settings

#: the tables that version 0.1 has, and what it wrote there
OF_0_1 = ("writers", "origins", "messages", "events", "dead_letters", "closed_cases")
#: what the migration makes of them
MADE = ("messages", "events", "remembered", "months", "enrolled_banks", "kept_events")


@pytest.fixture
async def old(desk_alone: DeskAlone, database: str) -> AsyncIterator[asyncpg.Pool]:
    """A database of version 0.1 that holds what `desk_alone` holds: two schemes, several months, every kind of row."""
    lines = city(5)
    desk = await desk_alone.open()
    for start in range(0, len(lines), 40):
        await desk_alone.say(desk, lines[start : start + 40])
    unknown = lines[20].replace(b'"scheme":"zhenjiang-2013"', b'"scheme":"elsewhere"').replace(b'"id":"', b'"id":"x')
    await desk_alone.say(desk, [b"no message", unknown])
    await desk.save(every_events=1)  # closed cases are written with a snapshot; 0.1 wrote them at once
    other: list[Answered | Happened | Buried] = [
        event(n, "another", datetime(2014, n, 1, tzinfo=SHANGHAI)) for n in (1, 2, 4)
    ]
    await Journal(desk_alone.pool).append(desk.writer, Batch(desk.writer.next_offset, other))
    name = f"test_{uuid4().hex}"
    await desk_alone.pool.execute(f"CREATE DATABASE {name}")
    pool = await wiring.database(Settings(database=database.rpartition("/")[0] + f"/{name}"))
    async with pool.acquire() as connection:
        first = shipped()[0]
        await connection.execute(
            "CREATE TABLE migrations (number int PRIMARY KEY, name text, sha256 text, applied_at timestamptz)"
        )
        await connection.execute("INSERT INTO migrations VALUES (1, $1, $2, now())", first.name, first.sha256)
        await connection.execute(first.sql)
        for table in OF_0_1:
            columns = await columns_of(connection, table)
            rows = await desk_alone.pool.fetch(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 - constants
            await connection.copy_records_to_table(
                table, columns=columns, records=[tuple(row.values()) for row in rows]
            )
        # 0.1 wrote down for which scheme it was
        await connection.execute("UPDATE messages SET scheme = 'elsewhere' WHERE decided = 0")
    yield pool
    await pool.close()


async def columns_of(connection: asyncpg.Connection, table: str) -> list[str]:
    """Return the names of a table's columns."""
    query = "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped"
    return [row["attname"] for row in await connection.fetch(query, table)]


async def content(pool: asyncpg.Pool, table: str) -> list[tuple[object, ...]]:
    """Return all rows of a table in one order; a trace, which 0.1 did not have, is left out."""
    async with pool.acquire() as connection:
        columns = [name for name in await columns_of(connection, table) if name != "traceparent"]
        rows = await connection.fetch(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 - constants
    return sorted((tuple(row.values()) for row in rows), key=repr)


async def test_a_database_of_0_1_comes_to_hold_what_a_new_one_holds(old: asyncpg.Pool, desk_alone: DeskAlone) -> None:
    """The same messages, events and dead letters, and beside them what this version would have written itself."""
    async with old.acquire() as connection:
        assert [step.name for step in await migrate(connection)] == [step.name for step in shipped()[1:]]
    for table in {*OF_0_1, *MADE}:
        rows = await content(desk_alone.pool, table)
        assert rows, f"{table}: the test has something to show"
        assert await content(old, table) == rows, table
    months = {(row["scheme"], row["month_on"]) for row in await old.fetch("SELECT * FROM months")}
    assert {("another", date(2014, month, 1)) for month in (1, 2, 4)} < months
    assert {(SCHEME.id, date(2014, month, 1)) for month in (1, 2, 3, 4)} < months
    assert await enrolled_banks(old) == await enrolled_banks(desk_alone.pool) != []


async def test_a_desk_goes_on_in_a_database_of_0_1(old: asyncpg.Pool, desk_alone: DeskAlone) -> None:
    """It folds the journal, knows what was sent before, and decides on as if nothing had happened."""
    async with old.acquire() as connection:
        await migrate(connection)
    there = DeskAlone(old, sent=desk_alone.sent[:-2], _offsets=desk_alone._offsets)
    later = [line for line in city(5, last_on=date(2014, 6, 30)) if line not in there.sent]
    desk = await there.open()
    await there.say(desk, [there.sent[3], *later])
    assert await there.journalled() == there.replayed()


async def test_two_that_migrate_at_once_do_it_once(old: asyncpg.Pool) -> None:
    """The second waits for the lock, and finds nothing to do."""

    async def one() -> int:
        async with old.acquire() as connection:
            return len(await migrate(connection))

    assert sorted(await asyncio.gather(one(), one())) == [0, len(shipped()) - 1]
    assert await old.fetchval("SELECT count(*) FROM migrations") == len(shipped())


@pytest.mark.parametrize(
    ("at", "month_on"),
    [
        (datetime(2014, 1, 31, 15, 59, 59, 999999, UTC), date(2014, 1, 1)),
        (datetime(2014, 1, 31, 16, tzinfo=UTC), date(2014, 2, 1)),
        (datetime(1988, 6, 30, 23, 30, tzinfo=SHANGHAI), date(1988, 6, 1)),
        (datetime(1899, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=8))), date(1899, 12, 1)),
        (datetime(9998, 12, 31, 23, 59, tzinfo=SHANGHAI), date(9998, 12, 1)),
    ],
)
async def test_a_month_begins_in_the_laws_zone(desk_alone: DeskAlone, at: datetime, month_on: date) -> None:
    """Eight hours ahead always; the city's summer time of 1988 and its local time of 1899 are not the journal's."""
    journal = Journal(desk_alone.pool)
    writer = await journal.take(0, "me")
    await journal.append(writer, Batch(1, [event(1, "s", at)]))
    assert await desk_alone.pool.fetchval("SELECT month_on FROM months") == month_on
    assert [line async for line in journal.event_lines("s")] == [b"line 1"]
    [owed] = await Outbox(desk_alone.pool).after(0, 0, 10)
    assert owed.line == b"line 1"


async def test_a_month_of_refused_messages_alone_is_exported_too(desk_alone: DeskAlone) -> None:
    """It has no event, and comes before the month of the first one."""
    at = "2013-06-03T09:00:00+08:00"
    refused = orjson.dumps(
        {
            "specversion": "1.0",
            "id": "early",
            "source": "urn:operator:zhenjiang-finance-bureau",
            "type": "operator.unheard-of.v1",
            "subject": "bank/104314000058",
            "time": at,
            "recordedtime": at,
            "scheme": SCHEME.id,
            "datacontenttype": "application/json",
            "data": {},
        }
    )
    desk = await desk_alone.open()
    await desk_alone.say(desk, [refused, *city(5, cases=2)[:10]])
    async with desk_alone.pool.acquire() as connection:
        exported = [line async for line in export_messages(connection, SCHEME.id)]
    assert exported == desk_alone.sent
