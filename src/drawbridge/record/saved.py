"""Snapshots in the database: read when a worker takes a scheme over, written with a batch of its writer."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import asyncpg

from drawbridge.law.snapshot import Head, Snapshot
from drawbridge.record.rows import readable, subject_key

#: cases of one statement: a whole snapshot of 100,000 would be one of 300 MB
PORTION = 5_000


@dataclass(frozen=True, slots=True)
class Saved:
    """A snapshot as it stands in the database, its bodies aside.

    Attributes:
        head: see there.
        decided: how many messages the scheme had been asked by then.
    """

    head: Head
    decided: int


async def read_saved(connection: asyncpg.Connection, scheme: str) -> Saved | None:
    """Return a scheme's snapshot, if there is one."""
    row = await connection.fetchrow(
        "SELECT form, sequence, head, clock, body, decided FROM snapshots WHERE scheme = $1", scheme
    )
    return Saved(Head(*list(row.values())[:5]), row["decided"]) if row else None


async def read_bodies(connection: asyncpg.Connection, scheme: str) -> AsyncIterator[bytes]:
    """Yield the bodies of its cases and timers; within the transaction in which its head was read."""
    query = "SELECT body FROM open_cases WHERE scheme = $1"
    async for row in connection.cursor(query, scheme, prefetch=1000):
        yield row["body"]


async def write_saved(connection: asyncpg.Connection, saved: Mapping[str, tuple[Snapshot, int]]) -> None:
    """Write snapshots, each with the count of messages decided, over those before; within a transaction."""
    for scheme, (snapshot, decided) in saved.items():
        if snapshot.is_whole:
            await connection.execute("DELETE FROM open_cases WHERE scheme = $1", scheme)
        elif snapshot.gone:
            await connection.execute(
                "DELETE FROM open_cases WHERE scheme = $1 AND subject_key = ANY($2)",
                scheme,
                [subject_key(subject) for subject in snapshot.gone],
            )
        if snapshot.bodies:
            await _write_bodies(connection, scheme, snapshot.bodies.items())
        head = snapshot.head
        await connection.execute(
            "INSERT INTO snapshots VALUES ($1, $2, $3, $4, $5, $6, $7, now()) ON CONFLICT (scheme) DO UPDATE"
            " SET form = excluded.form, sequence = excluded.sequence, head = excluded.head, clock = excluded.clock,"
            " decided = excluded.decided, body = excluded.body, taken_at = excluded.taken_at",
            scheme,
            head.form,
            head.sequence,
            head.head,
            head.clock,
            decided,
            head.body,
        )


async def _write_bodies(connection: asyncpg.Connection, scheme: str, bodies: Iterable[tuple[str, bytes]]) -> None:
    """Write bodies over what stood of their subjects."""
    left = iter(bodies)
    while told := list(islice(left, PORTION)):
        await connection.execute(
            "INSERT INTO open_cases SELECT $1, * FROM unnest($2::bytea[], $3::text[], $4::bytea[])"
            " ON CONFLICT (scheme, subject_key) DO UPDATE SET body = excluded.body",
            scheme,
            [subject_key(subject) for subject, _ in told],
            [readable(subject) for subject, _ in told],
            [body for _, body in told],
        )
