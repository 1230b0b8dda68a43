"""Intake and journal as a meter sees them: wrapped from outside, so what they do stays as it is."""

import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import asyncpg
import orjson

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.bank.rejects import Code
from drawbridge.gateway.intake import Received
from drawbridge.gateway.telling import scheme_of, tell_decided, tell_forwarded, type_of
from drawbridge.gateway.tracing import trace_decided, trace_forwarded
from drawbridge.record.journal import Journal
from drawbridge.record.rows import Answered, Batch, Buried, Happened, Writer
from drawbridge.watch.metrics import (
    BATCH_DURATION,
    BATCH_RECORDS,
    DEAD_LETTERS,
    DECISION_LATENCY,
    EVENTS,
    MESSAGES,
    REJECTIONS,
    Meter,
)

#: how a refusal ends: canonical JSON has its keys in order
_REJECTED = b'"type":"receipt.rejected.v1"}'

Forward = Callable[[Sequence[Received]], Awaitable[None]]


def measured(forward: Forward, meter: Meter) -> Forward:
    """Return what forwards batches likewise, and measures it."""

    async def forward_measured(batch: Sequence[Received]) -> None:
        began = time.perf_counter()
        await forward(batch)
        meter.observe(BATCH_DURATION, time.perf_counter() - began, stage="intake")
        meter.observe(BATCH_RECORDS, len(batch), stage="intake")
        tell_forwarded(batch)
        if meter.spans.endpoint:
            trace_forwarded(meter.spans, batch)

    return forward_measured


class MeasuredJournal(Journal):
    """A journal that counts what is appended to it."""

    def __init__(self, pool: asyncpg.Pool, meter: Meter, *, is_sandbox: bool) -> None:
        """Tell `meter`; in a sandbox the messages' instants say nothing of how long an answer took."""
        super().__init__(pool)
        self._meter = meter
        self._is_sandbox = is_sandbox

    async def append(self, writer: Writer, batch: Batch) -> Writer:
        """Append, then count."""
        began, began_ns = time.perf_counter(), time.time_ns()
        after = await super().append(writer, batch)
        self._meter.observe(BATCH_DURATION, time.perf_counter() - began, stage="desk")
        answers = self._count(batch)
        tell_decided(batch, answers)
        if self._meter.spans.endpoint:
            trace_decided(self._meter.spans, writer, batch, answers, began_ns)
        return after

    def _count(self, batch: Batch) -> list[tuple[str, str]]:
        """Count what a batch holds, each series once, and return what became of its messages."""
        meter, counted = self._meter, Counter[tuple[str, ...]]()
        answers = []
        now, records, waited_s = datetime.now(SHANGHAI), 0, defaultdict[str, list[float]](list)
        for row in batch.outbound:
            match row:
                case Happened():
                    counted["event", row.scheme, row.type] += 1
                case Buried():
                    counted["buried", row.reason] += 1
                    records += 1
                case Answered():
                    records += 1
                    answer, code = _answer(row)
                    answers.append((answer, code))
                    scheme = scheme_of(row)
                    counted["message", scheme, type_of(row), answer] += 1
                    if answer == "rejected":
                        counted["rejected", scheme, code] += 1
                    if not self._is_sandbox:
                        waited_s[scheme].append((now - row.recorded_at).total_seconds())
        if records:
            meter.observe(BATCH_RECORDS, records, stage="desk")
        for scheme, values in waited_s.items():
            meter.observe(DECISION_LATENCY, *values, scheme=scheme)
        for (what, *labels), count in counted.items():
            self._add(what, labels, count)
        return answers

    def _add(self, what: str, labels: list[str], count: int) -> None:
        """Add to one counter."""
        match what, labels:
            case "event", [scheme, kind]:
                self._meter.count(EVENTS, count, scheme=scheme, type=kind)
            case "buried", [reason]:
                self._meter.count(DEAD_LETTERS, count, reason=reason)
            case "message", [scheme, kind, answer]:
                self._meter.count(MESSAGES, count, scheme=scheme, type=kind, answer=answer)
            case "rejected", [scheme, code]:
                self._meter.count(REJECTIONS, count, scheme=scheme, code=code)


def _answer(row: Answered) -> tuple[str, str]:
    """Return what became of a message, and the code of a refusal."""
    code = orjson.loads(row.receipt)["data"]["code"] if row.receipt.endswith(_REJECTED) else ""
    # what is known already gets the first answer again; with another content it is refused, and that is no repetition
    if row.decided and not row.is_first and code != Code.MESSAGE_ALTERED:
        return "repeated", ""
    return ("rejected" if code else "accepted"), code
