"""A writer in a process of its own, that a test can have stopped in the middle of a transaction.

Run as a program: it takes partition 0, says its process id, appends some events, and says how that ended.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from drawbridge import crash, wiring
from drawbridge.bank.envelope import SHANGHAI
from drawbridge.record.journal import FencedError, Journal
from drawbridge.record.rows import Answered, Batch, Buried, Happened
from drawbridge.settings import Settings


def event(sequence: int, scheme: str = "s", at: datetime | None = None) -> Happened:
    """Return an event that nobody decided."""
    at = at or datetime(2014, 1, 6, 9, tzinfo=SHANGHAI)
    line = b"line %d" % sequence
    told = (scheme, sequence, at, "bridge.closed.v1", "bridge/1/2", ("1",), (), line)
    return Happened(*told, is_kept=True, ends_alerts=True)


#: where a writer is stopped that has sent a part of its rows
IN_COPY = "copy"
#: the client sends the rows of a COPY by so many bytes
SENT_AT_ONCE_BYTES = 512 * 1024


class Stopping(tuple[str, ...]):
    """Banks at which the process stands still when they are read for the first time, which is as they are sent."""

    __slots__ = ()
    is_read: ClassVar = False

    def __iter__(self) -> Iterator[str]:
        if not Stopping.is_read:
            Stopping.is_read = True
            os.kill(os.getpid(), signal.SIGSTOP)
        return super().__iter__()


def events(crash_at: str) -> list[Answered | Happened | Buried]:
    """Return two events; for a stop in a COPY the first is sent at once, and at the second the process stands still."""
    first, second = event(1), event(2)
    if crash_at != IN_COPY:
        return [first, second]
    return [first._replace(line=bytes(SENT_AT_ONCE_BYTES)), second._replace(banks=Stopping(second.banks))]


async def main(database: str, crash_at: str) -> None:
    """Append as a worker's desk does, until it is stopped, and go on when it wakes up.

    Args:
        database: its DSN.
        crash_at: as the setting says it, or `copy`.
    """
    pool = await wiring.database(Settings(database=database))
    journal = Journal(pool)
    writer = await journal.take(0, "stopped")
    crash.arm("" if crash_at == IN_COPY else crash_at)
    print(os.getpid(), flush=True)  # noqa: T201 - it is how the test hears of it
    try:
        await journal.append(writer, Batch(5, events(crash_at)))
    except FencedError:
        print("fenced", flush=True)  # noqa: T201 - as above
    else:
        print("written", flush=True)  # noqa: T201 - as above
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
