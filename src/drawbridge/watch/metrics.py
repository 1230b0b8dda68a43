"""What the service tells Prometheus: one closed list, and the one way to count, measure and set what is on it.

Names, kinds and units follow Prometheus' conventions. Labels take values from closed lists, or names of topics and
partitions; no value ever comes out of a message, so nothing personal can stand there and no sender can make series.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Literal, get_args

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from drawbridge.bank.events.answers import DeadLetterLine
from drawbridge.watch.spans import Spans

Kind = Literal["counter", "gauge", "histogram"]

_LATENCIES_S = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_DURATIONS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SIZES = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the list.

    Attributes:
        name: as it is scraped.
        kind: of Prometheus.
        unit: of its value.
        help: what it says, in a line.
        labels: by which it is told apart.
        buckets: upper bounds, of a histogram.
    """

    name: str
    kind: Kind
    unit: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


MESSAGES = Metric(
    "drawbridge_messages_total",
    "counter",
    "messages",
    "messages answered in the journal: accepted, rejected, or repeated (the first answer again)",
    ("scheme", "type", "answer"),
)
REJECTIONS = Metric(
    "drawbridge_rejections_total", "counter", "messages", "messages refused, by their code", ("scheme", "code")
)
DEAD_LETTERS = Metric(
    "drawbridge_dead_letters_total", "counter", "records", "records that nobody can be told of", ("reason",)
)
EVENTS = Metric("drawbridge_events_total", "counter", "events", "events appended to the journal", ("scheme", "type"))
DECISION_LATENCY = Metric(
    "drawbridge_decision_latency_seconds",
    "histogram",
    "seconds",
    "from the broker's append time of a message to its answer in the journal",
    ("scheme",),
    _LATENCIES_S,
)
RECEIPT_LATENCY = Metric(
    "drawbridge_receipt_latency_seconds",
    "histogram",
    "seconds",
    "from the broker's append time of a message to its receipt on the sender's topic",
    (),
    _LATENCIES_S,
)
BATCH_RECORDS = Metric(
    "drawbridge_batch_records",
    "histogram",
    "records",
    "records in a batch that intake forwarded, the desk appended, or the relay published",
    ("stage",),
    _SIZES,
)
BATCH_DURATION = Metric(
    "drawbridge_batch_duration_seconds",
    "histogram",
    "seconds",
    "what such a batch took: delivered to facts, written to the journal, published",
    ("stage",),
    _DURATIONS_S,
)
LAG = Metric(
    "drawbridge_lag_records",
    "gauge",
    "records",
    "records that wait at a stage of this worker: for intake, for the desk, for the relay",
    ("stage", "source"),
)
ASSIGNED = Metric(
    "drawbridge_assigned_partitions", "gauge", "partitions", "partitions that this worker has at a stage", ("stage",)
)
FACTS_PARTITIONS = Metric(
    "drawbridge_facts_partitions", "gauge", "partitions", "partitions of facts that the workers have to share"
)
UNPUBLISHED_AGE = Metric(
    "drawbridge_oldest_unpublished_age_seconds",
    "gauge",
    "seconds",
    "age of the oldest row of the journal that is not published; 0 when all is",
    ("partition",),
)
OPEN_CASES = Metric("drawbridge_open_cases", "gauge", "cases", "cases in this worker's memory", ("scheme",))
DUE_TIMERS = Metric(
    "drawbridge_due_timers", "gauge", "timers", "timers whose instant has come and that did not fire yet", ("scheme",)
)
TRANSACTIONS = Metric(
    "drawbridge_relay_transactions_total",
    "counter",
    "transactions",
    "transactions of the relay: committed, or unclear (begun anew with a new producer)",
    ("partition", "outcome"),
)
SESSIONS = Metric(
    "drawbridge_relay_sessions_total", "counter", "producers", "producers that the relay has opened", ("partition",)
)
STABLE_OFFSET_AGE = Metric(
    "drawbridge_last_stable_offset_age_seconds",
    "gauge",
    "seconds",
    "for how long the last stable offset of an output has stood still behind its end",
    ("topic",),
)
SAMPLED = Metric(
    "drawbridge_sampled_timestamp_seconds",
    "gauge",
    "seconds since 1970",
    "when lags and ages were last measured",
    ("source",),
)
READY = Metric("drawbridge_ready", "gauge", "1 or 0", "whether /readyz says yes")
SPANS_DROPPED = Metric(
    "drawbridge_spans_dropped", "gauge", "spans", "spans that no collector took since this worker's process began"
)
STARTED = Metric(
    "drawbridge_started_timestamp_seconds", "gauge", "seconds since 1970", "when this worker's process began"
)
BUILD = Metric("drawbridge_build_info", "gauge", "always 1", "which version runs", ("version",))

