"""A worker is killed with SIGKILL while a city's messages go through; the supervisor starts it again."""

import os
import signal
import time
from collections import Counter
from functools import partial

import orjson
from running_service import SCHEME, Record, Service, Worker, eventually

from drawbridge.sending import sender_and_key

KILLS = 4


async def test_nothing_is_lost_and_nothing_is_told_twice(service: Service) -> None:
    """Each message gets exactly one receipt, and the journal is published once, in order, through every kill."""
    city = service.run(
        *("simulate", "--scheme", SCHEME, "--seed", "11", "--cases", "40", "--mishaps", "0"),
        *("--from", "2014-01-02", "--to", "2014-02-28"),
    ).splitlines()
    worker, killed = service.start(), set[int]()
    async with service.letterbox() as box:
        for number, line in enumerate(city):
            sender, key = sender_and_key(line)
            assert sender is not None
            await box.send(sender, key, line)
            if number % (len(city) // KILLS) == len(city) // KILLS - 1:
                eventually(partial(kill_the_next, worker, killed), "the worker is up again, and is killed")
    eventually(lambda: len(service.exported("messages")) >= len(city), "every message is decided")
    assert len(killed) == KILLS
    eventually(lambda: worker.pids()[-1] not in killed, "it was started again each time")

    journal = service.exported("events")
    service.run("verify", "-", data=b"\n".join(journal))
    assert service.replayed() == journal
    assert len(service.exported("messages")) == len(city)

    events = service.read("events", lambda found: len(found) >= len(journal))
    receipts = []
    for sender in {sender_and_key(line)[0] for line in city}:
        assert sender is not None
        mine = sum(sender_and_key(line)[0] == sender for line in city)
        told = service.read(f"{sender.role}.{sender.name}.out", partial(hold_receipts, mine))
        receipts += receipt_ids(told)
    if service.embedded:  # it knows no transactions: at least once
        events = list({record.value: record for record in events}.values())
        receipts = list(set(receipts))
    assert [record.value for record in events] == journal
    assert Counter(receipts) == Counter(f"{sent['source']}#{sent['id']}" for sent in map(orjson.loads, city))


async def test_an_orderly_stop_takes_less_than_ten_seconds(service: Service) -> None:
    """SIGTERM ends a worker with exit code 0, soon."""
    worker = service.start()
    eventually(lambda: any(line["event"] == "relay opened" for line in worker.said()), "the worker serves")
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 10


def kill_the_next(worker: Worker, killed: set[int]) -> bool:
    """Kill the process that was started last and note it; False where it was killed before or has ended by itself."""
    pid = next(reversed(worker.pids()), None)
    if pid is None or pid in killed:
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:  # it began anew by itself, as where the framework left out a record: another comes
        return False
    killed.add(pid)
    return True


def hold_receipts(count: int, records: list[Record]) -> bool:
    """Whether there are so many receipts among these records."""
    return len(receipt_ids(records)) >= count


def receipt_ids(records: list[Record]) -> list[str]:
    """Return the ids of the receipts among these records."""
    return [record.headers["ce_id"].decode() for record in records if record.type.startswith("receipt.")]
