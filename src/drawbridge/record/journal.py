"""Writing the journal and reading back what the desk needs: one transaction a batch, no statement a message."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date, datetime

import asyncpg

from drawbridge import crash
from drawbridge.record import months
from drawbridge.record.batch import write_batch
from drawbridge.record.patience import log, patiently
from drawbridge.record.rows import Batch, Buried, Writer, subject_key
from drawbridge.record.rulings import READ_BURIED, buried
from drawbridge.record.saved import Saved, read_bodies, read_saved

#: a state in the reading takes its time between two fetches, and blocks nobody
_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"
#: seconds that who takes a partition waits for the transaction of the writer before him: a batch takes milliseconds
YIELDS_WITHIN_S = 2.0
_TAKE = """
INSERT INTO writers VALUES ($1, 1, 0, 0, $2, now()) ON CONFLICT (partition) DO UPDATE
SET epoch = writers.epoch + 1, holder = excluded.holder, taken_at = excluded.taken_at
RETURNING epoch, next_offset, position
"""
#: sessions of our own kind that a session waits for; who waits himself stands in nobody's way but for a while
_END_BLOCKING = """
SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid = ANY (pg_blocking_pids($1)) AND wait_event_type IS DISTINCT FROM 'Lock'
    AND usename = current_user AND application_name = current_setting('application_name')
