"""A state as bytes and back: what a writer begins with instead of the whole journal. Rebuilt at will, never the truth.

A snapshot has a head (where the journal stood, banks, the scheme's book, the calendar's changes) and a body for each
case in memory, with its timers, and for each other subject that has timers. So a later snapshot writes what changed
since, not all. The closed cases that have left memory are written with it: events after it can then be folded onto any
case.

A body is five lines: subject, when its first timer fires, timers, the case's part of the book's sums, case. All but
timers and case are read at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from pydantic import TypeAdapter

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.event import canonical
from drawbridge.law.scheme import Scheme
from drawbridge.law.state import Bank, State, open_state
from drawbridge.law.working_days import Calendar

_BANKS = TypeAdapter(dict[str, Bank])
_NOTHING = b"null"
_NO_CASE = b"null\nnull"


@dataclass(frozen=True, slots=True)
class Head:
    """A snapshot without its cases."""

    form: str
    """Names the shape of what is written; one of another version's shape is not read."""
    sequence: int
    """The journal's last event then."""
    head: str
    """Its hash."""
    clock: datetime | None
    body: bytes
    """Banks, book and calendar, a line each."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot, or what of it is new since the one before."""

    head: Head
    bodies: dict[str, bytes]
    """By subject."""
    gone: list[str] = field(default_factory=list)
    """Subjects of which nothing is in memory any more."""
    is_whole: bool = False
    """Whether `bodies` are all there are."""


def form_of(scheme: Scheme, base: Calendar) -> str:
    """Name the shape of a scheme's snapshots and the day table on which they build."""
    return f"{_shape(scheme.id, scheme.snapshot_schema, tuple(scheme.timers))}-{base.fingerprint}"


@cache
def _shape(scheme: str, schema: Callable[[], dict[str, Any]], timers: tuple[str, ...]) -> str:
    told = {
        "scheme": scheme,
        "banks": _BANKS.json_schema(),
        "own": schema(),
        "timers": timers,
        "body": ["subject", "first timer", "timers", "part of the sums", "case"],
        "closed": "as of the snapshot",
    }
    return sha256(canonical(told)).hexdigest()[:16]


def dump(state: State, base: Calendar, changed: Iterable[str] | None = None) -> Snapshot:
    """Write a state, after its settled cases were taken out of memory.

    Args:
        state: it stays as it is.
        base: the day table with which it was opened.
        changed: the subjects of which something may have changed since the last snapshot; None for a whole one.
    """
    subjects = sorted({*state.cases, *state.timers.pending} if changed is None else changed)
    bodies = {subject: write_body(state, subject) for subject in subjects if _is_in_memory(state, subject)}
    calendar = None if state.calendar.fingerprint == base.fingerprint else _calendar_told(state.calendar)
    told = (
        orjson.dumps(state.banks, default=sorted, option=orjson.OPT_SORT_KEYS),
        state.scheme.write_book(state.book),
        orjson.dumps(calendar),
    )
    head = Head(form_of(state.scheme, base), state.sequence, state.head, state.clock, b"\n".join(told))
    gone = [subject for subject in subjects if subject not in bodies]
    return Snapshot(head, bodies, gone, is_whole=changed is None)


def _is_in_memory(state: State, subject: str) -> bool:
    """Tell whether there is anything to write of a subject."""
    return subject in state.cases or subject in state.timers.pending


def write_body(state: State, subject: str) -> bytes:
    """Write what is in memory of a subject: its case, its timers, or both."""
    at_us, timers = state.timers.written(subject)
    return b"\n".join((orjson.dumps(subject), orjson.dumps(at_us), timers, _case_lines(state, subject)))


def _case_lines(state: State, subject: str) -> bytes:
    """Write a case with its part of the book's sums; as it was when nobody has looked at it since."""
    unread = state.cases.unread(subject)
    if unread is not None:
        return unread
    case = state.cases.get(subject)
    if case is None:
        return _NO_CASE
    return state.book.part_of(case) + b"\n" + state.scheme.write_case(case)


def load(scheme: Scheme, base: Calendar, head: Head) -> State:
    """Read a state back; its bodies follow with `load_body`.

    Raises:
        ValueError: the snapshot is of another form (`form_of`).
    """
    if head.form != form_of(scheme, base):
        raise ValueError("the snapshot was written by another version or on another day table")
    state = open_state(scheme, base)
    banks, book, calendar = head.body.split(b"\n")
    state.banks = _BANKS.validate_json(banks)
    state.book = scheme.read_book(book)
    told = orjson.loads(calendar)
    if told is not None:
        moved = {date.fromisoformat(day): works for day, works in told["moved"].items()}
        state.calendar = Calendar(moved, told["last_announced_year"])
    state.sequence, state.head = head.sequence, head.head
    state.clock = None if head.clock is None else head.clock.astimezone(SHANGHAI)
    return state


def load_body(state: State, body: bytes) -> None:
    """Take a case and its timers back into memory; they are read when they are first looked at."""
    subject, at_us, timers, case = body.split(b"\n", 3)
    named: str = orjson.loads(subject)
    if at_us != _NOTHING:
        state.timers.lay(named, int(at_us), timers)
    if case != _NO_CASE:
        state.cases.lay(named, case)
        state.book.take(named, case.partition(b"\n")[0])


def subject_of(body: bytes) -> str:
    """Return whose a body is."""
    subject: str = orjson.loads(body.split(b"\n", 1)[0])
    return subject


def is_same(one: bytes, other: bytes) -> bool:
    """Tell whether two bodies say the same; what a message's data held may stand there in another order."""
    return one == other or [orjson.loads(line) for line in one.split(b"\n")] == [
        orjson.loads(line) for line in other.split(b"\n")
    ]


def _calendar_told(calendar: Calendar) -> dict[str, Any]:
    """Return a day table that notices have changed."""
    moved = {day.isoformat(): works for day, works in sorted(calendar.moved.items())}
    return {"moved": moved, "last_announced_year": calendar.last_announced_year}
