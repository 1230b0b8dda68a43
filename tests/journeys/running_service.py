"""The service as an operator runs it: its own commands, in processes of their own; and an independent reader."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import confluent_kafka

from drawbridge import settings, wiring
from drawbridge.sending import Letterbox
from drawbridge.settings import Settings

SCHEME = "zhenjiang-2013"
OPERATOR = "zhenjiang-finance-bureau"
#: seconds until what must come is said not to come: a busy machine may take long, and no test passes sooner for it
PATIENCE_S = 120.0
CASES = Path(__file__).parents[1] / "law" / "cases" / "shared-format"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the independent reader found it."""

    partition: int
    key: bytes
    value: bytes
    headers: dict[str, bytes]

    @property
    def type(self) -> str:
        """The `ce_type` header."""
        return self.headers["ce_type"].decode()


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that is running, and which of the two it is."""

    address: str
    embedded: bool


@dataclass(slots=True)
class Worker:
    """A supervised worker and its log."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self) -> list[dict[str, object]]:
        """Return the lines of its log so far."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def pids(self) -> list[int]:
        """Return the process ids of those that were started, the last one last."""
        return [int(str(line["pid"])) for line in self.said() if line["event"] == "worker started"]

    def last_words(self, lines: int = 60) -> str:
        """Return the end of its log, and how its process ended if it has."""
        end = self.log.read_text(encoding="utf-8").splitlines()[-lines:]
        return "\n".join([*end, f"exit code: {self.process.poll()}"])

    def stop(self) -> int:
        """Stop it in an orderly way and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@dataclass(slots=True)
class Service:
    """One test's service."""

    kafka: str
    database: str
    prefix: str
    folder: Path
    embedded: bool
    workers: list[Worker] = field(default_factory=list)

    def environment(self, clock: str = "messages") -> dict[str, str]:
        """Return the settings as environment variables, quick enough for tests."""
        return {
            "DRAWBRIDGE_KAFKA": self.kafka,
            "DRAWBRIDGE_DATABASE": self.database,
            "DRAWBRIDGE_OPERATORS": OPERATOR,
            "DRAWBRIDGE_TOPIC_PREFIX": self.prefix,
            "DRAWBRIDGE_CLOCK": clock,
            "DRAWBRIDGE_REFRESH_MS": "300",
            "DRAWBRIDGE_SESSION_TIMEOUT_MS": "3000",
            "DRAWBRIDGE_HEARTBEAT_MS": "500",
            "DRAWBRIDGE_TIMER_POLL_MS": "200",
            "DRAWBRIDGE_CLOCK_MARGIN_MS": "500",
        }

    def settings(self) -> Settings:
        """Return the settings as the service reads them."""
        return settings.load(None, self.environment())[0]

    def run(self, *arguments: str, check: bool = True, data: bytes | None = None) -> bytes:
        """Run a command of the product and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "drawbridge", *arguments],
            env=os.environ | self.environment(),
            input=data,
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"drawbridge {' '.join(arguments)}: {done.returncode}: {done.stderr.decode()[-2000:]}")
        return done.stdout

    def refused(self, *arguments: str) -> tuple[int, str]:
        """Run a command that should not succeed; return its exit code and what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "drawbridge", *arguments],
            env=os.environ | self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def prepare(self) -> None:
        """Make tables and topics."""
        self.run("migrate")
        self.run("topics", "--apply")

    def start(self, *arguments: str, clock: str = "messages", **settings: str) -> Worker:
        """Start a supervised worker, with more settings by their names in lower case."""
        log = self.folder / f"worker-{len(self.workers)}.log"
        more = {f"DRAWBRIDGE_{name.upper()}": value for name, value in settings.items()}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "drawbridge", "worker", *arguments],
                env=os.environ | self.environment(clock) | more,
                stderr=output,
                stdout=output,
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def stop_all(self) -> None:
        """Stop every worker that still runs."""
        for worker in self.workers:
            worker.stop()

    @asynccontextmanager
    async def letterbox(self) -> AsyncIterator[Letterbox]:
        """Return what sends messages and hears the answers."""
        own = self.settings()
        broker = await wiring.broker(own)
        try:
            async with Letterbox(own, broker, answer_within_s=PATIENCE_S) as box:
                yield box
        finally:
            await broker.close()

    def exported(self, kind: str, scheme: str = SCHEME) -> list[bytes]:
        """Return the lines of `drawbridge export`."""
        return self.run("export", kind, "--scheme", scheme).splitlines()

    def replayed(self, *arguments: str, show: str = "events", scheme: str = SCHEME) -> list[bytes]:
        """Return what a replay of the exported messages prints."""
        messages = b"".join(line + b"\n" for line in self.exported("messages", scheme))
        return self.run("replay", "-", "--scheme", scheme, "--show", show, *arguments, data=messages).splitlines()

    def read(self, topic: str, enough: Callable[[list[Record]], bool]) -> list[Record]:
        """Read a topic from its beginning, committed records only, until there is enough of it; fail when it is not.

        The reader is another client than the service's own (librdkafka).
        """
        consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.kafka,
                "group.id": f"{self.prefix}reader",
                "isolation.level": "read_uncommitted" if self.embedded else "read_committed",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
            }
        )
        name, begin = self.prefix + topic, confluent_kafka.OFFSET_BEGINNING
        parts = consumer.list_topics(name, timeout=PATIENCE_S).topics[name].partitions
        consumer.assign([confluent_kafka.TopicPartition(name, part, begin) for part in parts])
        found: list[Record] = []
        deadline = time.monotonic() + PATIENCE_S
        try:
            while not enough(found):
                assert time.monotonic() < deadline, f"{name} holds only {len(found)} records"
                message = consumer.poll(0.2)
                if message is not None and message.error() is None:
                    told = cast("list[tuple[str, bytes]]", message.headers() or [])
                    key, value = message.key() or b"", message.value() or b""
                    found.append(Record(message.partition() or 0, key, value, dict(told)))
        finally:
            consumer.close()
        return found


def eventually(true: Callable[[], bool], what: str) -> None:
    """Return when something has become true; fail when it does not in time."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:.0f} s: {what}"
        time.sleep(0.1)
