"""Operators' rulings on dead letters in the database: what they rule on, and what was ruled."""

from collections.abc import Iterable

import asyncpg

from drawbridge.record.rows import Batch, Buried, Happened, Origin, Ruled, Writer, readable

READ_BURIED = """
SELECT d.position, d.scheme, d.reason, d.detail, d.recorded_at, d.line, d.bytes, d.header_names, d.header_values,
       d.origin_topic, d.origin_partition, d.origin_offset, r.position IS NOT NULL AS is_ruled
FROM dead_letters d LEFT JOIN dead_letter_rulings r USING (partition, position)
WHERE d.partition = $1 AND d.position = ANY($2)
"""


def buried(rows: Iterable[asyncpg.Record]) -> dict[int, tuple[Buried, bool]]:
    """Return rows of `READ_BURIED` by position: the dead letter, and whether somebody has ruled on it."""
    return {
        row["position"]: (
            Buried(
                scheme=row["scheme"],
                reason=row["reason"],
                detail=row["detail"],
                recorded_at=row["recorded_at"],
                line=row["line"],
                raw=row["bytes"],
                headers=tuple(zip(row["header_names"], row["header_values"], strict=True)),
                origin=Origin(row["origin_topic"], row["origin_partition"], row["origin_offset"]),
            ),
            row["is_ruled"],
        )
        for row in rows
    }


async def write_rulings(connection: asyncpg.Connection, writer: Writer, batch: Batch) -> None:
    """Write what was ruled, each with the position of what came of it; within the batch's transaction."""
    if not batch.rulings:
        return
    answers = {
        row.origin: position
        for position, row in enumerate(batch.outbound, writer.position + 1)
        if not isinstance(row, Happened)
    }
    await connection.executemany(
        "INSERT INTO dead_letter_rulings VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [_record(writer.partition, ruled, answers) for ruled in batch.rulings],
    )


def _record(partition: int, ruled: Ruled, answers: dict[Origin, int]) -> tuple[object, ...]:
    """Return a ruling's columns."""
    origin = (ruled.origin.topic, ruled.origin.partition, ruled.origin.offset)
    answer = None if ruled.about is None else answers[ruled.about]
    said = (ruled.kind, ruled.operator, readable(ruled.reason), ruled.ruled_at)
    return (partition, ruled.position, *said, *origin, answer)
