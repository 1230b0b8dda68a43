"""What to do when the database goes away in the middle: ask again with a new connection, never assume."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
import structlog

log = structlog.get_logger()

T = TypeVar("T")

#: how a statement ends whose connection is lost, or whose server goes down or comes up
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server has said that it ends the connection, and it has not ended yet
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    OSError,  # TimeoutError among them
)
#: how long a restart of the database may take
PATIENCE_S = 60.0
_FIRST_PAUSE_S = 0.05
_LAST_PAUSE_S = 1.0


async def patiently(work: Callable[[], Awaitable[T]], what: str) -> T:
    """Do something that may be done twice, again and again while the database is away.

    Args:
        work: reads, or does what a repetition does not change.
        what: names it in the log.

    Raises:
        Exception: it failed for another reason, or the database was away for too long.
    """
    now = asyncio.get_running_loop().time
    pause_s, until = _FIRST_PAUSE_S, now() + PATIENCE_S
    while True:
        try:
            return await work()
        except LOST as why:
            if now() > until:
                raise
            log.warning("no database: asking again", what=what, why=str(why) or type(why).__name__, pause_s=pause_s)
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LAST_PAUSE_S)
