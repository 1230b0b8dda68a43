"""Reading the journal back as NDJSON: a file that `replay` decides again, or that `verify` checks.

Months that were archived are read from their files, in the same order and to the same bytes.
"""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import asyncpg
import orjson

from drawbridge.bank.envelope import instant_text
from drawbridge.record import archive_files, months
from drawbridge.record.archive import archived
from drawbridge.record.archive_files import ArchiveError, Month

_BREAKS = re.compile(rb"[\r\n]")
_OPENING = re.compile(rb"^\s*\{")


async def export_events(
    connection: asyncpg.Connection, scheme: str, archives: Path | None = None
) -> AsyncIterator[bytes]:
    """Yield the scheme's events in order, byte for byte as they were chained.

    Args:
        connection: in no transaction.
        scheme: whose journal.
        archives: the folder of archived months.

    Raises:
        ArchiveError: months are archived, and their files are not given or not what was written.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for month, root in await _archived(connection, scheme, archives):
            for line in archive_files.read_events(root, month):
                yield line
        async for line in months.event_lines(connection, scheme):
            yield line


async def export_messages(
    connection: asyncpg.Connection, scheme: str, archives: Path | None = None
) -> AsyncIterator[bytes]:
    """Yield the scheme's messages in the order of their decisions, each with the `recordedtime` of its decision.

    Arguments and errors as for `export_events`.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for month, root in await _archived(connection, scheme, archives):
            for told in archive_files.read_messages(root, month):
                at = datetime.fromisoformat(told["recorded_at"])
                yield _message(told["bytes"].encode(), at, told_time=told["told_time"])
        query = f"SELECT bytes, recorded_at, told_time FROM messages WHERE {months.IN_MONTH} ORDER BY decided"  # noqa: S608 - a constant
        for month_on in await months.months_from(connection, scheme):
            async for row in connection.cursor(query, scheme, month_on, prefetch=1000):
                yield _message(row["bytes"], row["recorded_at"], told_time=row["told_time"])


async def export_dead_letters(
    connection: asyncpg.Connection, scheme: str, _archives: Path | None = None
) -> AsyncIterator[bytes]:
    """Yield the scheme's dead letters, and those whose scheme cannot be told; they are never archived."""
    async with connection.transaction(readonly=True):
        query = "SELECT line FROM dead_letters WHERE scheme IN ($1, '') ORDER BY recorded_at, partition, position"
        async for row in connection.cursor(query, scheme, prefetch=1000):
            yield row["line"]


async def _archived(connection: asyncpg.Connection, scheme: str, archives: Path | None) -> list[tuple[Month, Path]]:
    """Return the archived months with the folder in which their files are."""
    found = await archived(connection, scheme)
    if found and archives is None:
        raise ArchiveError(f"{scheme} is archived up to {found[-1].name}: name the folder of its files with --archives")
    return [(month, archives) for month in found if archives is not None]


def _message(raw: bytes, recorded_at: datetime, *, told_time: bool) -> bytes:
    """Return a message on one line, with the time of its receipt: in a sandbox that stands in it already."""
    return _one_line(raw) if told_time else with_recordedtime(raw, recorded_at)


def with_recordedtime(raw: bytes, recorded_at: datetime) -> bytes:
    """Return a message on one line with `recordedtime` set, everything else as it was sent, to the digit.

    The attribute is spliced in: written anew, a number such as 1e3 could come out in another form. A `recordedtime` of
    the sender's own is not his to set, and such a message was refused for it: it is kept under another name, so that a
    replay refuses the message too.
    """
    attributes = orjson.loads(raw)
    told = attributes.pop("recordedtime", None)
    if told is not None:
        raw = orjson.dumps({**attributes, "senders_recordedtime": told})
    set_time = b'{"recordedtime": "' + instant_text(recorded_at).encode() + b'", '
    return _OPENING.sub(set_time, _one_line(raw), count=1)


def _one_line(raw: bytes) -> bytes:
    """Return JSON without line breaks: they stand between tokens only, for inside a string a break is escaped."""
    return _BREAKS.sub(b" ", raw).strip()
