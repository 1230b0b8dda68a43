"""What the journal owes to the world, read back in the order in which it was written, and how far it was told."""

from datetime import datetime
from typing import NamedTuple

import asyncpg

from drawbridge.record.months import between


class OwedReceipt(NamedTuple):
    """A receipt for the topic of the message's sender; its message was recorded at that instant."""

    position: int
    topic: str
    line: bytes
    recorded_at: datetime
    traceparent: str | None


class OwedEvent(NamedTuple):
    """An event for everyone whom it concerns; see `Happened`."""

    position: int
    scheme: str
    line: bytes
    banks: list[str]
    cause_hidden_from: list[str]
    traceparent: str | None


class OwedDeadLetter(NamedTuple):
    """A dead letter with the headers of the record as received."""

    position: int
    key: str
    line: bytes
    headers: list[tuple[str, bytes]]


#: a partition's rows between two positions, in months of some schemes; the planner leaves all other months aside
_SPAN = (
    "partition = $1 AND position > $2 AND position <= $3 AND scheme = ANY($4)"
    " AND recorded_at >= month_begins($5) AND recorded_at < month_begins(($6::date + interval '1 month')::date)"
)
_RECEIPTS = f"""
SELECT position, receipt_topic, receipt, recorded_at, traceparent FROM messages WHERE {_SPAN}
"""  # noqa: S608 - a constant
_RECEIPTS_OF_NO_SCHEME = """
SELECT position, receipt_topic, receipt, recorded_at, traceparent FROM messages
WHERE partition = $1 AND position > $2 AND position <= $3 AND scheme = ''
"""
_EVENTS = f"""
SELECT position, scheme, line, banks, cause_hidden_from, traceparent FROM events WHERE {_SPAN}
"""  # noqa: S608 - a constant
_DEAD_LETTERS = """
SELECT position, origin_topic, line, header_names, header_values FROM dead_letters
WHERE partition = $1 AND position > $2 AND position <= $3
"""

_RECORDED = """
SELECT recorded_at FROM messages WHERE partition = $1 AND position = $2
UNION ALL SELECT recorded_at FROM events WHERE partition = $1 AND position = $2
UNION ALL SELECT recorded_at FROM dead_letters WHERE partition = $1 AND position = $2
"""

Owed = OwedReceipt | OwedEvent | OwedDeadLetter


class Outbox:
    """The relay's view of the journal."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use connections of `pool`."""
        self._pool = pool

    async def after(self, partition: int, position: int, limit: int) -> list[Owed]:
        """Return up to `limit` rows that follow `position`, in order. Positions have no gaps."""
        span = (partition, position, position + limit)
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            receipts, events = await connection.fetch(_RECEIPTS_OF_NO_SCHEME, *span), []
            found = await between(connection, *span)
            if found:
                schemes, month_ons = {scheme for scheme, _ in found}, [month_on for _, month_on in found]
                where = (*span, list(schemes), min(month_ons), max(month_ons))
                receipts += await connection.fetch(_RECEIPTS, *where)
                events = await connection.fetch(_EVENTS, *where)
            dead = await connection.fetch(_DEAD_LETTERS, *span)
        owed: list[Owed] = [OwedReceipt(*row.values()) for row in receipts]
        owed += [OwedEvent(*row.values()) for row in events]
        owed += [
            OwedDeadLetter(
                row["position"],
                row["origin_topic"],
                row["line"],
                list(zip(row["header_names"], row["header_values"], strict=True)),
            )
            for row in dead
        ]
        return sorted(owed, key=lambda row: row.position)

    async def writer(self, partition: int) -> tuple[int, int]:
        """Return the epoch of a partition's writer and the position of its last row; zeros before the first."""
        row = await self._pool.fetchrow("SELECT epoch, position FROM writers WHERE partition = $1", partition)
        return (row["epoch"], row["position"]) if row else (0, 0)

    async def archived(self, partition: int) -> int:
        """Return the position up to which some of this partition's rows are in files only; 0 when none is."""
        position: int | None = await self._pool.fetchval(
            "SELECT max(last_position) FROM archived_months WHERE partition = $1", partition
        )
        return position or 0

    async def published(self, partition: int) -> int:
        """Return the position up to which this partition was published, as the database remembers it."""
        position: int | None = await self._pool.fetchval(
            "SELECT position FROM relay_cursors WHERE partition = $1", partition
        )
        return position or 0

    async def remember(self, partition: int, position: int, before: int | None = None) -> bool:
        """Note how far this partition was published.

        Args:
            partition: of the journal.
            position: up to which it is published.
            before: what is noted so far; None for whatever that is.

        Returns:
            Whether that was noted: not where somebody else has noted something since.
        """
        done: str = await self._pool.execute(
            "INSERT INTO relay_cursors VALUES ($1, $2, now()) ON CONFLICT (partition) DO UPDATE"
            " SET position = excluded.position, published_at = excluded.published_at"
            " WHERE $3::bigint IS NULL OR relay_cursors.position = $3",
            partition,
            position,
            before,
        )
        return done == "INSERT 0 1"

    async def recorded_at(self, partition: int, position: int) -> datetime | None:
        """Return when what a row is about was recorded; None when there is no such row."""
        at: datetime | None = await self._pool.fetchval(_RECORDED, partition, position)
        return at

    async def event_lines(self, partition: int, until: int) -> list[tuple[str, bytes]]:
        """Return scheme and line of the events up to a position whose alerts may still be cleared, in order."""
        rows = await self._pool.fetch(
            "SELECT scheme, line FROM kept_events WHERE partition = $1 AND position <= $2 ORDER BY position",
            partition,
            until,
        )
        return [(row["scheme"], row["line"]) for row in rows]


async def announced_banks(pool: asyncpg.Pool) -> list[str]:
    """Return the banks enrolled but those whose enrolment is yet to be published: the relay makes their topics then."""
    rows = await pool.fetch(
        "SELECT substr(e.subject, length('bank/') + 1) AS bank"
        " FROM writers w LEFT JOIN relay_cursors c USING (partition)"
        " JOIN events e ON e.partition = w.partition AND e.position > coalesce(c.position, 0)"
        " WHERE e.type = 'bank.enrolled.v1'"
    )
    unpublished = {row["bank"] for row in rows}
    return [bank for bank in await enrolled_banks(pool) if bank not in unpublished]


async def enrolled_banks(pool: asyncpg.Pool) -> list[str]:
    """Return the codes of all banks that a scheme of this database has enrolled."""
    return [row["bank"] for row in await pool.fetch("SELECT DISTINCT bank FROM enrolled_banks ORDER BY bank")]
