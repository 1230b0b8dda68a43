"""What the oracle remembers: banks, cases with their facts, conclusions, timers, and the journal itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from .days import Days, shanghai_day
from .envelope import Message, written

GRACE = timedelta(hours=2)
VALID_FROM, VALID_TO = date(2013, 11, 5), date(2014, 11, 5)
RANKS = [
    "review",
    "notify",
    "settlement",
    "near-5",
    "near-3",
    "near-1",
    "promise",
    "forward",
    "agreed",
    "limit",
    "report",
]


class RejectError(Exception):
    """A message is refused with a code, and a field when one is wrong."""

    def __init__(self, code: str, wrong: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = wrong


@dataclass(frozen=True)
class Fact:
    """What a message told: its kind, value time, place in the order of receipt, sender and fields."""

    kind: str
    time: datetime
    recorded: datetime
    order: int
    sender: str
    data: dict[str, Any]


@dataclass
class Lapse:
    """A conclusion that a fact in time may still undo."""

    id: str
    type: str
    kind: str
    instant: datetime
    data: dict[str, Any]
    subject: str
    timer: str = ""
    standing: bool = True
    contested: bool = False
    ruled: bool = False


@dataclass
class Penalty:
    """The tenfold penalty of one breach."""

    breach: Lapse
    base_fen: int
    penalty_fen: int
    reducible_fen: int
    status: str = "proposed"
    cured: bool = False
    dismissed_at: datetime | None = None


@dataclass
class Case:
    """One bridge loan: its facts, and what was concluded."""

    subject: str
    facts: list[Fact] = field(default_factory=list)
    lapses: list[Lapse] = field(default_factory=list)
    penalties: list[Penalty] = field(default_factory=list)
    reserved: bool = False
    closed: bool = False
    agreed: dict[str, Any] = field(default_factory=dict)
    limit: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)

    def all(self, kind: str) -> list[Fact]:
        """The facts of a kind, in order of receipt."""
        return [fact for fact in self.facts if fact.kind == kind]

    def last(self, kind: str) -> Fact | None:
        """The last fact of a kind."""
        return next(iter(reversed(self.all(kind))), None)

    def the(self, kind: str) -> Fact:
        """The fact of a kind that is known to be there."""
        fact = self.last(kind)
        assert fact is not None
        return fact

    @property
    def original(self) -> str:
        """B."""
        return self.subject.split("/")[1]

    @property
    def main(self) -> str:
        """M."""
        return str(self.the("notice").data["main_bank"])

    @property
    def penalty(self) -> Penalty | None:
        """The penalty of the one breach that was not rescinded."""
        return next((one for one in self.penalties if one.status != "rescinded"), None)


@dataclass
class Bank:
    """A bank: its enrolments, deposits and standing."""

    enrolments: list[dict[str, Any]] = field(default_factory=list)
    deposits: dict[str, int] = field(default_factory=lambda: {"special-fund": 0, "fiscal": 0})
    suspended: bool = False
    cancelled: bool = False

    def in_force(self, day: date) -> dict[str, Any]:
        """The last enrolment received whose `since` is not after a day."""
        fitting = [one for one in self.enrolments if date.fromisoformat(one["since"]) <= day]
        return fitting[-1] if fitting else {"roles": [], "branches": []}


@dataclass(frozen=True)
class Timer:
    """What is concluded at an instant, and when it fires."""

    subject: str
    name: str
    instant: datetime
    firing: datetime

    @property
    def key(self) -> tuple[datetime, str, int]:
        """The order in which due timers fire."""
        return self.firing, self.subject, RANKS.index(self.name)


@dataclass
class Cause:
    """What events are caused by: a message or a timer."""

    id: str
    time: datetime
    recorded: datetime
    outside: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)


@dataclass
class World:
    """Everything that one scheme's writer knows."""

    scheme: str
    days: Days = field(default_factory=Days.shipped)
    banks: dict[str, Bank] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    timers: list[Timer] = field(default_factory=list)
    filings: list[tuple[str, datetime]] = field(default_factory=list)
    report_lapses: list[Lapse] = field(default_factory=list)
    reports_run: set[tuple[str, str]] = field(default_factory=set)
    answered: dict[tuple[str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)
    clock: datetime | None = None
    sequence: int = 0
    order: int = 0
    out: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, cause: Cause, type_: str, subject: str, data: dict[str, Any]) -> str:
        """Writes an event into the journal and returns its id."""
        self.sequence += 1
        told = {**cause.fields, **data} | ({"outside_validity": True} if cause.outside else {})
        cause.fields = {}
        cause.types.append(type_)
        event = {
            "id": f"{self.scheme}-{self.sequence}",
            "source": f"urn:drawbridge:{self.scheme}",
            "type": type_,
            "subject": subject,
            "time": written(cause.time),
            "recordedtime": written(cause.recorded),
            "sequence": self.sequence,
            "causationid": cause.id,
            "data": told,
        }
        self.out.append(event)
        return str(event["id"])

    def add(self, case: Case, message: Message) -> Fact:
        """Adds what a message tells to its case."""
        self.order += 1
        kind = message.type.split(".")[2]
        fact = Fact(kind, message.time, self.now, self.order, message.sender, message.data)
        case.facts.append(fact)
        return fact

    def set_timer(self, subject: str, name: str, instant: datetime) -> None:
        """Sets a timer; never sooner than the grace after the message that sets it."""
        own = instant if name.startswith("near") else instant + GRACE
        self.timers.append(Timer(subject, name, instant, max(own, self.now + GRACE)))

    def drop_timers(self, subject: str, names: set[str]) -> None:
        """Takes back timers that did not fire."""
        self.timers = [one for one in self.timers if one.subject != subject or one.name not in names]

    @property
    def now(self) -> datetime:
        """The gateway's clock."""
        assert self.clock is not None
        return self.clock


def outside_validity(time: datetime) -> bool:
    """Whether an instant is outside the profile's dates in force."""
    return not VALID_FROM <= shanghai_day(time) <= VALID_TO
