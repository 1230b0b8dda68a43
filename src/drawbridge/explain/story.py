"""Gathers a case's story: every message about it with its answer, and every event on it with its cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from drawbridge.bank.codec import read_message
from drawbridge.bank.envelope import Message
from drawbridge.law import SCHEMES, Decision, Event
from drawbridge.law.case import Case
from drawbridge.law.working_days import Calendar
from drawbridge.replay import Replay

#: how the subjects of cases begin
_CASES = tuple(f"{scheme.case_kind}/" for scheme in SCHEMES.values())


@dataclass(slots=True)
class Entry:
    """Something that came, or time that passed, and what followed for the case."""

    time: datetime
    recorded_at: datetime
    cause: str
    """`message`, `timer`, or `other` for a message that is not about this case."""
    name: str
    """The message's type, the timer's name, or the other message's subject."""
    source: str = ""
    events: list[Event] = field(default_factory=list)
    refusal: Mapping[str, Any] | None = None
    """The receipt's data when the message was refused."""
    is_repeated: bool = False


@dataclass(slots=True)
class Told:
    """A case's story."""

    subject: str
    scheme: str
    case: Case | None
    """As it stands at the end; None when no message about it was ever accepted."""
    clock: datetime | None
    """How far the gateway's clock has come."""
    entries: list[Entry]
    banks: dict[str, str]
    """Names by bank code."""
    torn: int
    """Lines that could not be read."""


class Story:
    """Takes messages in order of receipt and keeps what concerns one case.

    Args:
        case: the case's subject, or the number in it (the notice's).
        calendar: the working days announced before the first message.
    """

    def __init__(self, case: str, calendar: Calendar) -> None:
        self._wanted = case
        self._calendar = calendar
        self._replays: dict[str, Replay] = {}
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._banks: dict[str, str] = {}
        self._torn = 0
        self.some: list[str] = []
        """A few subjects that were met, to offer when the case is not."""

    def take(self, line: bytes) -> None:
        """Take one message."""
        message = read_message(line)
        if not isinstance(message, Message):
            self._torn += 1
            return
        replay = self._replay(message.scheme)
        decision = replay.answer(line)
        for event in decision.events:
            self._take_event(message, event)
        subject = message.subject if isinstance(message.subject, str) else ""
        if self._is_about(subject):
            self._take_answer(message, subject, decision)
        elif len(self.some) < 3 and subject.startswith(_CASES) and subject not in self.some:  # noqa: PLR2004 - a few
            self.some.append(subject)

    def pass_time(self, until: datetime) -> None:
        """Let time pass after the last message."""
        for replay in self._replays.values():
            for event in replay.until(until):
                self._take_event(None, event)

    def told(self) -> list[Told]:
        """Return the stories found: one, none, or several when the number names several cases."""
        found = []
        for (scheme, subject), entries in self._entries.items():
            replay = self._replays[scheme]
            found.append(
                Told(subject, scheme, replay.case(subject), replay.state.clock, entries, self._banks, self._torn)
            )
        return found

    def _replay(self, scheme: str) -> Replay:
        # a scheme that nobody runs is answered by any replay: with `unknown-scheme`, and no other effect
        known = scheme if scheme in SCHEMES else next(iter(SCHEMES))
        if known not in self._replays:
            self._replays[known] = Replay(SCHEMES[known], self._calendar)
        return self._replays[known]

    def _is_about(self, subject: str) -> bool:
        return subject == self._wanted or (
            "/" not in self._wanted and subject.startswith(_CASES) and subject.rpartition("/")[2] == self._wanted
        )

    def _take_event(self, message: Message | None, event: Event) -> None:
        if event.type in ("bank.enrolled.v1", "bank.enrolment.amended.v1"):
            self._banks[event.subject.removeprefix("bank/")] = event.data["name"]
        subject = event.subject if self._is_about(event.subject) else event.data.get("case", "")
        if not self._is_about(subject):
            return
        scheme = event.id.removesuffix(f"-{event.sequence}")
        entries = self._entries.setdefault((scheme, subject), [])
        if entries and entries[-1].events and entries[-1].events[-1].causationid == event.causationid:
            entries[-1].events.append(event)
            return
        entries.append(_entry_of(message, subject, event))

    def _take_answer(self, message: Message, subject: str, decision: Decision) -> None:
        receipt: Mapping[str, Any] = {} if decision.receipt is None else orjson.loads(decision.receipt)["data"]
        scheme = message.scheme if message.scheme in SCHEMES else next(iter(SCHEMES))
        entries = self._entries.setdefault((scheme, subject), [])
        cause = f"{message.source}#{message.id}"
        is_told = bool(entries and entries[-1].events and entries[-1].events[-1].causationid == cause)
        if not is_told or decision.repeated:
            entries.append(Entry(message.time, message.recorded_at, "message", message.type, message.source))
        entries[-1].is_repeated = decision.repeated
        if "code" in receipt and not decision.repeated:
            entries[-1].refusal = receipt


def _entry_of(message: Message | None, subject: str, event: Event) -> Entry:
    kind, _, rest = event.causationid.partition(":")
    if kind == "timer":
        return Entry(event.time, event.recorded_at, "timer", rest.partition("@")[0], events=[event])
    if message is not None and message.subject == subject:
        return Entry(event.time, event.recorded_at, "message", message.type, message.source, [event])
    other = str(message.subject) if message is not None else ""
    return Entry(event.time, event.recorded_at, "other", other, events=[event])
