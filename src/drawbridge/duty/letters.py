"""Dead letters as the journal has them, with what was ruled on each and what came of that. Reads only."""

import asyncio
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from drawbridge.bank.envelope import instant_text
from drawbridge.record.rows import Origin

#: seconds between two looks for what came of a ruling
LOOK_EVERY_S = 0.2

_PLACE = re.compile(r"(\d{1,9})/(\d{1,18})")
_LETTERS = """
SELECT d.partition, d.position, d.scheme, d.reason, d.detail, d.recorded_at, d.header_names,
       d.origin_topic, d.origin_partition, d.origin_offset, octet_length(d.bytes) AS size,
       encode(sha256(d.bytes), 'hex') AS digest, r.ruling, r.operator, r.reason AS why, r.ruled_at,
       r.origin_topic AS by_topic, r.origin_partition AS by_partition, r.origin_offset AS by_offset, r.answer
FROM dead_letters d LEFT JOIN dead_letter_rulings r USING (partition, position)
"""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was ruled on a dead letter.

    Attributes:
        origin: where the ruling stood on the operator's topic.
        answer: the row of what came of it, None when the letter was discarded.
    """

    kind: str
    operator: str
    reason: str
    ruled_at: datetime
    origin: Origin
    answer: int | None

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "ruling": self.kind,
            "operator": self.operator,
            "reason": self.reason,
            "ruled_at": instant_text(self.ruled_at),
            "received": str(self.origin),
            "answer": self.answer,
        }

    @property
    def line(self) -> str:
        """Return it in words."""
        return f"{self.kind} by {self.operator}, {instant_text(self.ruled_at)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class DeadLetterRow:
    """A dead letter without its bytes; `digest` is their SHA-256 in hex."""

    partition: int
    position: int
    scheme: str
    reason: str
    detail: str
    recorded_at: datetime | None
    header_names: tuple[str, ...]
    origin: Origin
    size_bytes: int
    digest: str
    ruling: Ruling | None

    @property
    def place(self) -> str:
        """What names it to an operator."""
        return f"{self.partition}/{self.position}"

    def told(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "place": self.place,
            "scheme": self.scheme,
            "reason": self.reason,
            "detail": self.detail,
            "recordedtime": self.recorded_at and instant_text(self.recorded_at),
            "received": str(self.origin),
            "headers": list(self.header_names),
            "size_bytes": self.size_bytes,
            "sha256": self.digest,
            "ruling": self.ruling and self.ruling.told(),
        }


def read_place(text: str) -> tuple[int, int] | None:
    """Return partition and position of `<partition>/<position>`, None when it is not of that form."""
    match = _PLACE.fullmatch(text)
    return None if match is None else (int(match[1]), int(match[2]))


async def letters(pool: asyncpg.Pool, scheme: str | None, *, ruled_too: bool, at_most: int) -> list[DeadLetterRow]:
    """Return dead letters, the oldest first.

    Args:
        pool: of the journal.
        scheme: whose; None for all, '' for those that tell none.
        ruled_too: whether those on which somebody has ruled are wanted too.
        at_most: how many.
    """
    query = f"{_LETTERS} WHERE ($1::text IS NULL OR d.scheme = $1) AND ($2 OR r.position IS NULL)"
    rows = await pool.fetch(
        f"{query} ORDER BY d.recorded_at, d.partition, d.position LIMIT $3", scheme, ruled_too, at_most
    )
    return [_row(row) for row in rows]


async def letter(pool: asyncpg.Pool, partition: int, position: int) -> DeadLetterRow | None:
    """Return one dead letter."""
    row = await pool.fetchrow(f"{_LETTERS} WHERE d.partition = $1 AND d.position = $2", partition, position)
    return None if row is None else _row(row)


async def bytes_of(pool: asyncpg.Pool, row: DeadLetterRow) -> bytes:
    """Return a dead letter's bytes as they were received."""
    raw: bytes = await pool.fetchval(
        "SELECT bytes FROM dead_letters WHERE partition = $1 AND position = $2", row.partition, row.position
    )
    return raw


async def answer_to(pool: asyncpg.Pool, partition: int, position: int) -> tuple[bool, str]:
    """Return whether a resubmitted letter was answered, and by what."""
    row = await pool.fetchrow(
        "SELECT receipt, receipt_topic FROM messages WHERE partition = $1 AND position = $2", partition, position
    )
    if row is not None:
        envelope = orjson.loads(row["receipt"])
        code = f" {envelope['data']['code']}" if "code" in envelope["data"] else ""
        return True, f"{envelope['type']}{code} on {row['receipt_topic']}"
    again = await letter(pool, partition, position)
    if again is None:
        return True, "answered; its month is archived"
    return False, f"a dead letter again, {again.place}: {again.reason}: {again.detail}"


async def ruled_within(
    pool: asyncpg.Pool, row: DeadLetterRow, origin: Origin, within_s: float
) -> tuple[DeadLetterRow | None, str]:
    """Return a dead letter once a ruling on it is in the journal, or why that ruling became a dead letter itself.

    Args:
        pool: of the journal.
        row: on which was ruled.
        origin: where the ruling stands.
        within_s: seconds after which (None, '') is returned.
    """
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        now = await letter(pool, row.partition, row.position)
        if now is not None and now.ruling is not None and now.ruling.origin == origin:
            return now, ""
        why = await pool.fetchval(
            "SELECT detail FROM dead_letters WHERE origin_topic = $1 AND origin_partition = $2 AND origin_offset = $3",
            origin.topic,
            origin.partition,
            origin.offset,
        )
        if why is not None:
            return None, str(why)
        await asyncio.sleep(LOOK_EVERY_S)
    return None, ""


def ruling_of(row: asyncpg.Record) -> Ruling | None:
    """Return what a query tells of a ruling, if there is one."""
    if row["ruling"] is None:
        return None
    by = Origin(row["by_topic"], row["by_partition"], row["by_offset"])
    return Ruling(row["ruling"], row["operator"], row["why"], row["ruled_at"], by, row["answer"])


def _row(row: asyncpg.Record) -> DeadLetterRow:
    """Return a row of the query."""
    return DeadLetterRow(
        partition=row["partition"],
        position=row["position"],
        scheme=row["scheme"],
        reason=row["reason"],
        detail=row["detail"],
        recorded_at=row["recorded_at"],
        header_names=tuple(row["header_names"]),
        origin=Origin(row["origin_topic"], row["origin_partition"], row["origin_offset"]),
        size_bytes=row["size"],
        digest=row["digest"],
        ruling=ruling_of(row),
    )
