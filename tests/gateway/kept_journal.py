"""A journal in memory for a desk by itself: it keeps each batch, and can fail before or after one."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from drawbridge.gateway.journal import DeskJournal
from drawbridge.record.rows import Answered, Batch, Buried, Happened, Writer
from drawbridge.record.saved import Saved
from simulation.tables import Tables


class KilledError(RuntimeError):
    """The process ends here."""


@dataclass(slots=True)
class KeptJournal(DeskJournal):
    """Keeps what is committed.

    Attributes:
        batches: as they were appended.
        before: called before a batch is kept, and after; what it raises comes out of `append`.
    """

    tables: Tables = field(default_factory=Tables)
    batches: list[Batch] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    async def take(self, partition: int, holder: str) -> Writer:  # noqa: ARG002 - see `DeskJournal`
        """Become the writer."""
        old = self.tables.writers.get(partition, Writer(partition, 0, 0, 0))
        new = self.tables.writers[partition] = Writer(partition, old.epoch + 1, old.next_offset, old.position)
        return new

    async def append(self, writer: Writer, batch: Batch) -> Writer:
        """Keep a batch."""
        self.before()
        after = Writer(writer.partition, writer.epoch, batch.next_offset, writer.position + len(batch.outbound))
        self.tables.write(writer, after, batch)
        self.batches.append(batch)
        self.after()
        return after

    async def origins(self, partition: int) -> dict[tuple[str, int], int]:
        """Return the last offsets seen."""
        return dict(self.tables.origins.get(partition, {}))

    async def remembered(self, scheme: str, keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """Return what was answered before."""
        there = self.tables.remembered
        return {key: there[scheme, key] for key in keys if (scheme, key) in there}

    async def closed_cases(self, scheme: str, subjects: Iterable[str]) -> dict[str, bytes]:
        """Return snapshots of closed cases."""
        there = self.tables.closed
        return {name: there[scheme, name] for name in subjects if (scheme, name) in there}

    async def buried(self, partition: int, positions: Iterable[int]) -> dict[int, tuple[Buried, bool]]:
        """Return nothing: nobody rules on anything here."""
        assert not list(positions), f"partition {partition}"
        return {}

    async def last_decided(self, scheme: str) -> tuple[int, datetime | None]:
        """Return the last message's order and instant."""
        rows = self.tables.decided.get(scheme, [])[-1:]
        return (rows[0].decided, rows[0].recorded_at) if rows else (0, None)

    async def event_lines(self, scheme: str, after: int = 0) -> AsyncIterator[bytes]:
        """Yield events."""
        for event in self.tables.events.get(scheme, []):
            if event.sequence > after:
                yield event.line

    @asynccontextmanager
    async def saved(self, scheme: str) -> AsyncIterator[tuple[Saved, AsyncIterator[bytes]] | None]:
        """Hold a snapshot."""
        found = self.tables.saved.get(scheme)

        async def bodies() -> AsyncIterator[bytes]:
            for body in found[1].values() if found else ():
                yield body

        yield None if found is None else (found[0], bodies())

    def journalled(self, scheme: str) -> tuple[list[bytes], list[bytes]]:
        """Return events and receipts, in order."""
        rows = [row for batch in self.batches for row in batch.outbound]
        events = [row.line for row in rows if isinstance(row, Happened) and row.scheme == scheme]
        return events, [row.receipt for row in rows if isinstance(row, Answered)]
