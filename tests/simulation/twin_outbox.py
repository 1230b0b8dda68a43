"""The database's twin as the relay sees it."""

from drawbridge.record.owed import Owed
from drawbridge.record.rows import Happened, Writer
from simulation.tables import Row, owed
from simulation.twin_database import TwinDatabase


class TwinOutbox:
    """What is owed, from the twin; see `RelayOutbox`."""

    def __init__(self, database: TwinDatabase) -> None:
        self._database = database

    async def after(self, partition: int, position: int, limit: int) -> list[Owed]:
        """Return what follows."""
        rows = self._database.tables.rows
        found: list[Row] = await self._database.read(
            "owed", lambda: rows.get(partition, [])[position : position + limit]
        )
        return [owed(number, *row) for number, row in enumerate(found, position + 1)]

    async def writer(self, partition: int) -> tuple[int, int]:
        """Return epoch and last position."""
        found: Writer | None = await self._database.read("writer", lambda: self._database.tables.writers.get(partition))
        return (found.epoch, found.position) if found else (0, 0)

    async def published(self, partition: int) -> int:
        """Return how far was published, as advice."""
        position: int = await self._database.read("published", lambda: self._database.tables.cursors.get(partition, 0))
        return position

    async def remember(self, partition: int, position: int, before: int | None = None) -> bool:
        """Note how far was published, if nobody has noted anything else since."""
        cursors = self._database.tables.cursors

        def note() -> bool:
            if before is not None and cursors.get(partition, before) != before:
                return False
            cursors[partition] = position
            return True

        noted: bool = await self._database.read(f"remember {position}", note)
        return noted

    async def event_lines(self, partition: int, until: int) -> list[tuple[str, bytes]]:
        """Return the events up to a position."""
        rows = self._database.tables.rows
        found = await self._database.read("events owed", lambda: rows.get(partition, [])[:until])
        return [(row.scheme, row.line) for row, _ in found if isinstance(row, Happened)]
