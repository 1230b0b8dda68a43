"""What the gateway holds to be true: one event, its canonical form and its place in the chain."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from drawbridge.bank.envelope import parse_instant

#: `prev` of a journal's first event
NO_EVENT = "0" * 64
_NOT_JOURNALLED = ("receipt.", "dead_letter.", "alert.")


def canonical(value: object) -> bytes:
    """Write canonical JSON (RFC 8785). Exact for the journal's values: no floats, ASCII keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@dataclass(slots=True)
class Event:
    """One entry of a scheme's journal."""

    sequence: int
    type: str
    subject: str
    time: datetime
    """The message's `time`, or the instant that the law names."""
    recorded_at: datetime
    """When the message was recorded, or when the timer fired."""
    causationid: str
    data: dict[str, Any]
    line: bytes
    """The whole event as canonical JSON."""
    hash: str
    """SHA-256 of `line`: the next event's `prev`."""
    id: str


@dataclass(slots=True)
class Origin:
    """What all events of one message or timer share."""

    time: datetime
    recorded_at: datetime
    cause: str
    """A message's `source#id`, or a timer's name."""
    is_timer: bool = False
    _texts: tuple[str, str, str] | None = None

    def texts(self) -> tuple[str, str, str]:
        """Return `time`, `recordedtime` and `causationid`, written once, and only when there is an event."""
        if self._texts is None:
            time = self.time.isoformat()
            cause = timer_cause(self.cause, time) if self.is_timer else self.cause
            self._texts = (time, self.recorded_at.isoformat(), cause)
        return self._texts


def timer_cause(name: str, due_at: str) -> str:
    """Return how a timer's events name it as their cause."""
    return f"timer:{name}@{due_at}"


def write_event(scheme: str, sequence: int, prev: str, origin: Origin, what: tuple[str, str, dict[str, Any]]) -> Event:
    """Make an event, with its canonical line and hash.

    Args:
        scheme: the journal.
        sequence: its place in it.
        prev: the hash of the event before it.
        origin: when it happened, when it was recorded, and by what it was caused.
        what: its type, subject and data.
    """
    type_, subject, data = what
    time, recordedtime, causationid = origin.texts()
    id_ = f"{scheme}-{sequence}"
    envelope = {
        "specversion": "1.0",
        "id": id_,
        "source": f"urn:drawbridge:{scheme}",
        "type": type_,
        "subject": subject,
        "time": time,
        "recordedtime": recordedtime,
        "scheme": scheme,
        "sequence": sequence,
        "causationid": causationid,
        "prev": prev,
        "datacontenttype": "application/json",
        "data": data,
    }
    line = canonical(envelope)
    hash_ = sha256(line).hexdigest()
    return Event(sequence, type_, subject, origin.time, origin.recorded_at, causationid, data, line, hash_, id_)


def read_event(line: bytes) -> Event:
    """Read an event back from its canonical line.

    Raises:
        ValueError: the line is no event of a journal.
    """
    try:
        value = orjson.loads(line)
        time, recorded_at = parse_instant(value["time"]), parse_instant(value["recordedtime"])
        if time is None or recorded_at is None:
            raise ValueError("an instant of the event is not RFC 3339")
        return Event(
            value["sequence"],
            value["type"],
            value["subject"],
            time,
            recorded_at,
            value["causationid"],
            value["data"],
            line,
            sha256(line).hexdigest(),
            value["id"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not an event of a journal: {error}") from error


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first entry at which a journal is not what was written."""

    sequence: int
    """The sequence that should stand there."""
    what: str


@dataclass(slots=True)
class ChainCheck:
    """Checks a whole journal's sequence and hash chain, a line at a time; it stays at the first fault."""

    count: int = 0
    head: str = NO_EVENT
    fault: ChainFault | None = None

    def add(self, line: bytes) -> None:
        """Check the next line; what `replay` prints beside the journal is passed over."""
        if self.fault is not None:
            return
        expected = self.count + 1
        try:
            value = orjson.loads(line)
            if str(value["type"]).startswith(_NOT_JOURNALLED):
                return
            sequence, prev = value["sequence"], value["prev"]
        except (ValueError, KeyError, TypeError):
            self.fault = ChainFault(expected, "the line is no event of a journal")
            return
        if sequence != expected:
            self.fault = ChainFault(expected, f"here stands {sequence!r}: an event was cut out, doubled or moved")
        elif prev != self.head:
            self.fault = ChainFault(expected, "`prev` is not the hash of the event before: one of the two was edited")
        else:
            self.count, self.head = expected, sha256(canonical(value)).hexdigest()
