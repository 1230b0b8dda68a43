"""What the journal knows of a message or a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from drawbridge.duty.letters import Ruling, ruling_of
from drawbridge.duty.tracing.asked import Asked, Names, names_of
from drawbridge.law import SCHEMES
from drawbridge.law.event import canonical
from drawbridge.record.journal import next_offsets
from drawbridge.record.rows import Origin, message_key, readable

_MESSAGE = """
SELECT scheme, decided, partition, position, is_first, recorded_at, receipt, receipt_topic, bytes,
       origin_topic, origin_partition, origin_offset
FROM messages WHERE
"""
_DEAD = """
SELECT d.*, r.ruling, r.operator, r.reason AS why, r.ruled_at, r.answer,
       r.origin_topic AS by_topic, r.origin_partition AS by_partition, r.origin_offset AS by_offset
FROM dead_letters d LEFT JOIN dead_letter_rulings r USING (partition, position)
ORDER BY d.recorded_at, partition, position
"""
_EVENT = "SELECT scheme, sequence, position, partition, type, subject, line, banks, cause_hidden_from FROM events WHERE"
#: the row of a message or dead letter before this one: a message's own events stand between the two
_BEFORE = """
SELECT greatest(
    (SELECT max(position) FROM messages WHERE partition = $1 AND position < $2),
    (SELECT max(position) FROM dead_letters WHERE partition = $1 AND position < $2), 0)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A message that was decided.

    Attributes:
        decided: its order in the scheme; 0 when the scheme is not known here.
        position: of its receipt, in its partition of the journal.
        is_first: whether it is no repetition.
        receipt_topic: without prefix.
    """

    scheme: str
    decided: int
    partition: int
    position: int
    is_first: bool
    recorded_at: datetime
    receipt: bytes
    receipt_topic: str
    raw: bytes
    origin: Origin
    names: Names


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter, and what an operator ruled on it."""

    partition: int
    position: int
    reason: str
    detail: str
    recorded_at: datetime | None
    raw: bytes
    origin: Origin
    names: Names
    ruling: Ruling | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as the journal has it."""

    scheme: str
    sequence: int
    position: int
    partition: int
    type: str
    subject: str
    line: bytes
    banks: tuple[str, ...]
    cause_hidden_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Archived:
    """A message whose month is archived: what is kept to answer a repetition."""

    scheme: str
    decided: int
    recorded_at: datetime
    receipt: bytes


class Finder:
    """Asks the journal; writes nothing."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use connections of `pool`."""
        self._pool = pool

    async def answers(self, asked: Asked) -> list[Answer]:
        """Return every time that it was decided, in order."""
        if asked.origin is not None:
            place = (asked.origin.topic, asked.origin.partition, asked.origin.offset)
            where = "origin_topic = $1 AND origin_partition = $2 AND origin_offset = $3"
            rows = await self._pool.fetch(f"{_MESSAGE} {where}", *place)
        elif asked.message is not None:
            rows = await self._named(message_key(*asked.message))
        else:
            # a receipt is canonical: its subject stands there in one form only
            needle = b'"subject":' + canonical_text(asked.case or "")
            rows = await self._pool.fetch(f"{_MESSAGE} position($1::bytea IN receipt) > 0", needle)
        found = [_answer(row) for row in rows]
        fitting = [answer for answer in found if asked.fits(answer.names, answer.origin)]
        return sorted(fitting, key=lambda answer: (answer.scheme, answer.decided, answer.position))

    async def _named(self, key: bytes) -> list[asyncpg.Record]:
        """Return the rows of a message and its repetitions: none was recorded before the first, which is remembered."""
        rows = list(await self._pool.fetch(f"{_MESSAGE} scheme = '' AND message_key = $1", key))
        first = "SELECT scheme, recorded_at FROM remembered WHERE scheme = ANY($1) AND message_key = $2"
        for scheme, recorded_at in await self._pool.fetch(first, list(SCHEMES), key):
            where = "scheme = $1 AND recorded_at >= $2 AND message_key = $3"
            rows += await self._pool.fetch(f"{_MESSAGE} {where}", scheme, recorded_at, key)
        return rows

    async def archived(self, source: str, id_: str) -> Archived | None:
        """Return what is kept of a message whose month is archived."""
        query = (
            "SELECT scheme, decided, recorded_at, receipt FROM remembered"
            " WHERE scheme = ANY($1) AND message_key = $2 AND receipt IS NOT NULL"
        )
        row = await self._pool.fetchrow(query, list(SCHEMES), message_key(source, id_))
        return None if row is None else Archived(*row.values())

    async def letters(self, asked: Asked) -> list[Letter]:
        """Return the dead letters that it became, in order, or on which it rules; those of a case by their bytes."""
        found = []
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            async for row in connection.cursor(_DEAD, prefetch=1000):
                letter = _letter(row)
                is_ruled_there = letter.ruling is not None and letter.ruling.origin == asked.origin
                if is_ruled_there or asked.fits(letter.names, letter.origin):
                    found.append(letter)
        return found

    async def events_of(self, answer: Answer) -> list[EventRow]:
        """Return the events that a message caused, in order; timers' are not among them."""
        before = await self._pool.fetchval(_BEFORE, answer.partition, answer.position)
        query = f"{_EVENT} partition = $1 AND position > $2 AND position < $3 ORDER BY position"
        rows = await self._pool.fetch(query, answer.partition, before, answer.position)
        cause = b'"causationid":' + canonical_text(f"{answer.names.source}#{answer.names.id}")
        return [event for event in _events(rows) if cause in event.line]

    async def events_about(self, case: str) -> list[EventRow]:
        """Return the events of a case, in order."""
        rows = await self._pool.fetch(f"{_EVENT} subject = $1 ORDER BY scheme, sequence", readable(case))
        return _events(rows)

    async def decided_up_to(self) -> dict[int, int]:
        """Return the next offset of each partition of `facts`, as the desks have it."""
        return await next_offsets(self._pool)


