"""What a replay gives of the messages that a journal holds: the independent side of the proof."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from drawbridge.gateway.facts import at_milliseconds
from drawbridge.law import SCHEMES, Event
from drawbridge.record.export import with_recordedtime
from drawbridge.record.rows import Answered, Origin
from drawbridge.replay import Replay
from simulation.letters import CALENDAR

if TYPE_CHECKING:
    from simulation.history import History

#: a replay goes on so far beyond what is asked, and serves until more is asked
AHEAD = timedelta(hours=1)


class Shadow:
    """One scheme's replay: of what was sent, when the brokers had it, in the order in which it was decided."""

    def __init__(self, history: "History", scheme: str) -> None:
        self._history, self._scheme = history, scheme
        self._rows: list[Answered] = history.database.tables.decided.setdefault(scheme, [])
        self._count = -1
        self._until = history.world.wall()
        self._events: list[Event] = []
        self._of_messages = 0
        self._receipts: list[bytes] = []

    def receipts(self) -> list[bytes]:
        """Return the receipts of the messages decided so far."""
        if self._count != len(self._rows):
            self._replay(self._history.world.wall())
        return self._receipts

    def events(self, until: datetime) -> list[bytes]:
        """Return the events of the messages, and of the timers that fire after the last of them, up to an instant."""
        if self._count != len(self._rows) or until > self._until:
            self._replay(until)
        of_messages, later = self._events[: self._of_messages], self._events[self._of_messages :]
        return [event.line for event in (*of_messages, *(event for event in later if event.recorded_at <= until))]

    def _replay(self, until: datetime) -> None:
        replay = Replay(SCHEMES[self._scheme], CALENDAR)
        self._count, self._until, self._events, self._receipts = len(self._rows), until + AHEAD, [], []
        ruled_at_ms = self._ruled_at_ms()
        for row in self._rows:
            sent = self._history.sent[row.origin.topic, row.origin.offset]
            at = at_milliseconds(ruled_at_ms.get(row.origin, sent.at_ms))
            if self._history.plan.clocks_step:  # an instant before the last counts as the last, also after a timer's
                assert row.recorded_at >= at, f"{row.origin} was recorded before its broker had it"
                at = row.recorded_at
            decision = replay.answer(with_recordedtime(sent.value, at))
            self._events += decision.events
            if decision.receipt is not None:
                self._receipts.append(decision.receipt)
        self._of_messages = len(self._events)
        if replay.state.clock is None or self._until > replay.state.clock:
            self._events += replay.until(self._until)

    def _ruled_at_ms(self) -> dict[Origin, int]:
        """Return when those records were received again that an operator resubmitted."""
        found = {}
        for _, rulings in sorted(self._history.database.tables.rulings.items()):
            for ruled in rulings:
                if ruled.about is not None:
                    found[ruled.about] = self._history.sent[ruled.origin.topic, ruled.origin.offset].at_ms
        return found
