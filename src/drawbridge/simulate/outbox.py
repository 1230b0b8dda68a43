"""Messages that wait for their moment of receipt."""

from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

import orjson

from drawbridge.bank.envelope import SHANGHAI, instant_text


def envelope(scheme: str, attributes: dict[str, str], time: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """Put a message's envelope together; `attributes` are its id, source, type and subject."""
    return {
        "specversion": "1.0",
        **attributes,
        "time": instant_text(time),
        "scheme": scheme,
        "datacontenttype": "application/json",
        "data": data,
    }


class Outbox:
    """Lines in order of receipt; of those received at one instant, in the order in which they were put."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, bytes]] = []
        self._count = 0
        self.latest = datetime.min.replace(tzinfo=SHANGHAI)
        """The latest receipt put so far."""

    def put(self, message: dict[str, Any], time: datetime, recorded_at: datetime) -> bytes:
        """Put a message; its line says when it was received only where that is not its own `time`."""
        told = message if recorded_at == time else {**message, "recordedtime": instant_text(recorded_at)}
        line = orjson.dumps(told)
        self.put_line(line, recorded_at)
        return line

    def put_line(self, line: bytes, recorded_at: datetime) -> None:
        """Put bytes as they are."""
        heappush(self._waiting, (recorded_at, self._count, line))
        self._count += 1
        self.latest = max(self.latest, recorded_at)

    def take_before(self, instant: datetime) -> Iterator[bytes]:
        """Take what is received before that instant."""
        while self._waiting and self._waiting[0][0] < instant:
            yield heappop(self._waiting)[2]

    def take_all(self) -> Iterator[bytes]:
        """Take what is left."""
        while self._waiting:
            yield heappop(self._waiting)[2]
