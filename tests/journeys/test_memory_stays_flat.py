"""A worker under steady load: memory and connections stay flat, nothing waits longer and longer, nothing is lost.

The short run is one of the journeys; `make soak` makes it ten minutes, and prints what it saw.
"""

import time
from collections import Counter
from dataclasses import dataclass
from statistics import median

import pytest
from running_service import SCHEME, Service, Worker, eventually
from test_a_worker_tells_how_it_is import Monitor
from town import Town
from witness import Witness

#: messages a second: what a small machine bears besides everything else
RATE = 100
#: seconds between two looks
STEP_S = 1.0
LOOKED_AT = ("process_resident_memory_bytes", "process_open_fds", "drawbridge_open_cases", "drawbridge_lag_records")
#: by how much memory may still grow from the run's middle to its end: the heap's own breathing
BREATH_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Look:
    """What a worker told at one moment."""

    at_s: float
    memory_bytes: float
    open_files: float
    open_cases: float
    waiting: float


def all_went_through(monitor: Monitor) -> bool:
    """Tell whether every stage has been looked at and nothing waits there."""
    lags = monitor.of("drawbridge_lag_records")
    return bool(lags) and not any(lags)


def is_heard(monitor: Monitor, town: Town) -> bool:
    """Tell whether the worker has the topics of all who have sent."""
    given = monitor.figures().get(("drawbridge_assigned_partitions", (("stage", "intake"),)), 0)
    return given >= len({topic for topic, _ in town.sent}) and all_went_through(monitor)


def looks(town: Town, monitor: Monitor, worker: Worker, for_s: float) -> list[Look]:
    """Send steadily, and look at the worker every second."""
    began, found, sent = time.monotonic(), [], 0
    while (at_s := time.monotonic() - began) < for_s:
        sent += town.send(round(RATE * at_s) - sent)
        assert monitor.ask("/healthz")[0] == 200, worker.said()[-3:]
        found.append(Look(at_s, *(sum(monitor.of(name)) for name in LOOKED_AT)))
        time.sleep(max(0.0, STEP_S - (time.monotonic() - began - at_s)))
    return found


def published(service: Service, enough: tuple[int, int, int]) -> tuple[int, int, int]:
    """Count the receipts, dead letters and events that a reader finds, until there are enough and no more come."""
    witness = Witness(service.kafka, service.prefix)
    witness.find_topics()

    def found() -> tuple[int, int, int]:
        kinds = Counter(
            record.type.partition(".")[0] if topic.endswith(".out") else topic
            for (topic, _), records in witness.found.items()
            for record in records
        )
        return kinds["receipt"], kinds["dead-letters"], kinds["events"]

    witness.read_until(lambda: all(n >= m for n, m in zip(found(), enough, strict=True)), 60)
    witness.close()
    return found()


@pytest.mark.parametrize("for_s", [75.0, pytest.param(600.0, marks=pytest.mark.slow)], ids=["a minute", "ten minutes"])
def test_a_worker_under_load_stays_as_it_is(service: Service, for_s: float) -> None:
    """From the middle of the run to its end memory grows no more than it breathes, and every message is answered."""
    monitor, cases = Monitor(), round(for_s * RATE / 4)
    town = Town(service.kafka, service.prefix, seed=3, cases=cases, schemes=(SCHEME,))
    worker = service.start(health_port=monitor.port, log_level="warning")
    eventually(lambda: monitor.ask("/readyz")[0] == 200, "the worker is ready")
    started = monitor.of("drawbridge_started_timestamp_seconds")
    town.send(50)  # the banks come one by one, and each is a rebalance
    town.delivered()
    eventually(lambda: is_heard(monitor, town), "the banks are heard")
    found = looks(town, monitor, worker, for_s)
    town.delivered()
    eventually(lambda: all_went_through(monitor), "all that was sent has gone through")
    third = len(found) // 3
    middle, end = found[third : 2 * third], found[2 * third :]
    for look in found[:: max(1, len(found) // 15)]:
        print(  # noqa: T201 - whoever runs the soak wants the figures
            f"{look.at_s:6.0f} s  {look.memory_bytes / 2**20:6.1f} MiB  {look.open_files:4.0f} files"
            f"  {look.open_cases:6.0f} cases  {look.waiting:6.0f} waiting"
        )
    growth_bytes = median(look.memory_bytes for look in end) - median(look.memory_bytes for look in middle)
    assert growth_bytes < BREATH_BYTES
    assert max(look.open_files for look in end) <= max(look.open_files for look in middle) + 5
    assert median(look.waiting for look in end) < 5 * RATE, "it keeps up"
    journal = len(service.exported("messages")), len(service.exported("dead-letters")), len(service.exported("events"))
    told = published(service, journal)
    print(f"in {len(town.sent)}; messages, dead letters, events: journalled {journal}, published {told}")  # noqa: T201 - as above
    assert journal[0] + journal[1] == len(town.sent)
    assert told == journal
    assert monitor.of("drawbridge_started_timestamp_seconds") == started, "it was never started anew"
