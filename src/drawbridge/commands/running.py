"""What the commands share that meet the broker or the database: running them, and saying plainly what is missing."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
from aiokafka.errors import KafkaError

from drawbridge import wiring
from drawbridge.commands import Failure
from drawbridge.record.archive_files import ArchiveError
from drawbridge.record.migrate import MigrationError
from drawbridge.record.rebuild import RebuildError
from drawbridge.settings import Settings

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end.

    Raises:
        Failure: the broker or the database is not there, or does not fit this version.
    """
    try:
        return asyncio.run(work)
    except (wiring.UnreachableError, MigrationError, ArchiveError, RebuildError) as why:
        raise Failure(str(why)) from None
    except asyncpg.UndefinedTableError:
        raise Failure("the database has no tables yet: run `drawbridge migrate` first") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as why:
        raise Failure(f"the database refused: {why}") from None
    except TimeoutError:
        raise Failure("broker or database did not answer in time: `drawbridge doctor` tells which, and why") from None
    except KafkaError as why:
        raise Failure(f"the broker refused: {why}") from None


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    """Hold a pool of connections for the time of a command."""
    pool = await wiring.database(settings, silent_s=0)  # whoever reads what is printed may take his time
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def broker(settings: Settings) -> AsyncIterator[wiring.Broker]:
    """Hold the broker for the time of a command."""
    met = await wiring.broker(settings)
    try:
        yield met
    finally:
        await met.close()
