"""A worker may come before its servers, and go in the middle of its work."""

import asyncio
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial
from urllib.parse import urlsplit

import orjson
from late_port import LatePort
from running_service import CASES, SCHEME, Service, Worker, eventually
from test_a_worker_tells_how_it_is import Monitor
from test_nothing_is_lost_when_a_worker_is_killed import hold_receipts, receipt_ids

from drawbridge.embedded.processes import free_port
from drawbridge.sending import Letterbox, sender_and_key

CITY = (
    "simulate",
    "--scheme",
    SCHEME,
    "--seed",
    "5",
    "--cases",
    "60",
    "--mishaps",
    "0",
    "--from",
    "2014-01-02",
    "--to",
    "2014-03-31",
)


def waits_for(worker: Worker, what: str) -> int:
    """Count how often a worker has said that it waits for something."""
    return sum(line["event"] == "waiting" and what in str(line["what"]) for line in worker.said())


def has_decided(service: Service, count: int) -> bool:
    """Tell whether so many messages are in the journal."""
    return len(service.exported("messages")) >= count


async def send(box: Letterbox, lines: list[bytes]) -> None:
    """Send each, and wait for no answer."""
    for line in lines:
        sender, key = sender_and_key(line)
        assert sender is not None
        await box.send(sender, key, line)


async def test_a_worker_that_comes_before_its_servers_waits_for_them(service: Service) -> None:
    """It says so every few seconds, and where it is asked, and goes on by itself once they are there."""
    monitor, kafka, database = Monitor(), free_port(), free_port()
    dsn = urlsplit(service.database)
    late_dsn = service.database.replace(f":{dsn.port}/", f":{database}/")
    worker = service.start(kafka=f"127.0.0.1:{kafka}", database=late_dsn, health_port=monitor.port)
    with ExitStack() as servers:
        eventually(lambda: waits_for(worker, "no database at") > 1, "it has said twice that it waits for the database")
        assert monitor.ask("/healthz") == (200, "alive\n")
        status, why = monitor.ask("/readyz")
        assert (status, why[:15]) == (503, "no database at ")
        servers.enter_context(LatePort(database, dsn.port or 0))
        eventually(lambda: waits_for(worker, "no broker at") > 1, "it has said twice that it waits for the broker")
        servers.enter_context(LatePort(kafka, int(service.kafka.rpartition(":")[2])))
        eventually(lambda: monitor.ask("/readyz") == (200, "ready\n"), "it is ready")
        line = (CASES / "1-on-time.ndjson").read_bytes().splitlines()[0]
        sender, key = sender_and_key(line)
        assert sender is not None
        async with service.letterbox() as box:
            answer, _ = await box.ask(sender, key, line)
        assert orjson.loads(answer)["type"] == "receipt.accepted.v1"
        assert len(worker.pids()) == 1, "nobody had to start it again"
        assert worker.stop() == 0


async def test_a_worker_stopped_under_load_ends_in_time_and_loses_nothing(service: Service) -> None:
    """SIGTERM while a city's messages come: an orderly end within 10 s; its successor does the rest, each once."""
    city = service.run(*CITY).splitlines()
    worker = service.start(desk_batch="5", relay_batch="5", intake_batch="5")

    def stop() -> tuple[int, float]:
        began = time.monotonic()
        return worker.stop(), time.monotonic() - began

    half = len(city) // 2
    async with service.letterbox() as box:
        await send(box, city[:half])
        eventually(partial(has_decided, service, half), "the first half is decided")
        # each new sender was a rebalance; from here on the work is steady
        await send(box, city[half : half + half // 2])
        eventually(partial(has_decided, service, half + 1), "it is at work on the rest")
        stopping = asyncio.create_task(asyncio.to_thread(stop))
        await send(box, city[half + half // 2 : -1])
        code, took_s = await stopping
        await send(box, city[-1:])
    assert code == 0
    assert took_s < 10
    assert worker.said()[-1]["event"] == "worker stopped", "it was not cut off"
    assert len(service.exported("messages")) < len(city), "it stopped in the middle"
    service.start()
    eventually(partial(has_decided, service, len(city)), "all is decided")
    assert service.exported("events") == service.replayed()
    receipts = Counter[str]()
    for sender, mine in Counter(sender_and_key(line)[0] for line in city).items():
        assert sender is not None
        told = receipt_ids(service.read(f"{sender.role}.{sender.name}.out", partial(hold_receipts, mine)))
        receipts += Counter(set(told) if service.embedded else told)  # it knows no transactions: at least once
    assert receipts == Counter(f"{sent['source']}#{sent['id']}" for sent in map(orjson.loads, city))
