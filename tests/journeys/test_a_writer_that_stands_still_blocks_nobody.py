"""A writer is stopped (SIGSTOP) in the middle of a transaction, with the row of its partition locked."""

import asyncio
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from running_service import eventually
from writing_alone import event

from drawbridge import wiring
from drawbridge.record.journal import Journal
from drawbridge.record.migrate import migrate
from drawbridge.record.rows import Batch, Writer
from drawbridge.settings import Settings

PROGRAM = Path(__file__).with_name("writing_alone.py")
#: beside the silence that the database bears: a slow machine
SLACK_S = 5.0


def is_stopped(pid: int) -> bool:
    """Whether a process stands still."""
    return "\nState:\tT (stopped)\n" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")


@pytest.mark.parametrize("place", ["journal.locked", "journal.moved"])
async def test_its_successor_goes_on_within_seconds_and_it_writes_nothing(database: str, place: str) -> None:
    """The successor need not wait for it to wake up; when it does, it finds that its epoch is over."""
    pool = await wiring.database(Settings(database=database))
    async with pool.acquire() as connection:
        await migrate(connection)
    sleeper = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), database, f"{place}:1:stop"), stdout=asyncio.subprocess.PIPE
    )
    assert sleeper.stdout is not None
    pid = int(await sleeper.stdout.readline())
    try:
        eventually(lambda: is_stopped(pid), "it stands still")
        began = time.monotonic()
        journal = Journal(pool)
        successor = await journal.take(0, "successor")
        assert time.monotonic() - began < wiring.SILENT_S + SLACK_S
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
