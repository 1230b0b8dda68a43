"""Writing the journal and reading back what the desk needs: one transaction a batch, no statement a message."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime

import asyncpg

from drawbridge import crash
from drawbridge.record.rows import (
    Answered,
    Batch,
    Buried,
    Happened,
    Writer,
    readable,
    subject_key,
)

_MESSAGE_COLUMNS = (
    *("scheme", "decided", "partition", "position", "message_key", "is_first", "digest", "recorded_at", "source", "id"),
    *("type", "bytes", "told_time", "receipt", "receipt_topic", "origin_topic", "origin_partition", "origin_offset"),
)
_EVENT_COLUMNS = (
    "scheme",
    "sequence",
    "partition",
    "position",
    "recorded_at",
    "type",
    "subject",
    "line",
    "banks",
    "cause_hidden_from",
)
_DEAD_COLUMNS = (
    *("partition", "position", "scheme", "reason", "detail", "recorded_at", "line", "bytes", "header_names"),
    *("header_values", "origin_topic", "origin_partition", "origin_offset"),
)


class FencedError(RuntimeError):
    """Another writer has taken this partition, or the journal stands elsewhere than this writer believes."""


class Journal:
    """The journal of one database, for the writers of its partitions."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use connections of `pool`."""
        self._pool = pool

    async def take(self, partition: int, holder: str) -> Writer:
        """Become the writer of a partition of `facts`: whoever was it before can no longer commit.

        Args:
            partition: of `facts`.
            holder: names this process, for people.
        """
        row = await self._pool.fetchrow(
            "INSERT INTO writers VALUES ($1, 1, 0, 0, $2, now()) ON CONFLICT (partition) DO UPDATE"
            " SET epoch = writers.epoch + 1, holder = excluded.holder, taken_at = excluded.taken_at"
            " RETURNING epoch, next_offset, position",
            partition,
            holder,
        )
        return Writer(partition, row["epoch"], row["next_offset"], row["position"])

    async def append(self, writer: Writer, batch: Batch) -> Writer:
        """Write a batch and the next input offset in one transaction, and return the writer as it stands after it.

        Raises:
            FencedError: another writer has the partition; nothing was written.
        """
        position = writer.position + len(batch.outbound)
        async with self._pool.acquire() as connection, connection.transaction():
            crash.point("journal.begun")
            row = await connection.fetchrow(
                "SELECT epoch, next_offset, position FROM writers WHERE partition = $1 FOR UPDATE", writer.partition
            )
            if row is None or Writer(writer.partition, *row.values()) != writer:
                raise FencedError(f"partition {writer.partition}: this writer's epoch {writer.epoch} is over")
            crash.point("journal.locked")
            await _copy(connection, writer, batch)
            crash.point("journal.copied")
            await _upsert(connection, writer.partition, batch)
            crash.point("journal.noted")
            await connection.execute(
                "UPDATE writers SET next_offset = $2, position = $3 WHERE partition = $1",
                writer.partition,
                batch.next_offset,
                position,
            )
            crash.point("journal.moved")
        crash.point("journal.committed")
        return Writer(writer.partition, writer.epoch, batch.next_offset, position)

    async def origins(self, partition: int) -> dict[tuple[str, int], int]:
        """Return the last offset seen of each inbound topic's partition, in this partition of `facts`."""
        rows = await self._pool.fetch(
            "SELECT topic, topic_partition, last_offset FROM origins WHERE partition = $1", partition
        )
        return {(row["topic"], row["topic_partition"]): row["last_offset"] for row in rows}

    async def remembered(self, scheme: str, keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """Return digest and receipt of those of these messages that were answered before, by key."""
        rows = await self._pool.fetch(
            "SELECT message_key, digest, receipt FROM messages"
            " WHERE scheme = $1 AND message_key = ANY($2) AND is_first",
            scheme,
            list(keys),
        )
        return {row["message_key"]: (row["digest"], row["receipt"]) for row in rows}

    async def closed_cases(self, scheme: str, subjects: Iterable[str]) -> dict[str, bytes]:
        """Return the snapshots of those of these cases that are closed, by subject."""
        wanted = {subject_key(subject): subject for subject in subjects}
        rows = await self._pool.fetch(
            "SELECT subject_key, snapshot FROM closed_cases WHERE scheme = $1 AND subject_key = ANY($2)",
            scheme,
            list(wanted),
        )
        return {wanted[row["subject_key"]]: row["snapshot"] for row in rows}

    async def last_decided(self, scheme: str) -> tuple[int, datetime | None]:
        """Return the order of the scheme's last message and the instant at which it was recorded."""
        row = await self._pool.fetchrow(
            "SELECT decided, recorded_at FROM messages WHERE scheme = $1 AND decided > 0 ORDER BY decided DESC LIMIT 1",
            scheme,
        )
        return (row["decided"], row["recorded_at"]) if row else (0, None)

    async def event_lines(self, scheme: str) -> AsyncIterator[bytes]:
        """Yield the scheme's events in order."""
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            query = "SELECT line FROM events WHERE scheme = $1 ORDER BY sequence"
            async for row in connection.cursor(query, scheme, prefetch=1000):
                yield row["line"]


async def _copy(connection: asyncpg.Connection, writer: Writer, batch: Batch) -> None:
    """COPY what is owed into its three tables, each row with its position."""
    messages, events, dead = [], [], []
    for position, row in enumerate(batch.outbound, writer.position + 1):
        place = (writer.partition, position)
        match row:
            case Answered():
                messages.append(_message_record(row, place))
            case Happened():
                told = (row.recorded_at, row.type, readable(row.subject), row.line)
                events.append((row.scheme, row.sequence, *place, *told, row.banks, row.cause_hidden_from))
            case Buried():
                dead.append(_dead_record(row, place))
    for table, columns, records in (
        ("messages", _MESSAGE_COLUMNS, messages),
        ("events", _EVENT_COLUMNS, events),
        ("dead_letters", _DEAD_COLUMNS, dead),
    ):
        if records:
            await connection.copy_records_to_table(table, records=records, columns=columns)


def _message_record(row: Answered, place: tuple[int, int]) -> tuple[object, ...]:
    """Return a message's columns."""
    named = (row.recorded_at, readable(row.source), readable(row.id), readable(row.type))
    origin = (row.origin.topic, row.origin.partition, row.origin.offset)
    head = (readable(row.scheme), row.decided, *place, row.key, row.is_first, row.digest)
    return (*head, *named, row.raw, row.told_time, row.receipt, row.receipt_topic, *origin)


def _dead_record(row: Buried, place: tuple[int, int]) -> tuple[object, ...]:
    """Return a dead letter's columns."""
    headers = ([readable(name) for name, _ in row.headers], [value for _, value in row.headers])
    origin = (row.origin.topic, row.origin.partition, row.origin.offset)
    told = (readable(row.scheme), row.reason, readable(row.detail), row.recorded_at)
    return (*place, *told, row.line, row.raw, *headers, *origin)


async def _upsert(connection: asyncpg.Connection, partition: int, batch: Batch) -> None:
    """Write the origins seen and the cases that left memory."""
    if batch.origins:
        await connection.execute(
            "INSERT INTO origins SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::bigint[])"
            " ON CONFLICT (partition, topic, topic_partition) DO UPDATE SET last_offset = excluded.last_offset",
            partition,
            [topic for topic, _ in batch.origins],
            [topic_partition for _, topic_partition in batch.origins],
            list(batch.origins.values()),
        )
    if batch.closed:
        await connection.execute(
            "INSERT INTO closed_cases SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[],"
            " $5::bigint[]) ON CONFLICT (scheme, subject_key) DO UPDATE"
            " SET snapshot = excluded.snapshot, at_sequence = excluded.at_sequence",
            [scheme for scheme, _ in batch.closed],
            [subject_key(subject) for _, subject in batch.closed],
            [readable(subject) for _, subject in batch.closed],
            [snapshot for snapshot, _ in batch.closed.values()],
            [sequence for _, sequence in batch.closed.values()],
        )
