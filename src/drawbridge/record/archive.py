"""Old months go into files, are read back, and only then are taken out of the database.

What the database keeps of a month says by SHA-256 what the files must be, and where the chain goes on.
"""

from datetime import date
from pathlib import Path

import asyncpg

from drawbridge.law.event import NO_EVENT, ChainCheck
from drawbridge.record.archive_files import (
    EVENTS,
    MESSAGES,
    ArchiveError,
    File,
    Month,
    Progress,
    checked,
    folder_of,
    keep,
    message_line,
)
from drawbridge.record.months import IN_MONTH

#: how long the tables of a month may be waited for: whoever reads them now is not to hold up those who come after
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"
_MESSAGE = (
    *("decided", "partition", "position", "recorded_at", "source", "id", "type", "bytes", "told_time", "is_first"),
    *("receipt", "receipt_topic", "origin_topic", "origin_partition", "origin_offset", "traceparent"),
)


async def archived(connection: asyncpg.Connection, scheme: str) -> list[Month]:
    """Return a scheme's archived months in order."""
    rows = await connection.fetch(
        "SELECT scheme, month_on, partition, last_position, last_sequence, last_hash, last_decided, events, messages,"
        " events_sha256, messages_sha256 FROM archived_months WHERE scheme = $1 ORDER BY month_on",
        scheme,
    )
    return [Month(*row.values()) for row in rows]


async def next_month(connection: asyncpg.Connection, scheme: str) -> date | None:
    """Return the scheme's oldest month in the database, None when there is none but the current one.

    Raises:
        ArchiveError: not all of it is published yet.
    """
    rows = await connection.fetch(
        "SELECT month_on, max(last_position - coalesce(position, 0)) AS owed FROM months"
        " LEFT JOIN relay_cursors USING (partition) WHERE scheme = $1 GROUP BY month_on ORDER BY month_on LIMIT 2",
        scheme,
    )
    if len(rows) < 2:  # noqa: PLR2004 - the current month is still written to
        return None
    if rows[0]["owed"] > 0:
        raise ArchiveError(
            f"{scheme} {rows[0]['month_on']:%Y-%m}: {rows[0]['owed']} rows up to its end are not published yet: let a"
            " worker with the role relay run, then archive"
        )
    month_on: date = rows[0]["month_on"]
    return month_on


async def write(connection: asyncpg.Connection, root: Path, scheme: str, month_on: date, progress: Progress) -> Month:
    """Write a month's files and read them back; the database stays as it is.

    Files that an interrupted run left are written anew; whole ones must be the very same.

    Args:
        connection: in a transaction that sees one moment (repeatable read).
        root: the folder of all archives.
        scheme: whose month.
        month_on: the month's first day.
        progress: told of each line.

    Raises:
        ArchiveError: the month does not fit what was archived before it, or the folder holds other files.
        OSError: the files cannot be written.
    """
    before = await archived(connection, scheme)
    after, head, decided = 0, NO_EVENT, 0
    if before:
        after, head, decided = before[-1].last_sequence, before[-1].last_hash, before[-1].last_decided
    folder = folder_of(root, scheme, month_on)
    half = folder.with_name(folder.name + ".partial")
    half.mkdir(parents=True, exist_ok=True)
    with File(half / EVENTS, progress) as events:
        chain = await _write_events(connection, (scheme, month_on), events, ChainCheck(after, head))
    with File(half / MESSAGES, progress) as messages:
        decided = await _write_messages(connection, (scheme, month_on), messages, decided)
    row = await connection.fetchrow(
        "SELECT min(partition) AS partition, max(last_position) AS last FROM months"
        " WHERE scheme = $1 AND month_on = $2",
        scheme,
        month_on,
    )
    written = (events.lines, messages.lines, events.sha256, messages.sha256)
    month = Month(scheme, month_on, row["partition"], row["last"], chain.count, chain.head, decided, *written)
    read_back = ChainCheck(after, head)
    for line in checked(half / EVENTS, month.events_sha256, month):
        read_back.add(line)
    if read_back != chain:
        raise ArchiveError(f"{half / EVENTS} is not what was written: is the disk in order? Nothing is archived")
    for _ in checked(half / MESSAGES, month.messages_sha256, month):
        pass
    keep(half, folder, month)
    return month


async def _write_events(
    connection: asyncpg.Connection, of_month: tuple[str, date], file: File, check: ChainCheck
) -> ChainCheck:
    """Write a month's events as they were chained, and return where the chain is after them."""
    query = f"SELECT line FROM events WHERE {IN_MONTH} ORDER BY sequence"  # noqa: S608 - a constant
    async for row in connection.cursor(query, *of_month, prefetch=1000):
        check.add(row["line"])
        file.add(row["line"])
    if check.fault is not None:
        raise ArchiveError(
            f"{of_month[0]}: sequence {check.fault.sequence} is wrong: {check.fault.what}. Nothing is archived"
        )
    return check


async def _write_messages(connection: asyncpg.Connection, of_month: tuple[str, date], file: File, decided: int) -> int:
    """Write a month's messages, and return the order of the last one."""
    query = f"SELECT {', '.join(_MESSAGE)} FROM messages WHERE {IN_MONTH} ORDER BY decided"  # noqa: S608 - a constant
    async for row in connection.cursor(query, *of_month, prefetch=1000):
        if row["decided"] != decided + 1:
            raise ArchiveError(f"{of_month[0]}: after message {decided} follows {row['decided']}. Nothing is archived")
        decided = row["decided"]
        file.add(message_line(row))
    return decided


async def drop(connection: asyncpg.Connection, month: Month) -> None:
    """Take a month out of the database in one transaction; what is still needed of it stays.

    Receipts go to what is remembered, for repetitions to come, and where the chain goes on is noted.

    Args:
        connection: in no transaction.
        month: whose files are written and read back.

    Raises:
        ArchiveError: the database is no longer what was written, or the state is not written down beyond the month.
        asyncpg.LockNotAvailableError: somebody reads the month now.
    """
    of_month = (month.scheme, month.month_on)
    async with connection.transaction():
        await connection.execute(_LOCK_TIMEOUT)
        saved = await connection.fetchval("SELECT sequence FROM snapshots WHERE scheme = $1", month.scheme)
        if (saved or 0) < month.last_sequence:
            raise ArchiveError(
                f"{month.scheme} {month.name}: the state is written down up to event {saved or 0} only, and the month"
                f" ends with {month.last_sequence}: a worker writes it down when it stops, `drawbridge rebuild --write`"
                " at once"
            )
        counts = [
            await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {IN_MONTH}", *of_month)  # noqa: S608 - constants
            for table in ("events", "messages")
        ]
        if counts != [month.events, month.messages]:
            raise ArchiveError(f"{month.scheme} {month.name} has changed since it was written: run it again")
        await connection.execute(
            "UPDATE remembered SET receipt = m.receipt FROM (SELECT message_key AS key, receipt FROM messages"  # noqa: S608 - a constant
            f" WHERE {IN_MONTH} AND is_first) AS m WHERE remembered.scheme = $1 AND message_key = m.key",
            *of_month,
        )
        await connection.execute(
            "INSERT INTO archived_months VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now())",
            *(getattr(month, name) for name in Month.__slots__),
        )
        await connection.execute("DELETE FROM months WHERE scheme = $1 AND month_on = $2", *of_month)
        await connection.execute("SELECT drop_month($1, $2)", *of_month)
