"""An independent reader (librdkafka) of everything that the service publishes: committed records only."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import confluent_kafka
from running_service import Record

#: nothing more is on its way when a poll of this length brought nothing
QUIET_S = 0.3


@dataclass(slots=True)
class Witness:
    """Reads all outputs as they come.

    Attributes:
        found: the records of each topic and partition, in their order.
    """

    kafka: str
    prefix: str
    found: dict[tuple[str, int], list[Record]] = field(default_factory=lambda: defaultdict(list))
    receipts: set[bytes] = field(default_factory=set)
    _reader: confluent_kafka.Consumer = field(init=False)
    _places: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Connect."""
        self._reader = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.kafka,
                "group.id": f"{self.prefix}witness",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "reconnect.backoff.max.ms": 500,
                "log_level": 2,  # the broker is away now and then
                "fetch.wait.max.ms": 100,
            }
        )

    def find_topics(self) -> None:
        """Read new outputs too, each from its beginning."""
        for name, topic in self._reader.list_topics(timeout=30).topics.items():
            short = name.removeprefix(self.prefix)
            is_output = short in ("events", "alerts", "credit.records", "dead-letters") or short.endswith(".out")
            if not name.startswith(self.prefix) or not is_output:
                continue
            new = {(name, partition) for partition in topic.partitions} - self._places
            begin = confluent_kafka.OFFSET_BEGINNING
            if new:
                self._reader.incremental_assign([confluent_kafka.TopicPartition(*place, begin) for place in new])
            self._places |= new

    def read(self) -> bool:
        """Take what has come; whether there was anything."""
        messages = self._reader.consume(500, QUIET_S)
        for message in messages:
            if message.error() is not None:  # the broker is away: the reader comes back by itself
                continue
            headers = cast("list[tuple[str, bytes]]", message.headers() or [])
            told = dict(headers)
            place = (message.topic() or "").removeprefix(self.prefix), message.partition() or 0
            record = Record(place[1], message.key() or b"", message.value() or b"", told)
            self.found[place].append(record)
            if told.get("ce_type", b"").startswith(b"receipt."):
                self.receipts.add(told["ce_id"])
        return any(message.error() is None for message in messages)

    def read_until(self, enough: Callable[[], bool], within_s: float) -> bool:
        """Read until there is enough, and then until nothing more comes; whether there was enough in time."""
        deadline = time.monotonic() + within_s
        while not enough() and time.monotonic() < deadline:
            self.read()
        while self.read():
            pass
        return enough()

    def close(self) -> None:
        """Disconnect."""
        self._reader.close()
