"""A simulated city at the broker: sends its messages, and probes; remembers where the broker put each."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count, islice
from uuid import uuid4

import confluent_kafka
import orjson
from running_service import OPERATOR, SCHEME

from drawbridge import shipped
from drawbridge.bank.envelope import Sender
from drawbridge.sending import STRUCTURED, sender_and_key
from drawbridge.simulate import Plan, simulate
from drawbridge.topics import inbound, partition_of

#: a record's place: topic with prefix, and offset; a sender's topic has one partition
Place = tuple[str, int]
#: figures of the broker's answer are waited for this long: it may be down meanwhile
DELIVERED_WITHIN_S = 90.0


@dataclass(slots=True)
class Town:
    """Everybody who sends.

    Attributes:
        sent: what was sent, by its place.
    """

    kafka: str
    prefix: str
    seed: int
    cases: int
    sent: dict[Place, bytes] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _last: Sender = field(default_factory=lambda: Sender("operator", OPERATOR))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _lines: Iterator[bytes] = field(init=False)
    _producer: confluent_kafka.Producer = field(init=False)

    def __post_init__(self) -> None:
        """Connect; the producer repeats what the broker did not answer, and the broker drops the repetition."""
        days = date(2014, 1, 2), date(2016, 12, 30)
        self._lines = iter(simulate(Plan(SCHEME, self.seed, self.cases, *days, 0.1, shipped.calendar())))
        self._producer = confluent_kafka.Producer(
            {
                "bootstrap.servers": self.kafka,
                "enable.idempotence": True,
                "linger.ms": 1,
                "message.timeout.ms": int(DELIVERED_WITHIN_S * 1000),
                "reconnect.backoff.max.ms": 500,
                "log_level": 2,  # the broker is away now and then
            }
        )

    def send(self, how_many: int) -> int:
        """Send the city's next messages, and return how many there were; nobody waits for an answer."""
        lines = list(islice(self._lines, how_many))
        for line in lines:
            sender, key = sender_and_key(line)
            self._last = sender or self._last  # garbage comes from whoever spoke before
            self._put(self._last, key, line)
        self._producer.poll(0)
        return len(lines)

    def probe(self, partitions: int) -> set[bytes]:
        """Send a message to each partition of `facts`; return the ids of the receipts that are to come.

        Each partition but one belongs to no scheme: what is said to it is answered with a refusal, by its own desk.
        """
        ids = set()
        for wanted in range(partitions):
            scheme = SCHEME if partition_of(SCHEME, partitions) == wanted else _scheme_of(wanted, partitions)
            name, source = f"probe-{uuid4().hex}", f"urn:operator:{OPERATOR}"
            envelope: dict[str, object] = {
                "specversion": "1.0",
                "id": name,
                "source": source,
                "type": "operator.probe.v1",
                "subject": f"probe/{next(self._numbers)}",
                "time": "2014-01-02T08:00:00.000+08:00",
                "scheme": scheme,
                "datacontenttype": "application/json",
                "data": {},
            }
            self._put(Sender("operator", OPERATOR), b"", orjson.dumps(envelope))
            ids.add(f"{source}#{name}".encode())
        self._producer.poll(0)
        return ids

    def delivered(self) -> None:
        """Return when the broker has all that was sent."""
        left = self._producer.flush(DELIVERED_WITHIN_S)
        assert left == 0, f"{left} messages were never delivered"

    def _put(self, sender: Sender, key: bytes, line: bytes) -> None:
        """Send on the sender's topic, which a bank has from its enrolment on."""
        topic = self.prefix + inbound(sender)
        deadline = time.monotonic() + DELIVERED_WITHIN_S
        while topic not in self._known:
            self._known |= set(self._producer.list_topics(timeout=10).topics)
            assert time.monotonic() < deadline, f"there is no topic {topic}"

        def told(error: object, message: confluent_kafka.Message) -> None:
            assert error is None, error
            self.sent[topic, message.offset() or 0] = line

        self._producer.produce(topic, line, key, headers=list(STRUCTURED), on_delivery=told)


def _scheme_of(partition: int, partitions: int) -> str:
    """Return the name of a scheme that does not exist and would belong to a partition."""
    return next(name for name in (f"nowhere-{n}" for n in count()) if partition_of(name, partitions) == partition)