def canonical_text(text: str) -> bytes:
    """Return a text as it stands in canonical JSON."""
    return canonical({"t": text})[len(b'{"t":') : -1]


def _answer(row: asyncpg.Record) -> Answer:
    """Return a row of `messages`."""
    return Answer(
        scheme=row["scheme"],
        decided=row["decided"],
        partition=row["partition"],
        position=row["position"],
        is_first=row["is_first"],
        recorded_at=row["recorded_at"],
        receipt=row["receipt"],
        receipt_topic=row["receipt_topic"],
        raw=row["bytes"],
        origin=Origin(row["origin_topic"], row["origin_partition"], row["origin_offset"]),
        names=names_of(row["bytes"], ()),
    )


def _letter(row: asyncpg.Record) -> Letter:
    """Return a row of `dead_letters`."""
    headers = list(zip(row["header_names"], row["header_values"], strict=True))
    return Letter(
        partition=row["partition"],
        position=row["position"],
        reason=row["reason"],
        detail=row["detail"],
        recorded_at=row["recorded_at"],
        raw=row["bytes"],
        origin=Origin(row["origin_topic"], row["origin_partition"], row["origin_offset"]),
        names=names_of(row["bytes"], headers),
        ruling=ruling_of(row),
    )


def _events(rows: Iterable[asyncpg.Record]) -> list[EventRow]:
    """Return rows of `events`."""
    return [
        EventRow(
            scheme=row["scheme"],
            sequence=row["sequence"],
            position=row["position"],
            partition=row["partition"],
            type=row["type"],
            subject=row["subject"],
            line=row["line"],
            banks=tuple(row["banks"]),
            cause_hidden_from=tuple(row["cause_hidden_from"]),
        )
        for row in rows
    ]
