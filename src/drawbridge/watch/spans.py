"""Spans: how long each stage had a message in its hands, for those who look at traces; sent by OTLP, and only if asked.

A span's id is made of what it is about, so what is done again after a crash tells the same span, and each stage knows
the id of the one before without being told. Sent are the traces that are marked as sampled. A collector that is slow or
gone holds nothing up: what does not fit into the buffer is dropped, and counted.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version

import aiohttp
import structlog

log = structlog.get_logger()

#: spans that wait to be sent, at most; and those of one request
KEPT, AT_ONCE = 20_000, 2_000
#: seconds between two requests, and for which one may last
EVERY_S, WITHIN_S = 1.0, 10.0
#: of OpenTelemetry: a message is taken in, worked on, sent out
CONSUMER, INTERNAL, PRODUCER = 5, 1, 4


@dataclass(frozen=True, slots=True)
class Span:
    """One stage's work on one message.

    Attributes:
        trace: the trace's 32 digits.
        id: the span's 16 digits.
        parent: those of the span before.
        start_ns: since 1970, in nanoseconds; so is `end_ns`.
    """

    name: str
    kind: int
    trace: str
    id: str
    parent: str
    start_ns: int
    end_ns: int
    attributes: dict[str, str]

    def told(self) -> dict[str, object]:
        """Return it as OTLP's JSON has it."""
        return {
            "traceId": self.trace,
            "spanId": self.id,
            "parentSpanId": self.parent,
            "name": self.name,
            "kind": self.kind,
            "startTimeUnixNano": str(self.start_ns),
            "endTimeUnixNano": str(self.end_ns),
            "attributes": [{"key": key, "value": {"stringValue": text}} for key, text in self.attributes.items()],
        }


@dataclass(slots=True)
class Spans:
    """The spans of one process on their way to a collector.

    Attributes:
        endpoint: the collector's URL; none: there are no spans.
        dropped: how many were not sent.
    """

    endpoint: str = ""
    dropped: int = 0
    _waiting: deque[Span] = field(default_factory=deque)

    def wants(self, traceparent: str | None) -> bool:
        """Tell whether spans of a trace are sent: it is marked as sampled, and there is a collector."""
        return bool(self.endpoint) and traceparent is not None and int(traceparent[-2:], 16) & 1 == 1

    def add(self, span: Span) -> None:
        """Take a span to be sent."""
        if len(self._waiting) >= KEPT:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(span)

    async def run(self) -> None:
        """Send what there is every second, until cancelled."""
        timeout = aiohttp.ClientTimeout(total=WITHIN_S)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            while True:
                await asyncio.sleep(EVERY_S)
                while self._waiting:
                    await self._send(http, [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))])

    async def _send(self, http: aiohttp.ClientSession, spans: list[Span]) -> None:
        """Send some; those that a collector does not take are dropped."""
        try:
            async with http.post(self.endpoint, json=request(spans)) as answer:
                answer.raise_for_status()
        except (aiohttp.ClientError, OSError) as why:
            self.dropped += len(spans)
            log.warning("spans were dropped", count=len(spans), why=str(why) or type(why).__name__)


def request(spans: list[Span]) -> dict[str, object]:
    """Return OTLP's request for spans."""
    service = [
        {"key": "service.name", "value": {"stringValue": "drawbridge"}},
        {"key": "service.version", "value": {"stringValue": version("drawbridge")}},
    ]
    scope = {"scope": {"name": "drawbridge"}, "spans": [span.told() for span in spans]}
    return {"resourceSpans": [{"resource": {"attributes": service}, "scopeSpans": [scope]}]}


def span_id(stage: str, place: str) -> str:
    """Return the id of a stage's span: of a record's place for intake, of a row's position from then on."""
    return sha256(f"{stage} {place}".encode()).hexdigest()[:16]
