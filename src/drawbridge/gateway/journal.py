"""What a desk asks of the journal. `drawbridge.record.journal` keeps it in PostgreSQL; tests keep it in memory."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from drawbridge.record.rows import Batch, Buried, Writer
from drawbridge.record.saved import Saved


class DeskJournal(Protocol):
    """The journal, for the writers of its partitions."""

    async def take(self, partition: int, holder: str) -> Writer:
        """Become the writer of a partition of `facts`: whoever was it before can no longer commit.

        Args:
            partition: of `facts`.
            holder: names this process, for people.
        """

    async def append(self, writer: Writer, batch: Batch) -> Writer:
        """Write a batch and the next input offset, all or nothing, and return the writer as it stands after it.

        Raises:
            FencedError: another writer has the partition; nothing was written.
        """

    async def origins(self, partition: int) -> dict[tuple[str, int], int]:
        """Return the last offset seen of each inbound topic's partition, in this partition of `facts`."""

    async def remembered(self, scheme: str, keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """Return digest and receipt of those of these messages that were answered before, by key."""

    async def closed_cases(self, scheme: str, subjects: Iterable[str]) -> dict[str, bytes]:
        """Return the snapshots of those of these cases that are closed, by subject."""

    async def buried(self, partition: int, positions: Iterable[int]) -> dict[int, tuple[Buried, bool]]:
        """Return those of these dead letters that there are, by position, and whether somebody has ruled on them."""

    async def last_decided(self, scheme: str) -> tuple[int, datetime | None]:
        """Return the order of the scheme's last message and the instant at which it was recorded."""

    def event_lines(self, scheme: str, after: int = 0) -> AsyncIterator[bytes]:
        """Yield the scheme's events that follow one, in order."""

    def saved(self, scheme: str) -> AbstractAsyncContextManager[tuple[Saved, AsyncIterator[bytes]] | None]:
        """Hold a scheme's snapshot and the bodies of its cases, or None when there is none."""
