"""What a relay asks of the journal. `drawbridge.record.owed` reads it from PostgreSQL; tests keep it in memory."""

from typing import Protocol

from drawbridge.record.owed import Owed


class RelayOutbox(Protocol):
    """What the journal owes to the world, and how far it was told."""

    async def after(self, partition: int, position: int, limit: int) -> list[Owed]:
        """Return up to `limit` rows that follow `position`, in order. Positions have no gaps."""

    async def writer(self, partition: int) -> tuple[int, int]:
        """Return the epoch of a partition's writer and the position of its last row; zeros before the first."""

    async def published(self, partition: int) -> int:
        """Return the position up to which this partition was published, as the database remembers it."""

    async def remember(self, partition: int, position: int, before: int | None = None) -> bool:
        """Note how far this partition was published, if so far `before` is noted; whether that was done."""

    async def event_lines(self, partition: int, until: int) -> list[tuple[str, bytes]]:
        """Return scheme and line of the events up to a position whose alerts may still be cleared, in order.

        More may be among them: the alerts' state is folded from them.
        """
