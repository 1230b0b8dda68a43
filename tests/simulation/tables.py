"""What is committed in the database's twin: the rows of the journal's tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import asyncpg

from drawbridge.law.snapshot import Head
from drawbridge.record.owed import Owed, OwedDeadLetter, OwedEvent, OwedReceipt
from drawbridge.record.rows import Answered, Batch, Buried, Happened, Ruled, Writer
from drawbridge.record.saved import Saved

#: a row of the journal, and the trace that it belongs to
Row = tuple[Answered | Happened | Buried, str | None]


@dataclass(slots=True)
class Tables:
    """What is committed."""

    writers: dict[int, Writer] = field(default_factory=dict)
    rows: dict[int, list[Row]] = field(default_factory=dict)
    events: dict[str, list[Happened]] = field(default_factory=dict)
    decided: dict[str, list[Answered]] = field(default_factory=dict)
    remembered: dict[tuple[str, bytes], tuple[bytes, bytes]] = field(default_factory=dict)
    origins: dict[int, dict[tuple[str, int], int]] = field(default_factory=dict)
    closed: dict[tuple[str, str], bytes] = field(default_factory=dict)
    saved: dict[str, tuple[Saved, dict[str, bytes]]] = field(default_factory=dict)
    cursors: dict[int, int] = field(default_factory=dict)
    rulings: dict[tuple[int, int], list[Ruled]] = field(default_factory=dict)
    has_keys: bool = True
    #: topic and offset of every record of which it is known what came of it
    settled: set[tuple[str, int]] = field(default_factory=set)

    def write(self, before: Writer, after: Writer, batch: Batch) -> None:
        """Write a batch.

        Raises:
            UniqueViolationError: a row is there already; nothing is written then.
        """
        happened = [row for row in batch.outbound if isinstance(row, Happened)]
        answered = [row for row in batch.outbound if isinstance(row, Answered)]
        sequences = {(row.scheme, row.sequence) for row in happened}
        there = {(row.scheme, row.sequence) for row in happened for row in self.events.get(row.scheme, [])[-500:]}
        keys = [(row.scheme, row.key) for row in answered if row.is_first]
        clash = len(sequences) < len(happened) or sequences & there or any(key in self.remembered for key in keys)
        clash = clash or any((before.partition, ruled.position) in self.rulings for ruled in batch.rulings)
        if clash and self.has_keys:
            raise asyncpg.UniqueViolationError("duplicate key value violates unique constraint")
        self.writers[before.partition] = after
        done = [row.origin for row in batch.outbound if not isinstance(row, Happened)]
        done += [ruled.origin for ruled in batch.rulings]
        self.settled.update((origin.topic, origin.offset) for origin in done)
        self.rows.setdefault(before.partition, []).extend(batch.traced())
        for event in happened:
            self.events.setdefault(event.scheme, []).append(event)
        for row in answered:
            if row.decided:
                self.decided.setdefault(row.scheme, []).append(row)
            if row.is_first:
                self.remembered[row.scheme, row.key] = (row.digest, row.receipt)
        for ruled in batch.rulings:
            self.rulings.setdefault((before.partition, ruled.position), []).append(ruled)
        self.origins.setdefault(before.partition, {}).update(batch.origins)
        self.closed.update({key: snapshot for key, (snapshot, _) in batch.closed.items()})
        for scheme, (snapshot, decided) in batch.saved.items():
            cases = {} if snapshot.is_whole or scheme not in self.saved else dict(self.saved[scheme][1])
            for subject in snapshot.gone:
                cases.pop(subject, None)
            cases.update(snapshot.bodies)
            head = snapshot.head
            told = Head(head.form, head.sequence, head.head, head.clock, head.body)
            self.saved[scheme] = (Saved(told, decided), cases)

    def buried(self, partition: int, positions: Iterable[int]) -> dict[int, tuple[Buried, bool]]:
        """Return those of these dead letters that there are, and whether somebody has ruled on them."""
        rows = self.rows.get(partition, [])
        found = {position: rows[position - 1][0] for position in positions if 0 < position <= len(rows)}
        return {
            position: (row, (partition, position) in self.rulings)
            for position, row in found.items()
            if isinstance(row, Buried)
        }


def owed(position: int, row: Answered | Happened | Buried, traceparent: str | None) -> Owed:
    """Return a row as the relay reads it."""
    match row:
        case Answered():
            return OwedReceipt(position, row.receipt_topic, row.receipt, row.recorded_at, traceparent)
        case Happened():
            return OwedEvent(position, row.scheme, row.line, list(row.banks), list(row.cause_hidden_from), traceparent)
        case Buried():
            return OwedDeadLetter(position, row.origin.topic, row.line, list(row.headers))
