"""A replay: the same decisions as the service's, from a file's messages, with no broker and no database."""

from datetime import datetime

from drawbridge.bank.codec import read_message
from drawbridge.bank.envelope import DeadLetter
from drawbridge.law import Decision, Event, Remembered, Scheme, decide, fire_due, open_state
from drawbridge.law.case import Case
from drawbridge.law.working_days import Calendar


class Replay:
    """Answers messages one after another, and keeps what the service keeps in its database.

    Args:
        scheme: whose messages they are.
        calendar: the working days announced when the file begins.
    """

    def __init__(self, scheme: Scheme, calendar: Calendar) -> None:
        self.state = open_state(scheme, calendar)
        self._remembered: dict[tuple[str, str], Remembered] = {}
        self._archive: dict[str, bytes] = {}

    def answer(self, line: bytes) -> Decision:
        """Answer one line: never fails, whatever the bytes are."""
        state = self.state
        message = read_message(line)
        if isinstance(message, DeadLetter):
            at = message.recorded_at or state.clock
            return Decision([], dead_letter=DeadLetter(message.reason, message.detail, line, at))
        key = (message.source, message.id)
        if isinstance(message.subject, str) and state.absent(message.subject) and message.subject in self._archive:
            state.restore(self._archive[message.subject])
        decision = decide(state, message, self._remembered.get(key))
        if decision.remember is not None:
            self._remembered[key] = decision.remember
        self._archive.update(state.take_settled())
        return decision

    def case(self, subject: str) -> Case | None:
        """Return a case as it stands now, open or closed; None when there is none."""
        if not self.state.absent(subject):
            open_case: Case = self.state.cases[subject]
            return open_case
        snapshot = self._archive.get(subject)
        return None if snapshot is None else self.state.scheme.read_case(snapshot)

    def until(self, instant: datetime) -> list[Event]:
        """Let time pass after the last line."""
        return fire_due(self.state, instant)
