"""A writer in a process of its own, that a test can have stopped in the middle of a transaction.

Run as a program: it takes partition 0, says its process id, appends two events, and says how that ended.
"""

import asyncio
import os
import sys
from datetime import datetime

from drawbridge import crash, wiring
from drawbridge.bank.envelope import SHANGHAI
from drawbridge.record.journal import FencedError, Journal
from drawbridge.record.rows import Batch, Happened
from drawbridge.settings import Settings


def event(sequence: int, scheme: str = "s", at: datetime | None = None) -> Happened:
    """Return an event that nobody decided."""
    at = at or datetime(2014, 1, 6, 9, tzinfo=SHANGHAI)
    line = b"line %d" % sequence
    told = (scheme, sequence, at, "bridge.closed.v1", "bridge/1/2", ("1",), (), line)
    return Happened(*told, is_kept=True, ends_alerts=True)


async def main(database: str, crash_at: str) -> None:
    """Append as a worker's desk does, until it is stopped, and go on when it wakes up."""
    pool = await wiring.database(Settings(database=database))
    journal = Journal(pool)
    writer = await journal.take(0, "stopped")
    crash.arm(crash_at)
    print(os.getpid(), flush=True)  # noqa: T201 - it is how the test hears of it
    try:
        await journal.append(writer, Batch(5, [event(1), event(2)]))
    except FencedError:
        print("fenced", flush=True)  # noqa: T201 - as above
    else:
        print("written", flush=True)  # noqa: T201 - as above
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
