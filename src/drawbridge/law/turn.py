"""One turn of the decision core: a message or a timer, and the events that it causes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drawbridge.law.event import Event, Origin, write_event
from drawbridge.law.state import State


@dataclass(slots=True)
class Turn:
    """What a rule works with: the state, the facts of the moment, and `emit`, its only way to change anything."""

    state: State
    origin: Origin
    """When it happened, when it was recorded, and by what: the same for every event of this turn."""
    subject: str
    """The message's or the timer's."""
    sender: str = ""
    """The sender's code or name; empty for a timer."""
    named: dict[str, str] = field(default_factory=dict)
    """What the subject names, by the groups of its form: `bank`, `notice_no`, `month`."""
    outside_validity: bool = False
    said: dict[str, Any] = field(default_factory=dict)
    """The message's own data, which its first event repeats."""
    events: list[Event] = field(default_factory=list)

    @property
    def time(self) -> datetime:
        """The message's `time`, or the timer's instant."""
        return self.origin.time

    @property
    def recorded_at(self) -> datetime:
        """When the message was recorded, or when the timer fired."""
        return self.origin.recorded_at

    def emit(self, type_: str, subject: str, data: dict[str, Any], *basis: str) -> Event:
        """Journal an event and make it true at once, so that what follows builds on it."""
        state = self.state
        told = {**self.said, **data, "basis": list(basis)}
        self.said = {}
        if self.outside_validity:
            told["outside_validity"] = True
        event = write_event(state.scheme.id, state.sequence + 1, state.head, self.origin, (type_, subject, told))
        self.events.append(event)
        state.apply(event)
        return event
