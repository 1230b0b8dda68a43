"""Runs of our own service: stage by stage, all at once, at a pace, and a start with much to restore."""

import gc
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import confluent_kafka
import orjson
from load import Line
from metal import cpu_s
from ours import WITHIN_S, Ours


@dataclass(frozen=True, slots=True)
class Spent:
    """What one stage took for a number of messages."""

    messages: int
    seconds: float
    cpu_s: float

    @property
    def per_s(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def us(self) -> float:
        """CPU microseconds a message."""
        return self.cpu_s / self.messages * 1e6


@contextmanager
def watching(pid: int, messages: int) -> Iterator[list[Spent]]:
    """Measure a process for as long as the block takes; the list holds the result after it."""
    found: list[Spent] = []
    began, began_cpu = time.monotonic(), cpu_s(pid)
    yield found
    found.append(Spent(messages, time.monotonic() - began, cpu_s(pid) - began_cpu))


@contextmanager
def least_of(found: dict[str, Spent], name: str, messages: int) -> Iterator[None]:
    """Measure the block in this process; of several runs the least counts."""
    gc.collect()
    began, began_cpu = time.monotonic(), time.process_time()
    yield
    spent = Spent(messages, time.monotonic() - began, time.process_time() - began_cpu)
    found[name] = min(found.get(name, spent), spent, key=lambda one: one.cpu_s)


def each_alone(ours: Ours, lines: Sequence[Line], warm: int) -> dict[str, Spent]:
    """Put lines through one stage after the other, a worker of one role each; the first `warm` are not measured."""
    spent = {}
    with ours.worker("intake") as pid:
        ours.sending.behind(list(lines[:warm]), ours.forwarded)
        ours.until(lambda: ours.forwarded() >= warm, "intake has begun")
        with watching(pid, len(lines) - warm) as found:
            ours.sending.behind(list(lines[warm:]), ours.forwarded)
            ours.until(lambda: ours.forwarded() == len(lines), "intake has forwarded all")
        spent["intake"] = found[0]
    for role in ("desk", "relay"):
        spent[role] = _drained(ours, role, len(lines))
    return spent


def _drained(ours: Ours, role: str, count: int) -> Spent:
    """Have a worker of one role take what waits for it; what it has done when it is first seen is not measured."""
    so_far = ours.decided if role == "desk" else ours.published
    whole = count if role == "desk" else ours.written()
    with ours.worker(role) as pid:
        ours.until(lambda: so_far() > 0, f"{role} has begun")
        part = round((1 - so_far() / whole) * count)
        with watching(pid, part) as found:
            ours.until(lambda: so_far() == whole, f"{role} has done all")
    return found[0]


def end_to_end(ours: Ours, lines: Sequence[Line], warm: int, roles: Sequence[str]) -> list[Spent]:
    """Put lines through all stages at once, in a worker for each set of roles; return what each process took."""
    workers = [ours.worker(of_one) for of_one in roles]
    pids = [worker.__enter__() for worker in workers]
    try:
        ours.sending.behind(list(lines[:warm]), ours.forwarded)
        ours.until(ours.all_published, "the workers have begun")
        began, began_cpu = time.monotonic(), [cpu_s(pid) for pid in pids]
        ours.sending.behind(list(lines[warm:]), ours.forwarded)
        ours.until(ours.all_published, "everything is published")
        seconds = time.monotonic() - began
        count = len(lines) - warm
        return [Spent(count, seconds, cpu_s(pid) - before) for pid, before in zip(pids, began_cpu, strict=True)]
    finally:
        for worker in reversed(workers):
            worker.__exit__(None, None, None)


def split_in_two(ours: Ours, lines: Sequence[Line], warm: int) -> tuple[Spent, Spent]:
    """Put lines through a desk in one process, intake and relay in the other; return what the desk and they took."""
    desk, others = end_to_end(ours, lines, warm, ["desk", "intake,relay"])
    return desk, others


def answered_after(ours: Ours, lines: Sequence[Line], per_s: float) -> list[float]:
    """Send lines at a pace to a worker that runs; return in how many seconds each was answered, in rising order.

    From just before the sender hands a message to his client, until a reader of committed records has its receipt.
    """
    sent: dict[bytes, float] = {}
    took: list[float] = []
    reader = confluent_kafka.Consumer(
        {
            "bootstrap.servers": ours.kafka,
            "group.id": f"{ours.prefix}latency",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 20,
            "log_level": 2,
        }
    )
    places = [
        confluent_kafka.TopicPartition(name, 0)
        for name in reader.list_topics(timeout=30).topics
        if name.startswith(ours.prefix) and name.endswith(".out")
    ]
    for place in places:
        place.offset = reader.get_watermark_offsets(place, 10, cached=False)[1]
    reader.assign(places)

    def told(line: Line, at: float) -> None:
        found = orjson.loads(line.value)
        sent[f"{found['source']}#{found['id']}".encode()] = at

    sending = threading.Thread(target=ours.sending.at_pace, args=(list(lines), per_s, told))
    sending.start()
    deadline = time.monotonic() + WITHIN_S
    heard = 0  # a message that is repeated gets the same receipt again: only the first is timed
    while heard < len(lines):
        assert time.monotonic() < deadline, f"{heard} of {len(lines)} were answered"
        for message in reader.consume(500, 0.01):
            headers = dict(cast("list[tuple[str, bytes]]", message.headers() or []))
            if (headers.get("ce_type") or b"").startswith(b"receipt."):
                heard += 1
                at = sent.pop(headers["ce_id"], None)
                if at is not None:
                    took.append(time.monotonic() - at)
    sending.join()
    reader.close()
    return sorted(took)


def restarted(ours: Ours, line: Line) -> float:
    """Return the seconds from the start of a worker's process until it has answered a message that waits for it."""
    ours.sending.put(line)
    ours.sending.delivered()
    began = time.monotonic()
    with ours.worker("intake,desk,relay"):
        ours.until(
            lambda: ours.decided() == 1 and ours.published() == ours.written(), "the waiting message is answered"
        )
        return time.monotonic() - began
