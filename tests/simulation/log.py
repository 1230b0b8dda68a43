"""A partition of the broker's twin: records, transactions' markers, and what a reader of committed records sees."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from aiokafka.errors import InvalidProducerEpoch, OutOfOrderSequenceNumber


class Fate(Enum):
    """What became of a transaction on a partition."""

    OPEN = "open"
    COMMITTED = "committed"
    ABORTED = "aborted"


@dataclass(eq=False, slots=True)
class Mark:
    """One transaction on one partition: where it began, and its fate."""

    first: int
    fate: Fate = Fate.OPEN


@dataclass(slots=True)
class Entry:
    """A record as a consumer gets it, or a marker, which takes an offset too."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int
    timestamp_type: int
    mark: Mark | None = None
    is_marker: bool = False


@dataclass(slots=True)
class _Producer:
    """What a partition knows of a producer: refuses old epochs, and answers a repetition as it did the first time."""

    epoch: int
    next_sequence: int = 0
    answered: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Log:
    """One partition."""

    topic: str
    number: int
    timestamp_type: int
    entries: list[Entry] = field(default_factory=list)
    end: int = 0
    _open: dict[int, Mark] = field(default_factory=dict)
    _producers: dict[int, _Producer] = field(default_factory=dict)

    @property
    def stable(self) -> int:
        """The last stable offset: before the first open transaction."""
        return min((mark.first for mark in self._open.values()), default=self.end)

    def append(
        self,
        records: Sequence[tuple[bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]],
        at_ms: int,
        producer: tuple[int, int] = (-1, -1),
        *,
        sequence: int = -1,
        transactional: bool = False,
    ) -> int:
        """Append a batch and return the offset of its first record; a repetition of a batch appends nothing.

        Raises:
            InvalidProducerEpoch: a newer producer has been here.
            OutOfOrderSequenceNumber: a batch before it is missing.
        """
        pid, epoch = producer
        if sequence >= 0:
            known = self._known(pid, epoch)
            if sequence in known.answered:
                return known.answered[sequence]
            if sequence != known.next_sequence:
                raise OutOfOrderSequenceNumber
            known.next_sequence += 1
            known.answered[sequence] = self.end
        mark = self._open.setdefault(pid, Mark(self.end)) if transactional else None
        first = self.end
        for key, value, headers in records:
            self._add(Entry(self.topic, self.number, self.end, key, value, headers, at_ms, self.timestamp_type, mark))
        return first

    def write_marker(self, pid: int, epoch: int, fate: Fate, at_ms: int) -> None:
        """End a producer's transaction here."""
        self._producers.setdefault(pid, _Producer(epoch)).epoch = epoch
        mark = self._open.pop(pid, None)
        if mark is not None:
            mark.fate = fate
        self._add(Entry(self.topic, self.number, self.end, None, None, (), at_ms, self.timestamp_type, is_marker=True))

    def read(self, start: int, limit: int, *, committed: bool) -> tuple[list[Entry], int]:
        """Return the records from an offset on, and the offset from which to go on."""
        until = self.stable if committed else self.end
        found: list[Entry] = []
        position = max(start, self.start)
        for entry in self._from(position):
            if entry.offset >= until or len(found) >= limit:
                return found, max(position, min(entry.offset, until))
            position = entry.offset + 1
            if entry.is_marker or (committed and entry.mark is not None and entry.mark.fate is Fate.ABORTED):
                continue
            found.append(entry)
        return found, max(position, until)

    @property
    def start(self) -> int:
        """The first offset that may be read."""
        return 0

    def compact(self) -> None:
        """Remove records over which a later one of the same key stands; offsets stay as they are."""
        last: dict[bytes | None, int] = {}
        for entry in self.entries:
            if not entry.is_marker and (entry.mark is None or entry.mark.fate is Fate.COMMITTED):
                last[entry.key] = entry.offset
        stable = self.stable
        self.entries = [
            entry
            for entry in self.entries
            if entry.offset >= stable or (not entry.is_marker and last.get(entry.key) == entry.offset)
        ]

    def _known(self, pid: int, epoch: int) -> _Producer:
        known = self._producers.setdefault(pid, _Producer(epoch))
        if epoch < known.epoch:
            raise InvalidProducerEpoch
        if epoch > known.epoch:
            self._producers[pid] = known = _Producer(epoch)
        return known

    def _from(self, start: int) -> Sequence[Entry]:
        if start >= self.end:
            return ()
        if len(self.entries) == self.end:
            return self.entries[start:]
        return [entry for entry in self.entries if entry.offset >= start]

    def _add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.end += 1