#: the process itself, as Prometheus' own library tells it on Linux, where /proc is to be seen in full
PROCESS = (
    Metric("process_start_time_seconds", "gauge", "seconds since 1970", "when this worker started"),
    Metric("process_cpu_seconds_total", "counter", "seconds", "processor time used"),
    Metric("process_resident_memory_bytes", "gauge", "bytes", "memory in use"),
    Metric("process_virtual_memory_bytes", "gauge", "bytes", "address space in use"),
    Metric("process_open_fds", "gauge", "files", "open files, connections included"),
    Metric("process_max_fds", "gauge", "files", "files that may be open"),
)

OWN = (
    MESSAGES,
    REJECTIONS,
    DEAD_LETTERS,
    EVENTS,
    DECISION_LATENCY,
    RECEIPT_LATENCY,
    BATCH_RECORDS,
    BATCH_DURATION,
    LAG,
    ASSIGNED,
    FACTS_PARTITIONS,
    UNPUBLISHED_AGE,
    OPEN_CASES,
    DUE_TIMERS,
    TRANSACTIONS,
    SESSIONS,
    STABLE_OFFSET_AGE,
    SAMPLED,
    READY,
    SPANS_DROPPED,
    STARTED,
    BUILD,
)
#: everything that is scraped of a worker, and nothing else is
METRICS = (*OWN, *PROCESS)

_MAKERS: dict[Kind, Callable[..., Any]] = {"counter": Counter, "gauge": Gauge, "histogram": Histogram}


@dataclass(slots=True)
class Meter:
    """The metrics of one process, in a registry of their own; and its spans.

    Attributes:
        spans: on their way to a collector, if there is one.
        registry: of Prometheus' library.
    """

    spans: Spans = field(default_factory=Spans)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Declare the whole list: what has no labels is there from the beginning."""
        # each counter would have a second series that tells when it was made; the process' start tells the same
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        for metric in OWN:
            more = {"buckets": metric.buckets} if metric.kind == "histogram" else {}
            make = _MAKERS[metric.kind]
            self._made[metric.name] = make(metric.name, metric.help, metric.labels, registry=self.registry, **more)
        ProcessCollector(registry=self.registry)
        self.set(BUILD, 1, version=version("drawbridge"))
        self.set(STARTED, time.time())
        # the first increase of a series that only begins with it would not be seen
        for reason in get_args(DeadLetterLine.model_fields["reason"].annotation):
            self.count(DEAD_LETTERS, 0, reason=reason)

    def count(self, metric: Metric, by: float = 1, **labels: str) -> None:
        """Add to a counter."""
        self._series(metric, labels).inc(by)

    def observe(self, metric: Metric, *values: float, **labels: str) -> None:
        """Add values to a histogram."""
        series = self._series(metric, labels)
        for value in values:
            series.observe(value)

    def set(self, metric: Metric, value: float, **labels: str) -> None:
        """Set a gauge."""
        self._series(metric, labels).set(value)

    def replace(self, metric: Metric, values: dict[tuple[str, ...], float]) -> None:
        """Set every series of a gauge, by its labels' values in their order; those not named are gone."""
        gauge = self._made[metric.name]
        gauge.clear()
        for labels, value in values.items():
            gauge.labels(*labels).set(value)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        self.set(SPANS_DROPPED, self.spans.dropped)
        return prometheus_client.generate_latest(self.registry)

    def _series(self, metric: Metric, labels: dict[str, str]) -> Any:
        """Return one series of a metric."""
        made = self._made[metric.name]
        return made.labels(**labels) if metric.labels else made
