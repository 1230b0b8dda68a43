"""One scheme decided once more, by replay, from nothing but its messages in the order in which they were recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from drawbridge import shipped
from drawbridge.law import SCHEMES, Event, read_event
from drawbridge.replay import Replay
from drawbridge.watch.alerts import Alerts


@dataclass(slots=True)
class Retold:
    """What a scheme's journal and outputs should hold; what was replayed once is not replayed again.

    Attributes:
        credit: the last state of each record of the credit feed, by its key.
    """

    scheme: str
    events: list[bytes] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    alerts: list[bytes] = field(default_factory=list)
    credit: dict[bytes, bytes] = field(default_factory=dict)
    _replayed: int = 0
    _replay: Replay = field(init=False)
    _watch: Alerts = field(default_factory=Alerts)

    def __post_init__(self) -> None:
        """Begin before the first message."""
        self._replay = Replay(SCHEMES[self.scheme], shipped.calendar())

    def go_on(self, messages: Sequence[bytes], until: datetime | None) -> None:
        """Replay what is new among all messages; then let time pass, where the service's clock did."""
        for line in messages[self._replayed :]:
            decision = self._replay.answer(line)
            self._take(decision.events)
            assert decision.receipt is not None
            self.receipts.append(decision.receipt)
        self._replayed = len(messages)
        if until is not None:
            self._take(self._replay.until(until))

    def _take(self, events: Sequence[Event]) -> None:
        """Note events, and what the world is told of them besides."""
        for event in events:
            self.events.append(event.line)
            self.alerts += self._watch.of(read_event(event.line))
            if event.type.startswith("credit."):
                case = orjson.loads(event.line)["data"]["case"]
                self.credit[f"{self.scheme}/{event.subject}/{case}".encode()] = event.line
