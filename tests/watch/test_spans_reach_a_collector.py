"""Spans are sent by OTLP over HTTP; a collector that is gone holds nothing up, and what it misses is counted."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from collector import Collector, collecting

from drawbridge.embedded.processes import free_port
from drawbridge.watch import spans as module
from drawbridge.watch.metrics import Meter
from drawbridge.watch.spans import CONSUMER, Span, Spans, span_id

SAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
SPAN = Span("intake", CONSUMER, SAMPLED[3:35], span_id("intake", "a/0/1"), SAMPLED[36:52], 1, 2, {"a": "b"})


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    """A collector on the loopback address."""
    async with collecting() as found:
        yield found


@pytest.fixture
def prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have spans sent at once."""
    monkeypatch.setattr(module, "EVERY_S", 0.01)


async def until(spans: Spans, *, dropped: int = 0, collector: Collector | None = None) -> None:
    """Send until so many were dropped, or the collector has something."""
    sending = asyncio.create_task(spans.run())
    async with asyncio.timeout(10):
        while not (collector.taken if collector is not None else spans.dropped >= dropped):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    sending.cancel()
    await asyncio.wait([sending])


async def test_a_span_is_told_as_otlp_has_it(collector: Collector, prompt: None) -> None:
    """Ids in hexadecimal digits, instants as strings of nanoseconds."""
    spans = Spans(collector.url)
    spans.add(SPAN)
    await until(spans, collector=collector)
    assert collector.services == {"drawbridge"}
    assert collector.taken == [
        {
            "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
            "spanId": span_id("intake", "a/0/1"),
            "parentSpanId": "00f067aa0ba902b7",
            "name": "intake",
            "kind": 5,
            "startTimeUnixNano": "1",
            "endTimeUnixNano": "2",
            "attributes": [{"key": "a", "value": {"stringValue": "b"}}],
        }
    ]


async def test_spans_for_a_collector_that_is_gone_are_dropped_and_counted(prompt: None) -> None:
    """Sending goes on with what comes later."""
    spans = Spans(f"http://127.0.0.1:{free_port()}/v1/traces")
    spans.add(SPAN)
    await until(spans, dropped=1)
    assert b"drawbridge_spans_dropped 1.0" in Meter(spans).text()


def test_a_buffer_that_is_full_drops_the_oldest() -> None:
    """A collector that does not keep up costs no memory without end."""
    spans = Spans("http://collector")
    for _ in range(module.KEPT + 3):
        spans.add(SPAN)
    assert (spans.dropped, len(spans._waiting)) == (3, module.KEPT)


@pytest.mark.parametrize(
    ("endpoint", "traceparent", "wanted"),
    [
        ("http://c", SAMPLED, True),
        ("", SAMPLED, False),
        ("http://c", SAMPLED[:-1] + "0", False),
        ("http://c", None, False),
    ],
    ids=["sampled", "no collector", "not sampled", "no trace"],
)
def test_only_sampled_traces_are_told(endpoint: str, traceparent: str | None, *, wanted: bool) -> None:
    """The sender says whether his are; without a collector nothing is kept."""
    assert Spans(endpoint).wants(traceparent) == wanted
