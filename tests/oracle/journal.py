"""What the oracle remembers of any scheme: banks, facts, conclusions, timers, and the journal itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from .days import Days
from .envelope import Message, written

GRACE = timedelta(hours=2)
OF_BRIDGE = (
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
)
OF_POOL = ("instalment", "maturity", "stage-one", "risk-window", "risk-window-end", "stage-two")
RANKS = (*OF_BRIDGE, *OF_POOL)
WITHOUT_GRACE = {"near-5", "near-3", "near-1", "risk-window"}


class RejectError(Exception):
    """A message is refused with a code, a field when one is wrong, and what the receipt says besides."""

    def __init__(self, code: str, wrong: str | None = None, more: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = wrong
        self.more = more or {}


def refuse(*checks: tuple[str, bool]) -> None:
    """Refuses with the first code whose failure is true."""
    for code, failed in checks:
        if failed:
            raise RejectError(code)


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
class Facts:
    """What is told of one subject, and what was concluded from it."""

    subject: str
    facts: list[Fact] = field(default_factory=list)
    lapses: list[Lapse] = field(default_factory=list)
    closed: bool = False

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
    """What is concluded at an instant, and when it fires; a line of a schedule counts from 1."""

    subject: str
    name: str
    instant: datetime
    firing: datetime
    line: int = 0

    @property
    def key(self) -> tuple[datetime, str, int, int]:
        """The order in which due timers fire."""
        return self.firing, self.subject, RANKS.index(self.name), self.line


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
class Journal:
    """What one scheme's writer knows, whatever the scheme."""

    scheme: str
    days: Days = field(default_factory=Days.shipped)
    banks: dict[str, Bank] = field(default_factory=dict)
    timers: list[Timer] = field(default_factory=list)
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

    def add(self, case: Facts, message: Message) -> Fact:
        """Adds what a message tells to its case."""
        self.order += 1
        kind = message.type.split(".")[2]
        fact = Fact(kind, message.time, self.now, self.order, message.sender, message.data)
        case.facts.append(fact)
        return fact

    def set_timer(self, subject: str, name: str, instant: datetime, line: int = 0) -> None:
        """Sets a timer; never sooner than the grace after the message that sets it."""
        own = instant if name in WITHOUT_GRACE else instant + GRACE
        self.timers.append(Timer(subject, name, instant, max(own, self.now + GRACE), line))

    def drop_timers(self, subject: str, names: set[str]) -> None:
        """Takes back timers that did not fire."""
        self.timers = [one for one in self.timers if one.subject != subject or one.name not in names]

    def has_role(self, bank: str, role: str, day: date) -> bool:
        """Whether a bank is enrolled with a role on a day."""
        return bank in self.banks and role in self.banks[bank].in_force(day)["roles"]

    @property
    def now(self) -> datetime:
        """The gateway's clock."""
        assert self.clock is not None
        return self.clock
