"""All that a scheme's writer knows: open cases, banks, timers, calendar, and where the journal ends."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.event import NO_EVENT, Event
from drawbridge.law.scheme import Scheme
from drawbridge.law.shelf import Shelf
from drawbridge.law.sums import Sums
from drawbridge.law.timers import Timer, Timers
from drawbridge.law.working_days import Calendar


@dataclass(slots=True)
class Enrolment:
    """A bank's public letter, in force from a day on."""

    since: date
    roles: frozenset[str]
    branches: frozenset[str]


@dataclass(slots=True)
class Bank:
    """A bank as the scheme knows it."""

    code: str
    enrolments: list[Enrolment] = field(default_factory=list)
    """In order of receipt."""
    special_fund_fen: int = 0
    fiscal_fen: int = 0
    """What the city holds at it, and cuts as a penalty."""
    suspended: bool = False
    incentives_cancelled: bool = False
    standing_breaches: int = 0
    proposed_reductions_fen: int = 0
    """The sum of the penalties proposed and not ruled on, as far as its deposit covers them."""

    def enrolment_on(self, day: date) -> Enrolment | None:
        """Return the enrolment in force that day: the last received whose `since` is not after it."""
        return next((e for e in reversed(self.enrolments) if e.since <= day), None)

    def has_role(self, role: str, day: date) -> bool:
        """Tell whether the bank has that role on that day."""
        enrolment = self.enrolment_on(day)
        return enrolment is not None and role in enrolment.roles

    def keeps(self, account_bank_code: str, day: date) -> bool:
        """Tell whether an account is at this bank: at its own code or one of its branches'."""
        enrolment = self.enrolment_on(day)
        return account_bank_code == self.code or (enrolment is not None and account_bank_code in enrolment.branches)


@dataclass(slots=True)
class State:
    """A scheme's state. It changes only by applying events, and by time passing over timers."""

    scheme: Scheme
    calendar: Calendar
    book: Sums
    """The scheme's own part."""
    banks: dict[str, Bank] = field(default_factory=dict)
    cases: Shelf[Any] = field(init=False)
    """Open cases, and those closed ones that have been asked for or still have a timer. An unread one is the last lines
    of a snapshot's body (`law/snapshot.py`), the case itself the very last."""
    timers: Timers = field(default_factory=Timers)
    sequence: int = 0
    head: str = NO_EVENT
    """The hash of the journal's last event."""
    clock: datetime | None = None
    """The last `recordedtime`; it never goes back."""
    _touched: set[str] = field(default_factory=set)
    _restored: dict[str, bytes] = field(default_factory=dict)
    """Closed cases taken back into memory, as they were."""

    def __post_init__(self) -> None:
        read = self.scheme.read_case
        self.cases = Shelf(lambda _, told: read(told.rpartition(b"\n")[2]))

    def apply(self, event: Event) -> None:
        """Make true what an event says."""
        self.sequence = event.sequence
        self.head = event.hash
        self._touched.add(event.subject)
        about = event.data.get("case")
        if isinstance(about, str):  # an event about a person, an enterprise or a bank may change the case that it names
            self._touched.add(about)
        evolve = self.scheme.events.get(event.type)
        if evolve is not None:
            evolve(self, event)

    # --- time

    def close_of_business(self, not_before: datetime) -> datetime:
        """Return the earliest close of business of a working day not before that instant."""
        profile = self.scheme.profile
        day = not_before.date()
        if not_before > profile.close_on(day):
            day += timedelta(days=1)
        return profile.close_on(self.calendar.roll_forward(day))

    def set_timer(
        self, event: Event, name: str, due_at: datetime, *, subject: str | None = None, number: int = 0
    ) -> None:
        """Set a timer because of an event: nobody is late for a duty that the gateway has only just learned of."""
        rule = self.scheme.timers[name]
        grace = self.scheme.profile.reporting_grace.value
        fires_at = max(due_at + grace if rule.has_grace else due_at, event.recorded_at + grace)
        self.put_timer(Timer(subject or event.subject, name, due_at, fires_at, rule.rank, number))

    def put_timer(self, timer: Timer) -> None:
        """Set a timer; its subject may be another than that of the event, or of the timer, which causes it."""
        self.timers.set(timer)
        self._touched.add(timer.subject)

    def next_due(self) -> datetime | None:
        """Return when the next timer fires."""
        timer = self.timers.next()
        return None if timer is None else timer.fires_at

    def pass_timer(self, timer: Timer) -> None:
        """Take a timer off, concluded or not, and set what follows it."""
        self.timers.cancel(timer.subject, timer.key)
        self._touched.add(timer.subject)
        follow = self.scheme.timers[timer.name].follow
        if follow is not None:
            follow(self, timer)

    # --- memory: open cases only

    def absent(self, subject: object) -> bool:
        """Tell whether a case is not in memory; a closed one may be in the caller's archive."""
        return isinstance(subject, str) and subject not in self.cases

    def restore(self, snapshot: bytes) -> None:
        """Take a closed case back into memory."""
        case = self.scheme.read_case(snapshot)
        self.cases[case.subject] = case
        self._touched.add(case.subject)
        self._restored[case.subject] = snapshot

    def touched(self) -> frozenset[str]:
        """Return the subjects of which something may have changed since settled cases were last taken."""
        return frozenset(self._touched)

    def take_settled(self) -> list[tuple[str, bytes]]:
        """Take closed cases without pending timers out of memory.

        Returns:
            (subject, snapshot) of each for the archive, but of those that are there as they still are.
        """
        settled = []
        for subject in sorted(self._touched):
            case = self.cases.get(subject)
            if case is not None and case.closed and subject not in self.timers.pending:
                snapshot = self.scheme.write_case(case)
                if snapshot != self._restored.get(subject):
                    settled.append((subject, snapshot))
                del self.cases[subject]
        self._touched.clear()
        self._restored.clear()
        return settled


def open_state(scheme: Scheme, calendar: Calendar) -> State:
    """Return a scheme's state before its first message."""
    return State(scheme, calendar, scheme.book())


def at_time(day: date, clock: time) -> datetime:
    """Return the instant of a time of day in the law's zone."""
    return datetime.combine(day, clock, SHANGHAI)
