"""Runs messages through the decision core and keeps all that came of them, for tests to look at."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

import steady  # noqa: F401 - brings `oracle` within reach

from drawbridge import shipped
from drawbridge.law import SCHEMES, Event, Scheme, State, fold, open_state, pass_time
from drawbridge.law.working_days import Calendar
from drawbridge.replay import Replay
from oracle.histories import history

SCHEME = SCHEMES["zhenjiang-2013"]


@cache
def calendar() -> Calendar:
    """The shipped calendar, read once."""
    return shipped.calendar()


@dataclass
class Told:
    """What came of some lines."""

    replay: Replay = field(default_factory=lambda: Replay(SCHEME, calendar()))
    events: list[Event] = field(default_factory=list)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    dead_letters: int = 0
    output: list[bytes] = field(default_factory=list)
    """What the replay prints, a line each."""

    @classmethod
    def of(cls, scheme: Scheme) -> "Told":
        """Begin with another scheme than the bridge loan's."""
        return cls(Replay(scheme, calendar()))

    @property
    def state(self) -> State:
        """The live state."""
        return self.replay.state

    def say(self, line: bytes) -> None:
        """Answer one line."""
        decision = self.replay.answer(line)
        self.events += decision.events
        self.output += [event.line for event in decision.events]
        if decision.dead_letter is not None:
            self.dead_letters += 1
            self.output.append(decision.dead_letter.line())
        if decision.receipt is not None:
            self.receipts.append(json.loads(decision.receipt))
            self.output.append(decision.receipt)


def tell(lines: Iterable[bytes], scheme: Scheme = SCHEME) -> Told:
    """Run lines through a fresh core."""
    told = Told.of(scheme)
    for line in lines:
        told.say(line)
    return told


@cache
def random_lines(seed: int, size: int = 120) -> tuple[bytes, ...]:
    """A random history's lines."""
    return tuple(line.encode() for line in history(seed, size))


def folded(told: Told) -> State:
    """Rebuild the state from the journal, and let time pass to where the live state stands."""
    state = open_state(told.state.scheme, calendar())
    fold(state, told.events)
    if told.state.clock is not None:
        pass_time(state, told.state.clock)
    state.take_settled()
    return state


def picture(state: State) -> dict[str, Any]:
    """All that a state knows, in a form that compares by value."""
    return {
        "cases": state.cases,
        "banks": state.banks,
        "book": state.book,
        "timers": state.timers.pending,
        "next timer": state.timers.next(),
        "calendar": state.calendar.fingerprint,
        "journal": (state.sequence, state.head),
        "clock": state.clock,
    }


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)
