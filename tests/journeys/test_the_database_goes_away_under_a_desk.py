"""The database goes away in the middle of a desk's batch: it is in the journal once, or it is written again."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from desk_alone import DeskAlone, city
from running_service import PATIENCE_S
from structlog.testing import capture_logs
from wire import Wire

from drawbridge import crash, wiring
from drawbridge.embedded import postgres as server
from drawbridge.embedded.processes import free_port
from drawbridge.gateway.desk import Desk
from drawbridge.record.migrate import migrate
from drawbridge.settings import Settings

FOUND = "the batch is in the journal, though nobody said so"
SIZE = 25


@pytest.fixture
async def wired(database: str) -> AsyncIterator[tuple[DeskAlone, Wire]]:
    """A desk whose database is behind a proxy that does harm."""
    port = free_port()
    with Wire(urlsplit(database).port or 0, port) as wire:
        pool = await wiring.database(Settings(database=database.replace(f":{urlsplit(database).port}/", f":{port}/")))
        async with pool.acquire() as connection:
            await migrate(connection)
        yield DeskAlone(pool), wire
        pool.terminate()


async def harmed(alone: DeskAlone, desk: Desk, lines: list[bytes]) -> list[str]:
    """Have a batch decided while harm is done, then another; return what was logged of the first."""
    with capture_logs() as logs:
        await alone.say(desk, lines[:SIZE])
    await alone.say(desk, lines[SIZE:])
    assert await alone.journalled() == alone.replayed()
    return [line["event"] for line in logs]


async def test_a_commit_whose_answer_was_lost_is_found(wired: tuple[DeskAlone, Wire]) -> None:
    """It went through: the desk looks, and does not write it again."""
    alone, wire = wired
    desk, lines = await alone.open(), city(3)[: 3 * SIZE]
    await alone.say(desk, lines[:SIZE])
    wire.swallow_commit()
    assert FOUND in await harmed(alone, desk, lines[SIZE:])
    assert wire.swallowed.is_set()


async def test_a_commit_that_never_came_is_made_again(wired: tuple[DeskAlone, Wire]) -> None:
    """To the client it is the same lost answer: the desk looks, finds nothing, and writes it."""
    alone, wire = wired
    desk, lines = await alone.open(), city(3)[: 3 * SIZE]
    await alone.say(desk, lines[:SIZE])
    wire.swallow_commit(is_lost=True)
    logged = await harmed(alone, desk, lines[SIZE:])
    assert wire.swallowed.is_set()
    assert FOUND not in logged
    assert "no database: asking again" in logged


@pytest.mark.parametrize("place", [name for name in crash.POINTS if name.startswith("journal.")])
async def test_a_session_that_is_ended_costs_nothing(
    desk_alone: DeskAlone, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pg_terminate_backend` at each step of a batch: it is written whole, once."""
    dsn = await database_of(desk_alone.pool)
    places = [place]

    def point(name: str) -> None:
        if name in places:
            places.remove(name)
            with ThreadPoolExecutor() as thread:
                thread.submit(asyncio.run, end_sessions(dsn)).result()

    desk, lines = await desk_alone.open(), city(4)[: 2 * SIZE]
    monkeypatch.setattr(crash, "point", point)
    await harmed(desk_alone, desk, lines)
    assert not places, "it was done"


async def test_a_desk_outlasts_a_restart_of_the_database(own_server: Path) -> None:
    """Stopped in an orderly way, and as by a crash; the desk waits, and goes on with the batch that it has in hand."""
    running = server.start_postgres(own_server)
    port = urlsplit(running.dsn).port or 0
    pool = await wiring.database(Settings(database=running.dsn))
    async with pool.acquire() as connection:
        await migrate(connection)
    alone, lines = DeskAlone(pool), city(6)[: 5 * SIZE]
    desk = await alone.open()
    for crashes in (False, True):
        await alone.say(desk, lines[:SIZE])
        if crashes:
            pid = (own_server / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0]
            os.kill(int(pid), signal.SIGQUIT)
        running.stop()
        with capture_logs() as logs:
            batch = asyncio.create_task(alone.say(desk, lines[SIZE : 2 * SIZE]))
            async with asyncio.timeout(PATIENCE_S):
                while not logs:  # noqa: ASYNC110 - a log tells nobody
                    await asyncio.sleep(0.05)
            running = await asyncio.to_thread(server._start, own_server, port, remove=False)
            await batch
        lines = lines[2 * SIZE :]
    await alone.say(desk, lines)
    assert await alone.journalled() == alone.replayed()
    pool.terminate()
    running.stop()


@pytest.fixture
def own_server() -> Iterator[Path]:
    """A folder for a database server that a test may stop."""
    with tempfile.TemporaryDirectory(prefix="drawbridge-postgres-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def database_of(pool: asyncpg.Pool) -> str:
    """Return the DSN with which a pool was made."""
    dsn: str = pool._connect_args[0]
    return dsn


async def end_sessions(dsn: str) -> None:
    """End every other session of a database."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
