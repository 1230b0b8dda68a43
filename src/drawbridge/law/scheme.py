"""What a scheme is: a profile (figures), and for each message, event and timer the one function that answers it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from drawbridge.bank.rejects import Code
from drawbridge.law.alert import AlertRules
from drawbridge.law.case import Case
from drawbridge.law.profile import Profile
from drawbridge.law.sums import Sums

if TYPE_CHECKING:
    from drawbridge.law.event import Event
    from drawbridge.law.state import State
    from drawbridge.law.timers import Timer
    from drawbridge.law.turn import Turn


class Standing(Enum):
    """What a message needs of its case."""

    NONE = "it is about no case"
    NEW = "it opens the case"
    OPEN = "it asks for something, which a closed case does not grant"
    ANY = "it tells or rules on what was, also when the case is closed"


class Party(Enum):
    """Which bank a message belongs to."""

    NONE = "none: an operator or an agency speaks"
    IN_SUBJECT = "the bank named in the subject"
    IN_CASE = "the bank that the case names"
    EITHER = "either of them"


@dataclass(frozen=True, slots=True)
class MessageRule:
    """How one type of message is read and decided."""

    model: type[BaseModel]
    decide: Callable[["Turn", Any, Any], None]
    """Decides (turn, case or None, data): emits events, or raises Rejected."""
    subject: re.Pattern[str]
    """The subject's form; a bank in it is the group `bank`."""
    standing: Standing = Standing.OPEN
    party: Party = Party.NONE
    missing: tuple[Code, tuple[str, ...]] = (Code.CASE_MISSING, ())
    """The refusal, and its articles, when there is no such case."""


@dataclass(frozen=True, slots=True)
class TimerRule:
    """How one kind of timer is concluded."""

    rank: int
    """Its place in the table: what fires first at equal instants."""
    conclude: Callable[["Turn", "Timer"], None]
    """Emits what follows, or nothing when the condition does not hold at the timer's instant."""
    has_grace: bool = True
    follow: Callable[["State", "Timer"], None] | None = None
    """Sets what comes after it, concluded or not."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One city's programme."""

    profile: Profile
    case_kind: str
    """The first word of its cases' subjects; the second is a bank's code."""
    messages: Mapping[str, MessageRule]
    """By message type."""
    events: Mapping[str, Callable[["State", "Event"], None]]
    """By event type: what an event makes true. `state = fold(events)` rests on nothing else."""
    timers: Mapping[str, TimerRule]
    """By timer name."""
    book: Callable[[], Sums]
    """Makes the scheme's own part of an empty state."""
    case_main_bank: Callable[[Any], str]
    """Names the bank that a case was brought to."""
    finish: Callable[["Turn"], None]
    """Runs after a message's other events: what was freed is given to those who wait."""
    alerts: AlertRules
    """Which of its events somebody should look at."""
    shared_answers: Mapping[Callable[..., Any], tuple[str, ...]]
    """Which sentences of this scheme's law the rules that it shares with others answer; its own say it themselves."""
    write_case: Callable[[Any], bytes]
    read_case: Callable[[bytes], Case]
    write_book: Callable[[Any], bytes]
    """Writes the scheme's own part of a state on one line, for a snapshot: without its sums, of which each case has its
    part."""
    read_book: Callable[[bytes], Sums]
    snapshot_schema: Callable[[], dict[str, Any]]
    """Says the shape of what these write."""

    @property
    def id(self) -> str:
        """The profile's id: the partition key."""
        return self.profile.id

    @property
    def has_agency(self) -> bool:
        """Tell whether an agency has anything to say in it: then it is told what becomes of it."""
        return any(type_.startswith("agency.") for type_ in self.messages)
