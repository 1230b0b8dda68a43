"""`drawbridge doctor`: what is well is told as well, what is not is named with what to do, and it soon ends."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import asyncpg
import confluent_kafka
import pytest
from running_service import CASES, PATIENCE_S, Service, eventually

from drawbridge.sending import sender_and_key

ENROLMENT = (CASES / "1-on-time.ndjson").read_bytes().splitlines()[0]
#: what a real broker tells only
NEEDS_KAFKA = "the embedded broker knows neither groups that can be asked nor transactions"


@dataclass(frozen=True, slots=True)
class Examined:
    """What the doctor said."""

    code: int
    levels: dict[str, str]
    said: dict[str, str]
    took_s: float


def examined(service: Service, **settings: str) -> Examined:
    """Ask the doctor; of a check with several findings the worst is kept.

    What depends on today's date has a test of its own.
    """
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "drawbridge", "doctor", "--json"],
        env=os.environ | service.environment("broker") | settings,
        capture_output=True,
        check=False,
    )
    assert done.stdout, done.stderr.decode()
    ranks = ["ok", "warn", "fail"]
    levels: dict[str, str] = {}
    said: dict[str, str] = {}
    for finding in json.loads(done.stdout)["findings"]:
        check, level = finding["check"], finding["level"]
        assert bool(finding["advice"]) == (level != "ok"), finding
        if check != "calendar" and ranks.index(level) >= ranks.index(levels.get(check, "ok")):
            levels[check], said[check] = level, f"{finding['said']} {finding['advice']}"
    return Examined(done.returncode, levels, said, time.monotonic() - began)


@contextmanager
def silent() -> Iterator[str]:
    """Yield the address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


async def test_a_service_that_works_is_told_as_well(service: Service) -> None:
    """With a worker at work and everything published, no line asks for anything."""
    if service.embedded:
        pytest.skip(NEEDS_KAFKA)
    service.start(clock="broker")
    async with service.letterbox() as box:
        sender, key = sender_and_key(ENROLMENT)
        assert sender is not None
        await box.ask(sender, key, ENROLMENT)
    deadline = time.monotonic() + PATIENCE_S
    found = examined(service)
    while set(found.levels.values()) != {"ok"}:  # the relay's copy of its cursor follows, and the group settles
        assert time.monotonic() < deadline, found
        found = examined(service)
    assert "epoch" in found.said["writers"]


async def test_what_waits_is_told_with_its_age_and_place(service: Service) -> None:
    """Without a worker the doctor says so, and in which topic the message waits."""
    if service.embedded:
        pytest.skip(NEEDS_KAFKA)
    async with service.letterbox() as box:
        sender, key = sender_and_key(ENROLMENT)
        assert sender is not None
        await box.send(sender, key, ENROLMENT)
    found = examined(service)
    assert found.code == 2
    assert found.levels["workers"] == "fail"
    assert "drawbridge worker" in found.said["workers"]
    assert f"{service.prefix}operator." in found.said["intake"]
    assert "1 records wait from offset 0 on" in found.said["intake"]


async def test_a_transaction_that_hangs_is_named(service: Service) -> None:
    """Readers of `events` wait behind it; the doctor names topic, partition and offset, and the tool that ends it."""
    if service.embedded:
        pytest.skip(NEEDS_KAFKA)
    producer = confluent_kafka.Producer(
        {
            "bootstrap.servers": service.kafka,
            "transactional.id": f"{service.prefix}hanging",
            "transaction.timeout.ms": 600_000,
        }
    )
    producer.init_transactions()
    producer.begin_transaction()
    producer.produce(f"{service.prefix}events", b"{}", partition=0)
    producer.flush()
    try:
        patience = {"DRAWBRIDGE_TRANSACTION_TIMEOUT_MS": "1000"}
        eventually(lambda: examined(service, **patience).levels["transactions"] == "fail", "it is told")
        said = examined(service, **patience).said["transactions"]
        assert f"{service.prefix}events/0: a transaction is open at offset 0" in said
        assert "kafka-transactions.sh" in said
    finally:
        producer.abort_transaction()


async def test_topics_and_tables_that_are_not_as_needed_are_told(service: Service) -> None:
    """A database without tables, a topic that is missing: each with the command that mends it."""
    connection = await asyncpg.connect(service.database)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    found = examined(service, DRAWBRIDGE_OPERATORS="zhenjiang-finance-bureau,another")
    assert found.code == 2
    assert "drawbridge migrate" in found.said["migrations"]
    assert f"{service.prefix}operator.another.out: missing" in found.said["topics"]
    assert "topics --apply" in found.said["topics"]


@pytest.mark.parametrize("is_silent", [False, True], ids=["refuses", "silent"])
def test_a_server_that_is_away_is_said_soon(service: Service, is_silent: bool) -> None:  # noqa: FBT001 - a parameter
    """Broker or database, refusing or silent: the doctor says which, looks at the rest, and ends."""
    with silent() as address:
        nowhere = address if is_silent else "127.0.0.1:1"
        without_broker = examined(service, DRAWBRIDGE_KAFKA=nowhere)
        without_database = examined(service, DRAWBRIDGE_DATABASE=f"postgresql://drawbridge@{nowhere}/drawbridge")
    assert (without_broker.code, without_broker.levels["broker"]) == (2, "fail")
    assert without_broker.levels["migrations"] == "ok"
    assert (without_database.code, without_database.levels["database"]) == (2, "fail")
    assert without_database.levels["topics"] == "ok"
    assert max(without_broker.took_s, without_database.took_s) < 30
