"""A state as bytes and back: what a writer begins with instead of the whole journal. Rebuilt at will, never the truth.

A snapshot has a head (where the journal stood, banks, the scheme's book, the calendar's changes, timers of no case) and
a body for each case in memory, with its timers. So a later snapshot writes the cases that changed since, not all. The
closed cases that have left memory are written with it: events after it can then be folded onto any case.
"""

from collections.abc import Iterable
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
from drawbridge.law.timers import Timer
from drawbridge.law.working_days import Calendar

_BANKS = TypeAdapter(dict[str, Bank])


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
    """Banks, book, calendar and the timers of no case, a line each."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot, or what of it is new since the one before."""

    head: Head
    cases: dict[str, bytes]
    """The bodies of cases by subject."""
    gone: list[str] = field(default_factory=list)
    """Subjects that are in memory no more."""
    is_whole: bool = False
    """Whether `cases` are all there are."""


def form_of(scheme: Scheme, base: Calendar) -> str:
    """Name the shape of a scheme's snapshots and the day table on which they build."""
    return f"{_shape(scheme.id, scheme.snapshot_schema)}-{base.fingerprint}"


@cache
def _shape(scheme: str, schema: Any) -> str:
    told = {"scheme": scheme, "banks": _BANKS.json_schema(), "own": schema(), "closed": "as of the snapshot"}
    return sha256(canonical(told)).hexdigest()[:16]


def dump(state: State, base: Calendar, changed: Iterable[str] | None = None) -> Snapshot:
    """Write a state, after its settled cases were taken out of memory.

    Args:
        state: it stays as it is.
        base: the day table with which it was opened.
        changed: the subjects of which something may have changed since the last snapshot; None for a whole one.
    """
    scheme, pending = state.scheme, state.timers.pending
    subjects = state.cases if changed is None else sorted(changed)
    cases = {subject: case_body(state, subject) for subject in subjects if subject in state.cases}
    calendar = None if state.calendar.fingerprint == base.fingerprint else _calendar_told(state.calendar)
    of_no_case = {s: _timers_told(of.values()) for s, of in sorted(pending.items()) if s not in state.cases}
    told = (
        orjson.dumps(state.banks, default=sorted, option=orjson.OPT_SORT_KEYS),
        scheme.write_book(state.book),
        orjson.dumps(calendar),
        orjson.dumps(of_no_case),
    )
    head = Head(form_of(scheme, base), state.sequence, state.head, state.clock, b"\n".join(told))
    gone = [subject for subject in subjects if subject not in state.cases]
    return Snapshot(head, cases, gone, is_whole=changed is None)


def case_body(state: State, subject: str) -> bytes:
    """Write a case with its timers."""
    timers = _timers_told(state.timers.pending.get(subject, {}).values())
    body: bytes = orjson.dumps(timers) + b"\n" + state.scheme.write_case(state.cases[subject])
    return body


def load(scheme: Scheme, base: Calendar, head: Head) -> State:
    """Read a state back; its cases follow with `load_case`.

    Raises:
        ValueError: the snapshot is of another form (`form_of`).
    """
    if head.form != form_of(scheme, base):
        raise ValueError("the snapshot was written by another version or on another day table")
    state = open_state(scheme, base)
    banks, book, calendar, timers = head.body.split(b"\n")
    state.banks = _BANKS.validate_json(banks)
    state.book = scheme.read_book(book)
    told = orjson.loads(calendar)
    if told is not None:
        moved = {date.fromisoformat(day): works for day, works in told["moved"].items()}
        state.calendar = Calendar(moved, told["last_announced_year"])
    for subject, of_subject in orjson.loads(timers).items():
        _set_timers(state, subject, of_subject)
    state.sequence, state.head = head.sequence, head.head
    state.clock = None if head.clock is None else head.clock.astimezone(SHANGHAI)
    return state


def load_case(state: State, body: bytes) -> None:
    """Read a case and its timers back into memory."""
    timers, snapshot = body.split(b"\n")
    case = state.scheme.read_case(snapshot)
    state.cases[case.subject] = case
    _set_timers(state, case.subject, orjson.loads(timers))


def subject_of(body: bytes) -> str:
    """Return which case a body is of."""
    subject: str = orjson.loads(body.split(b"\n")[1])["subject"]
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


def _timers_told(timers: Iterable[Timer]) -> list[tuple[str, str, str, int]]:
    """Return the timers of a subject, in one order; their rank stands in the scheme."""
    return sorted((t.name, t.due_at.isoformat(), t.fires_at.isoformat(), t.number) for t in timers)


def _set_timers(state: State, subject: str, told: list[tuple[str, str, str, int]]) -> None:
    """Set the timers of a subject."""
    for name, due_at, fires_at, number in told:
        rank = state.scheme.timers[name].rank
        state.timers.set(Timer(subject, name, _instant(due_at), _instant(fires_at), rank, number))


def _instant(text: str) -> datetime:
    """Read an instant that was written here."""
    return datetime.fromisoformat(text).astimezone(SHANGHAI)
