"""The database's twin: the journal's rows, one transaction a batch, the writer's row locked, connections that break.

What it does is held to PostgreSQL by tests/journeys/test_the_twins_are_like_the_servers.py.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

import asyncpg

from drawbridge import crash
from drawbridge.record.journal import FencedError, Journal
from drawbridge.record.patience import patiently
from drawbridge.record.rows import Batch, Buried, Writer
from drawbridge.record.saved import Saved
from simulation.tables import Tables
from simulation.traffic import OWNER, Blocked, Process
from simulation.world import World

#: a transaction in which nobody says anything is ended after
IDLE_S = 20.0


def broken() -> Exception:
    """Return how asyncpg tells that a connection is lost."""
    error: Exception = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
    return error


@dataclass(eq=False, slots=True)
class Connection:
    """One client's connection."""

    process: Process | None = None
    is_open: bool = True
    holds: int | None = None
    serial: int = 0


class TwinDatabase:
    """A server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tables = Tables()
        self.connections: list[Connection] = []
        #: until this second of the loop's clock nobody can connect
        self.away_until_s = 0.0
        self._locks: dict[int, Connection] = {}
        world.when_ended.append(self._process_ended)

    def connect(self) -> Connection:
        """Return a connection of its own."""
        connection = Connection(OWNER.get())
        self.connections.append(connection)
        return connection

    async def ask(self, connection: Connection, what: str, act: Callable[[], Any]) -> Any:
        """Send a statement and return its result."""

        def at_server() -> Any:
            if self.world.loop.time() < self.away_until_s:
                raise asyncpg.CannotConnectNowError("the database system is starting up")
            if not connection.is_open:
                raise broken()
            connection.serial += 1
            return act()

        return await self.world.ask(f"SQL {what}", at_server, broken)

    async def read(self, what: str, act: Callable[[], Any]) -> Any:
        """Read with a connection that is given back."""
        return await self.ask(Connection(), what, act)

    def lock(self, connection: Connection, partition: int) -> Writer | None:
        """Lock a partition's writer for a transaction, and return it.

        Raises:
            Blocked: another transaction holds it.
        """
        self.wait_for(partition, connection)
        self._locks[partition] = connection
        connection.holds = partition
        serial = connection.serial

        def idle() -> None:
            if connection.holds == partition and connection.serial == serial:
                self.world.say("database: a transaction idled for too long")
                self.end(connection)

        self.world.later(IDLE_S, idle)
        return self.tables.writers.get(partition)

    def wait_for(self, partition: int, connection: Connection | None = None) -> None:
        """Go on only if nobody else holds a partition's writer.

        Raises:
            Blocked: somebody does.
        """
        holder = self._locks.get(partition)
        if holder is not None and holder is not connection:
            raise Blocked(("lock", partition))

    def release(self, connection: Connection) -> None:
        """End a transaction, whichever way."""
        if connection.holds is not None:
            partition, connection.holds = connection.holds, None
            del self._locks[partition]
            self.world.unblock(("lock", partition))

    def end(self, connection: Connection) -> None:
        """End a connection: what its transaction wrote is rolled back."""
        connection.is_open = False
        self.release(connection)
        if connection in self.connections:
            self.connections.remove(connection)

    def _process_ended(self, process: Process) -> None:
        for connection in self.connections:
            if connection.process is process:
                self.ends_soon(connection)

    def ends_soon(self, connection: Connection) -> None:
        """Have the server notice, in its own time, that a client is gone; what is on its way may still come first."""
        self.world.in_background("database: a connection ends", lambda: self.end(connection))

    def restart(self, away_s: float) -> None:
        """Go away for some seconds, and come back with what was committed."""
        self.world.say(f"the database restarts, away for {away_s:.1f} s")
        self.away_until_s = self.world.loop.time() + away_s
        for connection in list(self.connections):
            self.end(connection)


class TwinJournal(Journal):
    """The journal's own code, with statements of the twin."""

    def __init__(self, database: TwinDatabase) -> None:
        super().__init__(None)
        self._database = database
        self._tables = database.tables

    async def take(self, partition: int, holder: str) -> Writer:  # noqa: ARG002 - see `DeskJournal`
        """Become a partition's writer; see `DeskJournal`."""
        database, tables = self._database, self._tables

        def upsert() -> Writer:
            database.wait_for(partition)
            before = tables.writers.get(partition, Writer(partition, 0, 0, 0))
            after = Writer(partition, before.epoch + 1, before.next_offset, before.position)
            tables.writers[partition] = after
            return after

        return cast("Writer", await patiently(lambda: database.read(f"take {partition}", upsert), "take"))

    async def _append(self, writer: Writer, after: Writer, batch: Batch) -> None:
        database, tables = self._database, self._tables
        connection = database.connect()
        name = f"partition {writer.partition}"
        try:
            lock = partial(database.lock, connection, writer.partition)
            crash.point("journal.begun")
            found = await database.ask(connection, f"BEGIN, lock {name}", lock)
            self._check(found, writer)
            crash.point("journal.locked")
            await database.ask(connection, f"COPY {len(batch.outbound)} rows of {name}", lambda: None)
            for place in ("journal.copied", "journal.noted"):
                crash.point(place)

            def commit() -> None:
                tables.write(writer, after, batch)
                database.release(connection)

            await database.ask(connection, f"COMMIT {name} up to {after.position}", commit)
            database.connections.remove(connection)
        except BaseException:
            database.ends_soon(connection)
            raise

    async def _standing(self, partition: int) -> Writer | None:
        database, connection = self._database, Connection()

        def look() -> Writer | None:
            database.wait_for(partition)
            return self._tables.writers.get(partition)

        return cast("Writer | None", await database.ask(connection, f"look up partition {partition}", look))

    async def origins(self, partition: int) -> dict[tuple[str, int], int]:
        """Return the last offsets seen; see `DeskJournal`."""
        there = self._tables.origins
        found: dict[tuple[str, int], int] = await self._read("origins", lambda: dict(there.get(partition, {})))
        return found

    async def remembered(self, scheme: str, keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """Return what was answered before; see `DeskJournal`."""
        wanted, there = list(keys), self._tables.remembered
        found: dict[bytes, tuple[bytes, bytes]] = await self._read(
            "remembered", lambda: {key: there[scheme, key] for key in wanted if (scheme, key) in there}
        )
        return found

    async def closed_cases(self, scheme: str, subjects: Iterable[str]) -> dict[str, bytes]:
        """Return snapshots of closed cases; see `DeskJournal`."""
        wanted, there = list(subjects), self._tables.closed
        found: dict[str, bytes] = await self._read(
            "closed cases", lambda: {name: there[scheme, name] for name in wanted if (scheme, name) in there}
        )
        return found

    async def buried(self, partition: int, positions: Iterable[int]) -> dict[int, tuple[Buried, bool]]:
        """Return dead letters; see `DeskJournal`."""
        wanted, tables = list(positions), self._tables
        found: dict[int, tuple[Buried, bool]] = await self._read("buried", lambda: tables.buried(partition, wanted))
        return found

    async def last_decided(self, scheme: str) -> tuple[int, datetime | None]:
        """Return the last message's order and instant; see `DeskJournal`."""
        rows = await self._read("last decided", lambda: self._tables.decided.get(scheme, [])[-1:])
        return (rows[0].decided, rows[0].recorded_at) if rows else (0, None)

    async def event_lines(self, scheme: str, after: int = 0) -> AsyncIterator[bytes]:
        """Yield events; see `DeskJournal`."""
        events = await self._read("events", lambda: list(self._tables.events.get(scheme, [])))
        for event in events:
            if event.sequence > after:
                yield event.line

    @asynccontextmanager
    async def saved(self, scheme: str) -> AsyncIterator[tuple[Saved, AsyncIterator[bytes]] | None]:
        """Hold a snapshot; see `DeskJournal`."""
        found = await self._read("snapshot", lambda: self._tables.saved.get(scheme))

        async def bodies() -> AsyncIterator[bytes]:
            for body in found[1].values():
                yield body

        yield None if found is None else (found[0], bodies())

    async def _read(self, what: str, act: Callable[[], Any]) -> Any:
        return await patiently(lambda: self._database.read(what, act), "read")

    def _check(self, found: Writer | None, writer: Writer) -> None:
        """Refuse an old writer, as the journal does."""
        if found != writer:
            raise FencedError(f"partition {writer.partition}: this writer's epoch {writer.epoch} is over")
