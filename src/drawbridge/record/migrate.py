"""Brings the database's tables to this version: forward only, each migration once, one process at a time."""

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

import asyncpg

#: an arbitrary number that names this lock among the database's advisory locks
LOCK = 0x4452_4157_4252
_NAME = re.compile(r"(\d{4})_[a-z_]+\.sql")
_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    number     integer     PRIMARY KEY,
    name       text        NOT NULL,
    sha256     text        NOT NULL,
    applied_at timestamptz NOT NULL
)
"""


class MigrationError(RuntimeError):
    """The database and this version do not belong together; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its number, file name and SQL."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The digest of the SQL: a step that was applied never changes."""
        return sha256(self.sql.encode()).hexdigest()


def shipped() -> list[Migration]:
    """Return the migrations of this version in order."""
    folder = files("drawbridge.record") / "migrations"
    found = []
    for entry in folder.iterdir():
        match = _NAME.fullmatch(entry.name)
        if match:
            found.append(Migration(int(match[1]), entry.name, entry.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.number)


async def pending(connection: asyncpg.Connection) -> list[Migration]:
    """Return what the database still lacks; writes nothing.

    Raises:
        MigrationError: the database is newer than this version, or a step was changed after it was applied.
    """
    applied = {}
    if await connection.fetchval("SELECT to_regclass('migrations') IS NOT NULL"):
        applied = {row["number"]: row for row in await connection.fetch("SELECT number, name, sha256 FROM migrations")}
    ours = {migration.number: migration for migration in shipped()}
    for number, row in applied.items():
        if number not in ours:
            raise MigrationError(f"the database has {row['name']}, which this version does not know: use a newer one")
        if row["sha256"] != ours[number].sha256:
            raise MigrationError(f"{row['name']} was applied in another form: restore the file as it was released")
    return [migration for number, migration in sorted(ours.items()) if number not in applied]


async def migrate(connection: asyncpg.Connection) -> list[Migration]:
    """Apply what is pending, each step in a transaction of its own, and return it.

    Raises:
        MigrationError: as `pending`.
    """
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        await connection.execute(_TABLE)
        steps = await pending(connection)
        for step in steps:
            async with connection.transaction():
                await connection.execute(step.sql)
                await connection.execute(
                    "INSERT INTO migrations VALUES ($1, $2, $3, now())", step.number, step.name, step.sha256
                )
        return steps
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)
