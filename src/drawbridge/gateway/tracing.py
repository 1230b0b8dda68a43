"""The spans of intake and desk: what they are about, and nothing that a sender wrote."""

import time
from collections.abc import Iterable

from drawbridge.gateway.intake import Received
from drawbridge.gateway.telling import scheme_of, type_of
from drawbridge.record.rows import Answered, Batch, Writer
from drawbridge.traces import parent_of, trace_id, traceparent_of
from drawbridge.watch.spans import CONSUMER, INTERNAL, Span, Spans, span_id


def trace_forwarded(spans: Spans, batch: Iterable[Received]) -> None:
    """Tell of records that intake has forwarded: each from its append time on."""
    now_ns = time.time_ns()
    for received in batch:
        place = str(received.origin)
        traceparent = traceparent_of(received.headers, place)
        if spans.wants(traceparent):
            about = {
                "messaging.system": "kafka",
                "messaging.destination.name": received.origin.topic,
                "messaging.destination.partition.id": str(received.origin.partition),
                "messaging.kafka.offset": str(received.origin.offset),
            }
            came_ns = received.timestamp_ms * 1_000_000
            ids = (trace_id(traceparent), span_id("intake", place), parent_of(traceparent))
            spans.add(Span("intake", CONSUMER, *ids, came_ns, max(now_ns, came_ns), about))


def trace_decided(
    spans: Spans, writer: Writer, batch: Batch, answers: Iterable[tuple[str, str]], began_ns: int
) -> None:
    """Tell of messages that are answered in the journal.

    Args:
        spans: where.
        writer: before the batch was appended.
        batch: as it was appended.
        answers: of its messages, in their order: answer, and code of a refusal.
        began_ns: when the appending began, in nanoseconds since 1970.
    """
    now_ns, answer_of = time.time_ns(), iter(answers)
    for position, (row, traceparent) in enumerate(batch.traced(), writer.position + 1):
        if not isinstance(row, Answered):
            continue
        answer, code = next(answer_of)
        if traceparent is not None and spans.wants(traceparent):
            about = {"drawbridge.scheme": scheme_of(row), "drawbridge.type": type_of(row), "drawbridge.answer": answer}
            if code:
                about["drawbridge.code"] = code
            own = span_id("desk", f"{writer.partition}/{position}")
            ids = (trace_id(traceparent), own, span_id("intake", str(row.origin)))
            spans.add(Span("desk", INTERNAL, *ids, began_ns, max(now_ns, began_ns), about))
