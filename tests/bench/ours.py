"""Our own service as it is run: workers in processes of their own, with the settings' defaults but for the clock.

It is the messages' own (a sandbox), so that a year's deadlines come up among them as they do in a year.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import asyncpg
import confluent_kafka
import orjson
from load import AGENCY, OPERATOR, POOL_OPERATOR, SCHEME, Line, Sending
from metal import until

from drawbridge import settings, wiring
from drawbridge.settings import Settings
from drawbridge.topics import partition_of, sender_plans

#: no stage may take longer
WITHIN_S = 300.0
PARTITIONS = 4
#: the partition on which the city is decided
HOT = partition_of(SCHEME, PARTITIONS)


class NotEqualError(AssertionError):
    """What went in is not what came out: the run counts for nothing."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a run left behind, everywhere."""

    sent: int
    journal: int
    receipts: int
    events: int
    published: int

    def check(self) -> "Count":
        """Return it when everything is equal.

        Raises:
            NotEqualError: it is not.
        """
        if not self.sent == self.journal == self.receipts or self.events != self.published:
            raise NotEqualError(str(self))
        return self

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"in {self.sent:,}, receipts and dead letters {self.receipts:,}, journal {self.journal:,};"
            f" events {self.events:,}, published {self.published:,}"
        )


@dataclass(slots=True)
class Ours:
    """One service: tables and topics of its own.

    Attributes:
        kafka: the broker's address.
        database: the DSN of an empty database.
        prefix: of its topics.
        folder: for logs.
    """

    kafka: str
    database: str
    prefix: str
    folder: Path
    sending: Sending = field(init=False)
    _asking: confluent_kafka.Consumer = field(init=False)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _connection: asyncpg.Connection | None = None
    _workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def __post_init__(self) -> None:
        """Connect."""
        self.sending = Sending(self.kafka, self.prefix)
        self._asking = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.kafka,
                "group.id": f"{self.prefix}bench",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "log_level": 2,
            }
        )

    def environment(self) -> dict[str, str]:
        """Return the settings as environment variables."""
        return {
            "DRAWBRIDGE_KAFKA": self.kafka,
            "DRAWBRIDGE_DATABASE": self.database,
            "DRAWBRIDGE_OPERATORS": f"{OPERATOR},{POOL_OPERATOR}",
            "DRAWBRIDGE_AGENCIES": AGENCY,
            "DRAWBRIDGE_TOPIC_PREFIX": self.prefix,
            "DRAWBRIDGE_CLOCK": "messages",
        }

    def settings(self) -> Settings:
        """Return the settings as the service reads them."""
        return settings.load(None, self.environment())[0]

    def command(self, *arguments: str) -> None:
        """Run a command of the product."""
        done = subprocess.run(
            [sys.executable, "-m", "drawbridge", *arguments],
            env=os.environ | self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"drawbridge {' '.join(arguments)}: {done.stderr[-2000:]}"

    def prepare(self, lines: Sequence[Line]) -> None:
        """Make tables and topics, those of every bank that will speak too."""
        self.command("migrate")
        self.command("topics", "--apply")
        own = self.settings()
        senders = {line.sender for line in lines}

        async def make() -> None:
            broker = await wiring.broker(own)
            await broker.create([plan for sender in senders for plan in sender_plans(own, sender)])
            await broker.close()

        asyncio.run(make())

    def forget_origins(self) -> None:
        """Have the journal begin with the broker, after it was written without one; nothing of it is published."""
        self.ask("UPDATE writers SET next_offset = 0 RETURNING 0")
        self.ask("DELETE FROM origins RETURNING 0")
        self.command("relay", "--partition", str(HOT), "--from", str(self.written() + 1), "--yes")

    @contextmanager
    def worker(self, roles: str, program: Sequence[str] = ("-m", "drawbridge", "worker")) -> Iterator[int]:
        """Run a worker, and give its process id."""
        log = self.folder / f"{self.prefix}{roles}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *program, "--unsupervised", "--roles", roles],
                env=os.environ | self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self._workers.append(process)
        try:
            yield process.pid
        finally:
            self._workers.remove(process)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Return when something has become true.

        Raises:
            AssertionError: it did not in time, or a worker ended.
        """

        def is_true() -> bool:
            ended = [worker.pid for worker in self._workers if worker.poll() is not None]
            assert not ended, f"a worker ended; its log is in {self.folder}"
            return true()

        until(is_true, what, WITHIN_S)

    # --- how far it has come

    def ask(self, query: str, *arguments: object) -> int:
        """Return a number from the database; 0 for none."""

        async def fetch() -> int:
            if self._connection is None:
                self._connection = await asyncpg.connect(self.database)
            return int(await self._connection.fetchval(query, *arguments) or 0)

        return self._loop.run_until_complete(fetch())

    def ends(self, topic: str, partitions: int = PARTITIONS) -> int:
        """Return how many records a topic without transactions holds."""
        places = [confluent_kafka.TopicPartition(self.prefix + topic, number) for number in range(partitions)]
        return sum(self._asking.get_watermark_offsets(place, 10, cached=False)[1] for place in places)

    def forwarded(self) -> int:
        """Return how many messages intake has forwarded."""
        return self.ends("facts")

    def decided(self) -> int:
        """Return how many facts are in the journal."""
        return self.ask("SELECT sum(next_offset)::bigint FROM writers")

    def written(self) -> int:
        """Return how many rows the journal owes to the world."""
        return self.ask("SELECT sum(position)::bigint FROM writers")

    def published(self) -> int:
        """Return how many of them were published, as the relay has told the database."""
        return self.ask("SELECT sum(position)::bigint FROM relay_cursors")

    def all_published(self) -> bool:
        """Whether everything that was sent is answered and published."""
        return self.decided() == self.sending.sent and self.published() == self.written()

    def close(self) -> None:
        """Disconnect."""
        if self._connection is not None:
            self._loop.run_until_complete(self._connection.close())
        self._loop.close()
        self._asking.close()

    # --- what is there in the end

    def count(self) -> Count:
        """Count what went in, what the journal holds, and what an independent reader finds (committed records only)."""
        journal = self.ask("SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM dead_letters)")
        events = self.ask("SELECT count(*) FROM events")
        receipts, published = self._read()
        return Count(self.sending.sent, journal, receipts.total(), events, published.total())

    def count_of(self, lines: Sequence[Line]) -> dict[str, Count]:
        """Count the same of each scheme by itself, where these well-formed lines are all that was sent."""
        receipts, published = self._read()
        return {
            scheme: Count(
                sent,
                self.ask(
                    "SELECT (SELECT count(*) FROM messages WHERE scheme = $1)"
                    " + (SELECT count(*) FROM dead_letters WHERE scheme = $1)",
                    scheme,
                ),
                receipts[scheme],
                self.ask("SELECT count(*) FROM events WHERE scheme = $1", scheme),
                published[scheme],
            )
            for scheme, sent in Counter(str(orjson.loads(line.value)["scheme"]) for line in lines).items()
        }

    def _read(self) -> tuple[Counter[str], Counter[str]]:
        """Read all outputs to their ends: (answers, events) by scheme, '' where a dead letter has none."""
        ends = {}
        for name, topic in self._asking.list_topics(timeout=30).topics.items():
            short = name.removeprefix(self.prefix)
            if name.startswith(self.prefix) and (short in ("events", "dead-letters") or short.endswith(".out")):
                for number in topic.partitions:
                    place = confluent_kafka.TopicPartition(name, number, confluent_kafka.OFFSET_BEGINNING)
                    low, high = self._asking.get_watermark_offsets(place, 10, cached=False)
                    if high > low:
                        ends[name, number] = (place, high)
        self._asking.assign([place for place, _ in ends.values()])
        receipts, published = Counter[str](), Counter[str]()
        deadline = time.monotonic() + WITHIN_S
        while ends:
            assert time.monotonic() < deadline, f"not read to the end: {sorted(ends)}"
            for message in self._asking.consume(2000, 0.2):
                topic_ = (message.topic() or "").removeprefix(self.prefix)
                told = dict(cast("list[tuple[str, bytes]]", message.headers() or []))
                is_answer = topic_ == "dead-letters" or (told.get("ce_type") or b"").startswith(b"receipt.")
                if topic_ == "events" or is_answer:
                    scheme = _scheme_of(message.value() or b"")
                    (receipts if is_answer else published)[scheme] += 1
            ends = {
                (place.topic, place.partition): ends[place.topic, place.partition]
                for place in self._asking.position([place for place, _ in ends.values()])
                if place.offset < ends[place.topic, place.partition][1]
            }
        self._asking.unassign()
        return receipts, published


def _scheme_of(published: bytes) -> str:
    """Return the scheme of an answer or event, or of what a dead letter holds; '' where there is none."""
    told = orjson.loads(published)
    with suppress(ValueError, KeyError, TypeError):
        return str((orjson.loads(b64decode(told["bytes"])) if "bytes" in told else told)["scheme"])
    return ""
