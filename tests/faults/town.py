"""Two simulated cities at the broker, a scheme each: they send messages, and probes; where each went is remembered."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count, islice
from uuid import uuid4

import confluent_kafka
import orjson
from running_service import OPERATOR, SCHEME
from two_cities import IN_BOTH, LENDER, POOL

from drawbridge import shipped
from drawbridge.bank.envelope import Sender
from drawbridge.law import SCHEMES
from drawbridge.sending import STRUCTURED, sender_and_key
from drawbridge.settings import Clock
from drawbridge.simulate import Plan, simulate
from drawbridge.topics import inbound, partition_of

#: a record's place: topic with prefix, and offset; a sender's topic has one partition
Place = tuple[str, int]
#: figures of the broker's answer are waited for this long: it may be down meanwhile
DELIVERED_WITHIN_S = 90.0
#: each scheme's city: its days, how often something goes wrong there, and how many banks are enrolled at first
CITIES = {
    SCHEME: (date(2014, 1, 2), date(2016, 12, 30), 0.1, 10),
    POOL: (date(2015, 6, 15), date(2016, 12, 30), 0.6, 2),
}
#: the messages with which all banks are enrolled: they have no topics before
ENROLMENTS = sum(banks for *_, banks in CITIES.values())


@dataclass(slots=True)
class Town:
    """Everybody who sends.

    Attributes:
        cases: of all cities together.
        schemes: whose cities they are.
        clock: the service's; by the broker's, no sender has a say in when he was heard.
        sent: what was sent, by its place.
    """

    kafka: str
    prefix: str
    seed: int
    cases: int
    clock: Clock = "messages"
    schemes: Sequence[str] = tuple(CITIES)
    sent: dict[Place, bytes] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _last: Sender = field(default_factory=lambda: Sender("operator", OPERATOR))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _lines: Iterator[bytes] = field(init=False)
    _producer: confluent_kafka.Producer = field(init=False)

    def __post_init__(self) -> None:
        """Connect; the producer repeats what the broker did not answer, and the broker drops the repetition."""
        self._lines = self._told()
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
        """Send the cities' next messages, and return how many there were; nobody waits for an answer."""
        lines = list(islice(self._lines, how_many))
        for line in lines:
            sender, key = sender_and_key(line)
            self._last = sender or self._last  # garbage comes from whoever spoke before
            self._put(self._last, key, line)
        self._producer.poll(0)
        return len(lines)

    def probe(self, partitions: int) -> set[bytes]:
        """Send a message to each partition of `facts`; return the ids of the receipts that are to come.

        Some partitions belong to no scheme: what is said to them is answered with a refusal, by their own desks.
        """
        ids, homes = set(), {partition_of(scheme, partitions): scheme for scheme in SCHEMES}
        for wanted in range(partitions):
            scheme = homes.get(wanted) or _scheme_of(wanted, partitions)
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

    def _told(self) -> Iterator[bytes]:
        """Yield the messages: the enrolments of all cities, then one of each in turn."""
        cities = []
        for scheme in self.schemes:
            first_on, last_on, mishaps, banks = CITIES[scheme]
            cases = self.cases // len(self.schemes)
            plan = Plan(scheme, self.seed, cases, first_on, last_on, mishaps, shipped.calendar())
            city = map(self._as_heard, simulate(plan))
            yield from islice(city, banks)
            cities.append(city)
        for together in zip(*cities, strict=False):
            yield from together

    def _as_heard(self, line: bytes) -> bytes:
        """Return a message as it is sent here."""
        line = line.replace(LENDER, IN_BOTH)
        try:
            envelope = orjson.loads(line)
        except orjson.JSONDecodeError:
            return line
        if self.clock == "broker":
            envelope.pop("recordedtime", None)
        return orjson.dumps(envelope)

    def _put(self, sender: Sender, key: bytes, line: bytes) -> None:
        """Send on the sender's topic, which a bank has from its enrolment on."""
        topic = self.prefix + inbound(sender)
        deadline = time.monotonic() + DELIVERED_WITHIN_S
        while topic not in self._known:
            self._known |= set(self._producer.list_topics(timeout=DELIVERED_WITHIN_S).topics)
            assert time.monotonic() < deadline, f"there is no topic {topic}"

        def told(error: object, message: confluent_kafka.Message) -> None:
            assert error is None, error
            self.sent[topic, message.offset() or 0] = line

        self._producer.produce(topic, line, key, headers=list(STRUCTURED), on_delivery=told)


def _scheme_of(partition: int, partitions: int) -> str:
    """Return the name of a scheme that does not exist and would belong to a partition."""
    return next(name for name in (f"nowhere-{n}" for n in count()) if partition_of(name, partitions) == partition)
