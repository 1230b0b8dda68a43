"""What the journal owes to the world, read back in the order in which it was written, and how far it was told."""

from datetime import date, datetime
from typing import NamedTuple

import asyncpg


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


#: up to where the writer has come, and scheme and month of which rows may stand after $2 and up to $3
_WHERE = """
SELECT w.position, m.scheme, m.month_on
FROM writers w
LEFT JOIN months m ON m.partition = w.partition AND m.last_position > $2 AND m.first_position <= $3
WHERE w.partition = $1
"""
_SPAN = "partition = $1 AND position > $2 AND position <= $3"
#: in months of some schemes; the planner leaves all other months aside
_MONTHS = (
    "scheme = ANY($4) AND recorded_at >= month_begins($5)"
    " AND recorded_at < month_begins(($6::date + interval '1 month')::date)"
)
#: what is owed: its position, its kind, and the columns of any kind; NULL where a kind has none
_OWED = f"""
SELECT position, 'receipt' AS kind, receipt_topic AS told, receipt AS line, recorded_at, traceparent,
    NULL::text[] AS names, NULL::text[] AS hidden, NULL::bytea[] AS header_values
FROM messages WHERE {_SPAN} AND {_MONTHS}
UNION ALL
SELECT position, 'receipt', receipt_topic, receipt, recorded_at, traceparent, NULL, NULL, NULL
FROM messages WHERE {_SPAN} AND scheme = ''
UNION ALL
SELECT position, 'event', scheme, line, NULL, traceparent, banks, cause_hidden_from, NULL
FROM events WHERE {_SPAN} AND {_MONTHS}
UNION ALL
SELECT position, 'dead letter', origin_topic, line, NULL, NULL, header_names, NULL, header_values
FROM dead_letters WHERE {_SPAN}
ORDER BY position
"""  # noqa: S608 - constants

_RECORDED = """
SELECT recorded_at FROM messages WHERE partition = $1 AND position = $2
UNION ALL SELECT recorded_at FROM events WHERE partition = $1 AND position = $2
UNION ALL SELECT recorded_at FROM dead_letters WHERE partition = $1 AND position = $2
"""

Owed = OwedReceipt | OwedEvent | OwedDeadLetter

#: stands for the months where there is none: of refused schemes and dead letters alone
_NO_MONTH = date(2000, 1, 1)


class Outbox:
    """The relay's view of the journal."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use connections of `pool`."""
        self._pool = pool

    async def after(self, partition: int, position: int, limit: int) -> list[Owed]:
        """Return up to `limit` rows that follow `position`, in order. Positions have no gaps.

        Two looks are as good as one moment: what the writer had come to by the first stays as it is.
        """
        found = await self._pool.fetch(_WHERE, partition, position, position + limit)
        until = min(found[0]["position"], position + limit) if found else position
        if until <= position:
            return []
        months = [(row["scheme"], row["month_on"]) for row in found if row["scheme"] is not None]
        schemes, month_ons = {scheme for scheme, _ in months}, [month_on for _, month_on in months] or [_NO_MONTH]
        span = (partition, position, until)
        rows = await self._pool.fetch(_OWED, *span, list(schemes), min(month_ons), max(month_ons))
        return [_owed(row) for row in rows]

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


def _owed(row: asyncpg.Record) -> Owed:
    """Return a row of `_OWED`."""
    position, kind, told, line, recorded_at, traceparent, names, hidden, values = row
    match kind:
        case "receipt":
            return OwedReceipt(position, told, line, recorded_at, traceparent)
        case "event":
            return OwedEvent(position, told, line, names, hidden, traceparent)
        case _:
            return OwedDeadLetter(position, told, line, list(zip(names, values, strict=True)))


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
