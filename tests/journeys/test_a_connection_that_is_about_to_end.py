"""The database has said that it ends a connection, and the client has not heard yet that it is at its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
from structlog.testing import capture_logs

from drawbridge.record.patience import patiently

#: seconds by which the end comes late: some looks for the database go by
LATE_S = 0.5


@asynccontextmanager
async def late_ends(dsn: str, said: asyncio.Event) -> AsyncIterator[str]:
    """Stand before the database, and keep the end of each connection back for a while.

    Args:
        dsn: the database's.
        said: is set when the client has been given all that the database had to say on a connection.
    """
    there = urlsplit(dsn)
    tasks: set[asyncio.Task[None]] = set()

    async def ask(questions: asyncio.StreamReader, database: asyncio.StreamWriter) -> None:
        while data := await questions.read(65536):
            database.write(data)
        database.close()

    async def serve(questions: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        answers, database = await asyncio.open_connection(there.hostname, there.port)
        tasks.add(asyncio.create_task(ask(questions, database)))
        while data := await answers.read(65536):
            client.write(data)
        said.set()
        await asyncio.sleep(LATE_S)
        client.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield dsn.replace(f":{there.port}/", f":{server.sockets[0].getsockname()[1]}/")
    await asyncio.gather(*tasks)


async def test_it_is_as_good_as_lost(database: str) -> None:
    """Whatever the client library calls that, the statement is made again on another connection."""
    said = asyncio.Event()
    async with late_ends(database, said) as dsn:
        pool = await asyncpg.create_pool(dsn, min_size=1, max_size=1)
        ended = await pool.fetchval("SELECT pg_backend_pid()")
        somebody = await asyncpg.connect(database)
        await somebody.execute("SELECT pg_terminate_backend($1)", ended)
        await somebody.close()
        await said.wait()
        with capture_logs() as logs:
            asked = await patiently(lambda: pool.fetchval("SELECT pg_backend_pid()"), "a test")
        assert asked != ended
        assert "no database: asking again" in [line["event"] for line in logs]
        await pool.close()