"""

#: several statements take no parameters: these are all whole numbers
_MOVE = (
    "BEGIN; UPDATE writers SET next_offset = %d, position = %d"
    " WHERE partition = %d AND epoch = %d AND next_offset = %d AND position = %d"
)


class FencedError(RuntimeError):
    """Another writer has taken this partition, or the journal stands elsewhere than this writer believes."""


class Journal:
    """The journal of one database, for the writers of its partitions."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use connections of `pool`."""
        self._pool = pool
        self._months: set[tuple[str, date]] = set()

    async def take(self, partition: int, holder: str) -> Writer:
        """Become the writer of a partition of `facts`: whoever was it before can no longer commit.

        A transaction of his is not waited for: in the middle of a COPY a stopped one is no idle one to the database,
        which would let it be for ever. His session is ended; what it wrote is undone, or it was committed.

        Args:
            partition: of `facts`.
            holder: names this process, for people.
        """
        row = await patiently(lambda: self._take(partition, holder), "take")
        return Writer(partition, row["epoch"], row["next_offset"], row["position"])

    async def _take(self, partition: int, holder: str) -> asyncpg.Record:
        """Write who has the partition, and end who stands in the way of it."""
        async with self._pool.acquire() as connection:
            taking = asyncio.ensure_future(connection.fetchrow(_TAKE, partition, holder))
            try:
                while not (await asyncio.wait([taking], timeout=YIELDS_WITHIN_S))[0]:
                    if await self._pool.fetchval(_END_BLOCKING, connection.get_server_pid()):
                        log.warning("the writer before stands still: its session is ended", partition=partition)
                return await taking
            finally:
                taking.cancel()
                await asyncio.gather(taking, return_exceptions=True)

    async def append(self, writer: Writer, batch: Batch) -> Writer:
        """Write a batch and the next input offset in one transaction, and return the writer as it stands after it.

        A transaction of which it is not known how it ended is looked up with a new connection: it is there, or it is
        written again.

        Raises:
            FencedError: another writer has the partition; nothing was written.
        """
        after = Writer(writer.partition, writer.epoch, batch.next_offset, writer.position + len(batch.outbound))
        unclear = False

        async def once() -> None:
            nonlocal unclear
            if unclear and after != writer and await self._standing(writer.partition) == after:
                log.warning("the batch is in the journal, though nobody said so", partition=writer.partition)
                return
            unclear = True
            await self._append(writer, after, batch)

        await patiently(once, "append")
        crash.point("journal.committed")
        return after

    async def _append(self, writer: Writer, after: Writer, batch: Batch) -> None:
        """Write a batch in one transaction; its months are made before, for they are no part of it."""
        spans = months.spans(batch, writer.position)
        for scheme, month_on in sorted(spans.keys() - self._months):
            await self._pool.execute("SELECT make_month($1, $2)", scheme, month_on)
            self._months.add((scheme, month_on))
        async with self._pool.acquire() as connection:
            try:
                crash.point("journal.begun")
                await _begin(connection, writer, after)
                crash.point("journal.locked")
                await write_batch(connection, writer, batch, spans)
                await connection.execute("COMMIT;")
            except BaseException:
                if connection.is_in_transaction():
                    await connection.execute("ROLLBACK;")
                raise

    async def _standing(self, partition: int) -> Writer | None:
        """Return a partition's writer once whatever transaction holds its row has ended."""
        async with self._pool.acquire() as connection, connection.transaction():
            return await _locked(connection, partition)

    async def origins(self, partition: int) -> dict[tuple[str, int], int]:
        """Return the last offset seen of each inbound topic's partition, in this partition of `facts`."""
        rows = await self._fetch(
            "SELECT topic, topic_partition, last_offset FROM origins WHERE partition = $1", partition
        )
        return {(row["topic"], row["topic_partition"]): row["last_offset"] for row in rows}

    async def remembered(self, scheme: str, keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """Return digest and receipt of those of these messages that were answered before, by key."""
        rows = await self._fetch(
            "SELECT message_key, digest, receipt, recorded_at, decided FROM remembered"
            " WHERE scheme = $1 AND message_key = ANY($2)",
            scheme,
            list(keys),
        )
        # few messages are repetitions: only theirs are looked for among the months that are not archived
        there = [row for row in rows if row["receipt"] is None]
        receipts = {row["decided"]: row["receipt"] for row in await self._receipts(scheme, there)} if there else {}
        return {row["message_key"]: (row["digest"], row["receipt"] or receipts[row["decided"]]) for row in rows}

    async def _receipts(self, scheme: str, rows: list[asyncpg.Record]) -> list[asyncpg.Record]:
        """Return order and receipt of messages that are not archived."""
        found: list[asyncpg.Record] = await self._fetch(
            "SELECT decided, receipt FROM messages WHERE scheme = $1 AND recorded_at = ANY($2) AND decided = ANY($3)",
            scheme,
            [row["recorded_at"] for row in rows],
            [row["decided"] for row in rows],
        )
        return found

    async def closed_cases(self, scheme: str, subjects: Iterable[str]) -> dict[str, bytes]:
        """Return the snapshots of those of these cases that are closed, by subject."""
        wanted = {subject_key(subject): subject for subject in subjects}
        rows = await self._fetch(
            "SELECT subject_key, snapshot FROM closed_cases WHERE scheme = $1 AND subject_key = ANY($2)",
            scheme,
            list(wanted),
        )
        return {wanted[row["subject_key"]]: row["snapshot"] for row in rows}

    async def buried(self, partition: int, positions: Iterable[int]) -> dict[int, tuple[Buried, bool]]:
        """Return those of these dead letters that there are, by position, and whether somebody has ruled on them."""
        return buried(await self._fetch(READ_BURIED, partition, list(positions)))

    async def last_decided(self, scheme: str) -> tuple[int, datetime | None]:
        """Return the order of the scheme's last message and the instant at which it was recorded.

        When every month with messages is archived, the scheme's snapshot knows.
        """
        query = f"SELECT decided, recorded_at FROM messages WHERE {months.IN_MONTH} ORDER BY decided DESC LIMIT 1"  # noqa: S608 - a constant
        async with self._pool.acquire() as connection:
            for month_on in reversed(await months.months_from(connection, scheme)):
                row = await connection.fetchrow(query, scheme, month_on)
                if row is not None:
                    return row["decided"], row["recorded_at"]
        return 0, None

    async def event_lines(self, scheme: str, after: int = 0) -> AsyncIterator[bytes]:
        """Yield the scheme's events that follow one, in order."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(_PATIENT)
            async for line in months.event_lines(connection, scheme, after):
                yield line

    @asynccontextmanager
    async def saved(self, scheme: str) -> AsyncIterator[tuple[Saved, AsyncIterator[bytes]] | None]:
        """Hold a scheme's snapshot and the bodies of its cases, or None when there is none."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(_PATIENT)
            found = await read_saved(connection, scheme)
            yield None if found is None else (found, read_bodies(connection, scheme))

    async def next_offsets(self) -> dict[int, int]:
        """Return up to which offset each partition of `facts` is decided, by any writer."""
        return await patiently(lambda: next_offsets(self._pool), "read")

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Read rows, also while the database restarts."""
        rows: list[asyncpg.Record] = await patiently(lambda: self._pool.fetch(query, *arguments), "read")
        return rows


async def next_offsets(pool: asyncpg.Pool) -> dict[int, int]:
    """Return up to which offset each partition of `facts` is decided; one of which nothing is, is not there."""
    rows = await pool.fetch("SELECT partition, next_offset FROM writers")
    return {row["partition"]: row["next_offset"] for row in rows}


async def _begin(connection: asyncpg.Connection, writer: Writer, after: Writer) -> None:
    """Begin a batch's transaction, lock the partition's row and move the writer on, in one round trip.

    Raises:
        FencedError: the row is not this writer's.
    """
    place = (writer.partition, writer.epoch, writer.next_offset, writer.position)
    moved = await connection.execute(_MOVE % (after.next_offset, after.position, *place))
    if moved != "UPDATE 1":
        raise FencedError(f"partition {writer.partition}: this writer's epoch {writer.epoch} is over")


async def _locked(connection: asyncpg.Connection, partition: int) -> Writer | None:
    """Lock a partition's row until the transaction ends, and return its writer."""
    row = await connection.fetchrow(
        "SELECT epoch, next_offset, position FROM writers WHERE partition = $1 FOR UPDATE", partition
    )
    return None if row is None else Writer(partition, *row.values())
