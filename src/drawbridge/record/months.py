"""The months of the journal: a table a scheme and month, made before its first row is written.

Where each month's rows stand is noted with them, so that who reads by position or sequence looks into the months in
question only. A statement names them by `recorded_at` (`IN_MONTH`): the planner then leaves all others aside.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

import asyncpg

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.record.rows import Answered, Batch, Buried

#: of a scheme's month: `scheme` is $1, the month's first day $2
IN_MONTH = (
    "scheme = $1 AND recorded_at >= month_begins($2)"
    " AND recorded_at < month_begins(($2::date + interval '1 month')::date)"
)


@dataclass(slots=True)
class Span:
    """Where a month's rows of one batch stand.

    Attributes:
        first_sequence: of its first event; None when it has none.
    """

    first_position: int
    last_position: int
    first_sequence: int | None = None


def spans(batch: Batch, position: int) -> dict[tuple[str, date], Span]:
    """Return where the rows of each scheme and month stand in a batch, whose first row follows `position`."""
    found: dict[tuple[str, date], Span] = {}
    for at, row in enumerate(batch.outbound, position + 1):
        if isinstance(row, Buried) or (isinstance(row, Answered) and not row.decided):
            continue
        told = row.recorded_at if row.recorded_at.tzinfo is SHANGHAI else row.recorded_at.astimezone(SHANGHAI)
        span = found.setdefault((row.scheme, date(told.year, told.month, 1)), Span(at, at))
        span.last_position = at
        if span.first_sequence is None and not isinstance(row, Answered):
            span.first_sequence = row.sequence
    return found


async def months_from(connection: asyncpg.Connection, scheme: str, after: int | None = None) -> list[date]:
    """Return a scheme's months that are in the database, from the one on in which the event after `after` stands.

    Without it all of them: the first may hold refused messages alone, and no event.
    """
    rows = await connection.fetch(
        "SELECT month_on, min(first_sequence) AS first FROM months WHERE scheme = $1"
        " GROUP BY month_on ORDER BY month_on",
        scheme,
    )
    if after is None:
        return [row["month_on"] for row in rows]
    begins = max((n for n, row in enumerate(rows) if row["first"] is not None and row["first"] <= after + 1), default=0)
    return [row["month_on"] for row in rows[begins:]]


async def event_lines(connection: asyncpg.Connection, scheme: str, after: int = 0) -> AsyncIterator[bytes]:
    """Yield a scheme's events in the database that follow one, in order, byte for byte as they were chained.

    Within a transaction that sees one moment (repeatable read).
    """
    query = f"SELECT line FROM events WHERE {IN_MONTH} AND sequence > $3 ORDER BY sequence"  # noqa: S608 - a constant
    for month_on in await months_from(connection, scheme, after):
        async for row in connection.cursor(query, scheme, month_on, after, prefetch=1000):
            yield row["line"]
