"""The port for monitors, on a real worker: it becomes ready, its figures are those of the journal, and lags go to 0."""

import asyncio
from collections.abc import AsyncIterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from collector import Collector, collecting
from prometheus_client.parser import text_string_to_metric_families
from running_service import CASES, OPERATOR, PATIENCE_S, SCHEME, Service, eventually

from drawbridge.bank.envelope import Sender
from drawbridge.embedded.processes import free_port
from drawbridge.sending import sender_and_key
from drawbridge.watch.metrics import METRICS

LINES = (CASES / "1-on-time.ndjson").read_bytes().splitlines()
ENROLMENTS = [line for line in LINES if b"operator.bank.enrolment.v1" in line]


class Monitor:
    """What asks a worker."""

    def __init__(self) -> None:
        self.port = str(free_port())

    def ask(self, path: str) -> tuple[int, str]:
        """Return status and text; 0 while nothing answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as why:
            return why.code, why.read().decode()
        except OSError:  # nothing listens, or it ended, or is too busy to answer
            return 0, ""

    def figures(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        """Return every series' value, by its name and labels."""
        told = text_string_to_metric_families(self.ask("/metrics")[1])
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in told
            for sample in family.samples
        }

    def of(self, name: str) -> list[float]:
        """Return the values of a metric's series."""
        return [value for (told, _), value in self.figures().items() if told == name]


async def test_a_worker_becomes_ready_and_tells_what_it_did(service: Service) -> None:
    """Each message is counted once with its answer; latencies are there; what waits goes to nothing."""
    monitor = Monitor()
    service.start(clock="broker", health_port=monitor.port)
    eventually(lambda: monitor.ask("/healthz") == (200, "alive\n"), "the worker is alive")
    eventually(lambda: monitor.ask("/readyz") == (200, "ready\n"), "the worker is ready")
    async with service.letterbox() as box:
        for line in [*ENROLMENTS, ENROLMENTS[0], ENROLMENTS[0].replace(b'"roles"', b'"rolls"')]:
            sender, key = sender_and_key(line)
            assert sender is not None
            await box.ask(sender, key, line)
        await box.ask(Sender("operator", OPERATOR), b"", b"garbage")
    everything = len(ENROLMENTS) + 3
    eventually(lambda: sum(monitor.of("drawbridge_batch_records_sum")) >= everything, "all batches are measured")
    figures = monitor.figures()
    kind = ("type", "operator.bank.enrolment.v1")
    told = {
        answer: figures["drawbridge_messages_total", (("answer", answer), ("scheme", SCHEME), kind)]
        for answer in ("accepted", "repeated", "rejected")
    }
    assert told == {"accepted": len(ENROLMENTS), "repeated": 1, "rejected": 1}
    assert figures["drawbridge_dead_letters_total", (("reason", "malformed"),)] == 1
    assert sum(monitor.of("drawbridge_events_total")) == len(service.exported("events"))
    for name in ("drawbridge_decision_latency_seconds", "drawbridge_receipt_latency_seconds"):
        assert sum(monitor.of(f"{name}_count")) == len(ENROLMENTS) + 2
        assert 0 < sum(monitor.of(f"{name}_sum")) < 30 * everything
    eventually(lambda: nothing_waits(monitor), "no stage has anything left to do")


def nothing_waits(monitor: Monitor) -> bool:
    """Tell whether every lag and age was measured and is nothing."""
    gone = ("drawbridge_lag_records", "drawbridge_oldest_unpublished_age_seconds", "drawbridge_due_timers")
    return all(values and not any(values) for values in map(monitor.of, gone))


def test_nothing_is_told_that_is_not_on_the_list(service: Service) -> None:
    """With its values, as without them."""
    monitor = Monitor()
    service.start(health_port=monitor.port)
    eventually(lambda: bool(monitor.of("drawbridge_sampled_timestamp_seconds")), "the worker has looked around")
    suffix = ("_bucket", "_sum", "_count")
    listed = {metric.name for metric in METRICS}
    listed |= {metric.name + more for metric in METRICS if metric.kind == "histogram" for more in suffix}
    assert {name for name, _ in monitor.figures()} <= listed


def test_a_worker_whose_port_is_taken_says_so(service: Service) -> None:
    """And ends with the exit code that asks for a person."""
    monitor = Monitor()
    service.start(health_port=monitor.port)
    eventually(lambda: monitor.ask("/healthz")[0] == 200, "the first worker is alive")
    second = service.start(health_port=monitor.port)
    assert second.process.wait(PATIENCE_S) == 2
    assert "DRAWBRIDGE_HEALTH_PORT" in second.log.read_text(encoding="utf-8")


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    """Takes spans."""
    async with collecting() as found:
        yield found


async def test_a_trace_goes_from_the_senders_record_to_all_that_became_of_it(
    service: Service, collector: Collector
) -> None:
    """Through facts and journal into the headers of receipt and events, into each stage's log, and into its span."""
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    worker = service.start(log_level="debug", otlp_endpoint=collector.url)
    sender, key = sender_and_key(ENROLMENTS[0])
    assert sender is not None
    async with service.letterbox() as box:
        _, headers = await box.ask(sender, key, ENROLMENTS[0], [("traceparent", given.encode())])
        _, others = await box.ask(sender, key, ENROLMENTS[1])
    assert headers["traceparent"] == given.encode()
    assert others["traceparent"] != given.encode()
    events = service.read("events", lambda found: len(found) >= 2)
    assert [event.headers["traceparent"] for event in events] == [given.encode(), others["traceparent"]]

    def stages() -> list[object]:
        return [line["event"] for line in worker.said() if line.get("trace") == given[3:35]]

    eventually(lambda: stages() == ["forwarded", "message accepted", "receipt published"], "each stage has told it")
    async with asyncio.timeout(PATIENCE_S):
        while len(spans := [span for span in collector.taken if span["traceId"] == given[3:35]]) < 3:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
    assert [span["name"] for span in spans] == ["intake", "desk", "relay"]
    assert [span["parentSpanId"] for span in spans] == [given[36:52], *(span["spanId"] for span in spans[:2])]
    assert all(int(str(span["startTimeUnixNano"])) <= int(str(span["endTimeUnixNano"])) for span in spans)
    assert service.exported("events") == service.replayed()
