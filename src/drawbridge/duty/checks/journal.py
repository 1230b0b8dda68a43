"""The database: whether it keeps what it is given, its tables, who writes which partition, and what holds locks."""

import asyncpg
from aiokafka import TopicPartition

from drawbridge.bank.envelope import instant_text
from drawbridge.duty.finding import Finding, fail, ok, warn
from drawbridge.duty.patient import Side
from drawbridge.record.migrate import MigrationError, pending

#: seconds for which a transaction of any session may be open
LONG_OPEN_S = 60
#: without these a power cut can take what was answered
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
_SESSIONS = """
SELECT pid, application_name AS program, round(extract(epoch FROM now() - xact_start)) AS open_s FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
  AND now() - xact_start > make_interval(secs => $1) ORDER BY xact_start
"""


async def check_database(pool: asyncpg.Pool) -> list[Finding]:
    """See whether it is the primary, keeps what it is given, and has all tables."""
    if await pool.fetchval("SELECT pg_is_in_recovery()"):
        advice = "point DRAWBRIDGE_DATABASE at the primary: replicas show commits in another order"
        return [fail("database", "this is a replica", advice)]
    found = []
    for name in _DURABLE:
        if await pool.fetchval("SELECT current_setting($1)", name) == "off":
            advice = f"set {name} = on: a power cut could take back what was answered"
            found.append(fail("database", f"{name} is off", advice))
    version = await pool.fetchval("SHOW server_version")
    found = found or [ok("database", f"PostgreSQL {version}, the primary, keeps what it is given")]
    return [*found, *await _sessions(pool)]


async def _sessions(pool: asyncpg.Pool) -> list[Finding]:
    """Name the sessions that hold a transaction open and say nothing: what they have locked, nobody can write."""
    return [
        warn(
            "database",
            f"session {row['pid']} ({row['program'] or 'no name'}) has had a transaction open for {row['open_s']} s",
            f"find out whose it is; `SELECT pg_terminate_backend({row['pid']})` ends it",
        )
        for row in await pool.fetch(_SESSIONS, LONG_OPEN_S)
    ]


async def check_migrations(pool: asyncpg.Pool) -> list[Finding]:
    """See whether the tables are this version's."""
    async with pool.acquire() as connection:
        try:
            steps = await pending(connection)
        except MigrationError as why:
            return [fail("migrations", str(why), "run the version that belongs to this database")]
    if steps:
        names = ", ".join(step.name for step in steps)
        return [fail("migrations", f"the database lacks {names}", "run `drawbridge migrate`")]
    return [ok("migrations", "the database is at this version")]


async def check_dead_letters(pool: asyncpg.Pool) -> list[Finding]:
    """Count the dead letters on which nobody has ruled."""
    count = await pool.fetchval(
        "SELECT count(*) FROM dead_letters LEFT JOIN dead_letter_rulings r USING (partition, position)"
        " WHERE r.position IS NULL"
    )
    if count:
        advice = "`drawbridge dead-letters list` shows them: have their senders mend them, resubmit or discard them"
        return [warn("dead-letters", f"{count} wait for a ruling", advice)]
    return [ok("dead-letters", "none waits for a ruling")]


async def check_writers(side: Side | None, pool: asyncpg.Pool) -> list[Finding]:
    """Tell who writes each partition, and see whether broker and journal belong together."""
    rows = await pool.fetch("SELECT * FROM writers ORDER BY partition")
    if not rows:
        return [ok("writers", "no partition was ever written: the journal is empty")]
    places = {place.partition: place for place in await side.facts()} if side is not None else {}
    found = []
    for row in rows:
        number = row["partition"]
        wrong = await _does_not_fit(side, places.get(number), row["next_offset"]) if side is not None else None
        since = instant_text(row["taken_at"].replace(microsecond=0))
        who = f"partition {number}: epoch {row['epoch']}, {row['holder']} since {since}"
        if wrong is None:
            found.append(ok("writers", f"{who}; row {row['position']}, next is offset {row['next_offset']} of facts"))
        else:
            advice = (
                "find out which of the two was replaced or restored; no desk writes this partition until they agree"
            )
            found.append(fail("writers", f"partition {number}: {wrong}", advice))
    return found


async def _does_not_fit(side: Side, place: TopicPartition | None, at: int) -> str | None:
    """Say how `facts` and the journal contradict each other, or None. The embedded broker's ends cannot be trusted."""
    if place is None:
        return "it was written, but `facts` has no such partition"
    start = (await side.watermarks.beginning_offsets([place]))[place]
    end = (await side.watermarks.end_offsets([place]))[place]
    if at < start or (at > end and not side.broker.embedded):
        return f"`facts` holds {start} to {end}, but the journal goes on at {at}"
    return None
