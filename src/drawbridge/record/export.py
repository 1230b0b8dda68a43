"""Reading the journal back as NDJSON: a file that `replay` decides again, or that `verify` checks."""

import re
from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg
import orjson

from drawbridge.bank.envelope import instant_text

_BREAKS = re.compile(rb"[\r\n]")
_OPENING = re.compile(rb"^\s*\{")


async def export_events(connection: asyncpg.Connection, scheme: str) -> AsyncIterator[bytes]:
    """Yield the scheme's events in order, byte for byte as they were chained."""
    async with connection.transaction(readonly=True):
        query = "SELECT line FROM events WHERE scheme = $1 ORDER BY sequence"
        async for row in connection.cursor(query, scheme, prefetch=1000):
            yield row["line"]


async def export_messages(connection: asyncpg.Connection, scheme: str) -> AsyncIterator[bytes]:
    """Yield the scheme's messages in the order of their decisions, each with the `recordedtime` of its decision."""
    async with connection.transaction(readonly=True):
        query = "SELECT bytes, recorded_at, told_time FROM messages WHERE scheme = $1 AND decided > 0 ORDER BY decided"
        async for row in connection.cursor(query, scheme, prefetch=1000):
            told = row["told_time"]
            yield _one_line(row["bytes"]) if told else with_recordedtime(row["bytes"], row["recorded_at"])


async def export_dead_letters(connection: asyncpg.Connection, scheme: str) -> AsyncIterator[bytes]:
    """Yield the scheme's dead letters, and those whose scheme cannot be told."""
    async with connection.transaction(readonly=True):
        query = "SELECT line FROM dead_letters WHERE scheme IN ($1, '') ORDER BY recorded_at, partition, position"
        async for row in connection.cursor(query, scheme, prefetch=1000):
            yield row["line"]


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
