"""One scheme at its writer: its state, what of it is not in the database's snapshot yet, and how it is opened."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from drawbridge.gateway.journal import DeskJournal
from drawbridge.law import Event, Scheme, State, fold, open_state, pass_time, read_event, snapshot
from drawbridge.law.working_days import Calendar

log = structlog.get_logger()


class MissingEventsError(RuntimeError):
    """The journal alone no longer gives the state; the message says what to do."""


@dataclass(slots=True)
class Office:
    """One scheme's state and its count of messages.

    Attributes:
        base: the day table with which the state was opened.
        saved_sequence: the event up to which the database's snapshot reaches; None when there is none.
        unsaved: subjects of which something may have changed since.
        closed: snapshots of cases that were closed, or changed as closed ones, since: the database has the others, each
            as of its snapshot, so that the events after it can be folded onto both.
    """

    state: State
    decided: int
    base: Calendar
    saved_sequence: int | None = None
    unsaved: set[str] = field(default_factory=set)
    closed: dict[str, bytes] = field(default_factory=dict)

    def settle(self) -> None:
        """Put closed cases aside: as bytes they take little memory until the next snapshot."""
        self.unsaved |= self.state.touched()
        self.closed.update(self.state.take_settled())

    def is_due(self, every_events: int) -> bool:
        """Tell whether a snapshot is due; a scheme without any message needs none."""
        return self.state.sequence - (self.saved_sequence or 0) >= every_events

    def snapshot(self) -> snapshot.Snapshot:
        """Return what a snapshot would write: what is new since the last, or all when there is none."""
        return snapshot.dump(self.state, self.base, None if self.saved_sequence is None else self.unsaved)

    def has_saved(self) -> None:
        """Hear that the last snapshot is in the database."""
        self.saved_sequence = self.state.sequence
        self.unsaved.clear()
        self.closed.clear()


async def open_office(journal: DeskJournal, scheme: Scheme, calendar: Calendar) -> Office:
    """Return a scheme as its journal says: its snapshot, the events after it, and the time that passed since.

    Raises:
        MissingEventsError: events are missing that no readable snapshot covers.
    """
    office = await _begin(journal, scheme, calendar)
    state = office.state
    async for line in journal.event_lines(scheme.id, state.sequence):
        event = read_event(line)
        if event.sequence != state.sequence + 1:
            raise MissingEventsError(
                f"{scheme.id}: after event {state.sequence} the journal goes on with {event.sequence}, and no snapshot"
                " that this version can read fills the gap. Where months are archived run"
                " `drawbridge rebuild --archives FOLDER --write`; otherwise restore the database from its backup"
            )
        await _take_back(journal, office, event)
        fold(state, [event])
    decided, recorded_at = await journal.last_decided(scheme.id)
    if recorded_at is not None and (state.clock is None or recorded_at > state.clock):
        pass_time(state, recorded_at)
    office.decided = max(office.decided, decided)
    office.settle()
    log.info(
        "scheme opened",
        scheme=scheme.id,
        open_cases=len(state.cases),
        snapshot=office.saved_sequence,
        sequence=state.sequence,
    )
    return office


async def _take_back(journal: DeskJournal, office: Office, event: Event) -> None:
    """Take back into memory the closed case that an event after the snapshot is about."""
    if office.saved_sequence is None:  # from the first event on, every case is in memory
        return
    state = office.state
    named = [s for s in (event.subject, event.data.get("case")) if isinstance(s, str) and state.absent(s)]
    cases = {subject for subject in named if subject.split("/", 1)[0] == state.scheme.case_kind}
    if cases:
        for snapshot_ in (await journal.closed_cases(state.scheme.id, cases)).values():
            state.restore(snapshot_)


async def _begin(journal: DeskJournal, scheme: Scheme, calendar: Calendar) -> Office:
    """Return the scheme as its snapshot says; as before its first message when there is none of this version's form."""
    async with journal.saved(scheme.id) as found:
        if found is None:
            return Office(open_state(scheme, calendar), 0, calendar)
        saved, bodies = found
        if saved.head.form != snapshot.form_of(scheme, calendar):
            log.warning("the snapshot is another version's: the whole journal is read", scheme=scheme.id)
            return Office(open_state(scheme, calendar), saved.decided, calendar)
        state = snapshot.load(scheme, calendar, saved.head)
        with _nothing_collected():
            async for body in bodies:
                snapshot.load_body(state, body)
        return Office(state, saved.decided, calendar, saved.head.sequence)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Leave the garbage collector aside: all that is read stays, and it would look at all of it again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
