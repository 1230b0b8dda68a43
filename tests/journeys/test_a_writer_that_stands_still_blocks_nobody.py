"""A writer is stopped (SIGSTOP) in the middle of a transaction, with the row of its partition locked."""

import asyncio
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from running_service import eventually
from writing_alone import IN_COPY, event

from drawbridge import wiring
from drawbridge.record.journal import YIELDS_WITHIN_S, Journal
from drawbridge.record.migrate import migrate
from drawbridge.record.rows import Batch, Writer
from drawbridge.settings import Settings

PROGRAM = Path(__file__).with_name("writing_alone.py")
#: beside the time for which a writer is waited: a slow machine
SLACK_S = 3.0
PLAIN = "plain"


def is_stopped(pid: int) -> bool:
    """Whether a process stands still."""
    return "\nState:\tT (stopped)\n" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")


@pytest.fixture
async def plain(database: str) -> str:
    """The DSN of a database that belongs to a role which may do nothing else."""
    connection = await asyncpg.connect(database)
    name = await connection.fetchval("SELECT current_database()")
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", PLAIN):
        await connection.execute(f"CREATE ROLE {PLAIN} LOGIN PASSWORD '{PLAIN}'")
    await connection.execute(f"ALTER DATABASE {name} OWNER TO {PLAIN}")
    await connection.close()
    there = urlsplit(database)
    return urlunsplit(there._replace(netloc=f"{PLAIN}:{PLAIN}@{there.hostname}:{there.port}"))


@pytest.mark.parametrize("place", [IN_COPY, "journal.locked:1:stop", "journal.noted:1:stop"])
async def test_its_successor_goes_on_within_seconds_and_it_writes_nothing(plain: str, place: str) -> None:
    """The successor need not wait for it to wake up; when it does, it finds that its epoch is over."""
    pool = await wiring.database(Settings(database=plain))
    async with pool.acquire() as connection:
        await migrate(connection)
    sleeper = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), plain, place), stdout=asyncio.subprocess.PIPE
    )
    assert sleeper.stdout is not None
    pid = int(await sleeper.stdout.readline())
    try:
        eventually(lambda: is_stopped(pid), "it stands still")
        copying = await pool.fetch("SELECT state FROM pg_stat_activity WHERE query LIKE 'COPY%'")
        assert [row["state"] for row in copying] == ["active"] * (place == IN_COPY), "to the database it is not idle"
        began = time.monotonic()
        journal = Journal(pool)
        successor = await journal.take(0, "successor")
        assert time.monotonic() - began < YIELDS_WITHIN_S + SLACK_S
        assert successor == Writer(0, 2, 0, 0), "nothing of the stopped transaction is there"
        written = await journal.append(successor, Batch(3, [event(1)]))
        assert written == replace(successor, next_offset=3, position=1)
        os.kill(pid, signal.SIGCONT)
        told, _ = await sleeper.communicate()
        assert told.splitlines()[-1] == b"fenced"
        assert [line async for line in journal.event_lines("s")] == [b"line 1"]
    finally:
        if sleeper.returncode is None:
            sleeper.kill()
        await sleeper.wait()
        await pool.close()


async def test_a_command_at_work_is_waited_for(database: str) -> None:
    """Only workers' sessions are ended: `rebuild` may hold the row for as long as it writes."""
    workers = await wiring.database(Settings(database=database), session=wiring.WORKERS_SESSION)
    command = await wiring.database(Settings(database=database), silent_s=0)
    async with workers.acquire() as connection:
        await migrate(connection)
    journal = Journal(workers)
    await journal.take(0, "first")
    async with command.acquire() as connection:
        async with connection.transaction():
            await connection.execute("UPDATE writers SET holder = 'rebuild'")
            taking = asyncio.create_task(journal.take(0, "second"))
            assert not (await asyncio.wait([taking], timeout=2.5 * YIELDS_WITHIN_S))[0]
        assert (await taking).epoch == 2
    await workers.close()
    await command.close()
