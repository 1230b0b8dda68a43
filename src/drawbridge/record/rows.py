"""What one batch of the desk puts into the journal, in the order in which it is owed to the world."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import zip_longest
from typing import NamedTuple

from drawbridge.law.snapshot import Snapshot


def message_key(source: str, message_id: str) -> bytes:
    """Return the key of a message in its scheme: it has one size, however long its id is."""
    return sha256(source.encode() + b"\0" + message_id.encode()).digest()


def subject_key(subject: str) -> bytes:
    """Return the key of a case in its scheme."""
    return sha256(subject.encode()).digest()


def readable(text: str) -> str:
    """Return text as PostgreSQL can hold it: without U+0000."""
    return text.replace("\0", "\ufffd")


class Origin(NamedTuple):
    """Where a record stood on its sender's topic."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        """Name the place."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Writer:
    """A partition's writer as its row in the database says.

    Attributes:
        epoch: rises with each that takes the partition; an older one cannot commit.
        next_offset: the first record of `facts` that is not in the journal.
        position: of the last outbound row.
    """

    partition: int
    epoch: int
    next_offset: int
    position: int


class Answered(NamedTuple):
    """A message with its receipt."""

    scheme: str
    decided: int
    key: bytes
    is_first: bool
    digest: bytes
    recorded_at: datetime
    source: str
    id: str
    type: str
    raw: bytes
    told_time: bool
    receipt: bytes
    receipt_topic: str
    origin: Origin


class Happened(NamedTuple):
    """An event of a scheme's journal.

    Attributes:
        banks: those that it concerns.
        cause_hidden_from: those of them that must not learn which message caused it.
        is_kept: it raised an alert that may be cleared later, or cleared one.
        ends_alerts: it cleared all alerts of its subject.
    """

    scheme: str
    sequence: int
    recorded_at: datetime
    type: str
    subject: str
    banks: tuple[str, ...]
    cause_hidden_from: tuple[str, ...]
    line: bytes
    is_kept: bool = False
    ends_alerts: bool = False


class Buried(NamedTuple):
    """A dead letter, with the bytes and headers as received."""

    scheme: str
    reason: str
    detail: str
    recorded_at: datetime | None
    line: bytes
    raw: bytes
    headers: tuple[tuple[str, bytes], ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Ruled:
    """An operator's ruling on a dead letter of the partition.

    Attributes:
        position: of the dead letter.
        kind: `resubmit` or `discard`.
        origin: where the ruling stood on the operator's topic.
        about: where the record stood that is decided once more; None when it is discarded.
    """

    position: int
    kind: str
    operator: str
    reason: str
    ruled_at: datetime
    origin: Origin
    about: Origin | None


@dataclass(slots=True)
class Batch:
    """Everything that one transaction writes.

    Attributes:
        outbound: what is owed to the world, in order; each takes the next position of the partition.
        origins: the last record of each inbound topic's partition in this batch.
        closed: closed cases that changed since the last snapshot, by scheme and subject: snapshot and the scheme's
            sequence then. They are written with `saved` only: the database has them as of that event too.
        next_offset: of `facts`, after this batch.
        saved: snapshots as of the end of this batch, by scheme, each with the count of messages decided.
        rulings: on dead letters of batches before.
        traceparents: of what is owed, in its order; what timers caused by themselves comes after.
    """

    next_offset: int
    outbound: list[Answered | Happened | Buried] = field(default_factory=list)
    origins: dict[tuple[str, int], int] = field(default_factory=dict)
    closed: dict[tuple[str, str], tuple[bytes, int]] = field(default_factory=dict)
    saved: dict[str, tuple[Snapshot, int]] = field(default_factory=dict)
    rulings: list[Ruled] = field(default_factory=list)
    traceparents: list[str] = field(default_factory=list)

    def belongs(self, traceparent: str) -> None:
        """Hear that all that was noted since the last time belongs to one record."""
        self.traceparents += [traceparent] * (len(self.outbound) - len(self.traceparents))

    def traced(self) -> Iterator[tuple[Answered | Happened | Buried, str | None]]:
        """Return what is owed, each with its traceparent."""
        return zip_longest(self.outbound, self.traceparents)
