"""What is put through all three stacks: one simulated city's messages, and whoever sends them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import confluent_kafka

from drawbridge import shipped
from drawbridge.bank.codec import read_message
from drawbridge.bank.envelope import Message, Sender
from drawbridge.sending import STRUCTURED, sender_and_key
from drawbridge.simulate import Plan, simulate
from drawbridge.topics import inbound

SCHEME, POOL = "zhenjiang-2013", "qianjiang-2015"
OPERATOR, POOL_OPERATOR, AGENCY = "zhenjiang-finance-bureau", "qianjiang-finance-bureau", "qianjiang-office"
#: cases begin within so few days that what is under way at a time is a small part of a day's messages
_DAYS = {SCHEME: (date(2014, 3, 3), date(2014, 3, 14)), POOL: (date(2016, 3, 7), date(2016, 3, 18))}
_MISHAPS = 0.05
#: about how many messages a case has
_MESSAGES_A_CASE = 9
#: messages that are sent and not yet forwarded by intake, at most: the order among senders is kept that far
AHEAD = 500
DELIVERED_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Line:
    """One message and whose it is."""

    sender: Sender
    key: bytes
    value: bytes


def city(count: int, seed: int = 1, scheme: str = SCHEME) -> list[Line]:
    """Return the first messages of a busy city, in order of receipt; garbage comes from whoever spoke before."""
    plan = Plan(scheme, seed, count // _MESSAGES_A_CASE + 200, *_DAYS[scheme], _MISHAPS, shipped.calendar())
    lines: list[Line] = []
    last = Sender("operator", OPERATOR)
    for value in simulate(plan):
        sender, key = sender_and_key(value)
        last = sender or last
        lines.append(Line(last, key, value))
        if len(lines) == count:
            break
    return lines


def well_formed(lines: list[Line]) -> list[Line]:
    """Return those that the floor's and the obvious stack's models can take: they know no other answer."""
    return [
        line
        for line in lines
        if isinstance(read := read_message(line.value), Message)
        and isinstance(read.subject, str)
        and isinstance(read.attributes.get("data"), dict)
    ]


@dataclass(slots=True)
class Sending:
    """Puts lines on topics (librdkafka): as fast as may be, or at a pace."""

    kafka: str
    prefix: str
    sent: int = 0
    _producer: confluent_kafka.Producer = field(init=False)

    def __post_init__(self) -> None:
        """Connect."""
        self._producer = confluent_kafka.Producer(
            {"bootstrap.servers": self.kafka, "enable.idempotence": True, "linger.ms": 1, "log_level": 2}
        )

    def put(self, line: Line, topic: str | None = None) -> None:
        """Send one line, on its sender's topic unless another is named."""
        name = self.prefix + (inbound(line.sender) if topic is None else topic)
        self._producer.produce(name, line.value, line.key, headers=list(STRUCTURED), on_delivery=_is_there)
        self.sent += 1

    def all_at_once(self, lines: list[Line], topic: str) -> None:
        """Send lines on one topic, and return when the broker has them."""
        for line in lines:
            self.put(line, topic)
            self._producer.poll(0)
        self.delivered()

    def behind(self, lines: list[Line], forwarded: Callable[[], int], ahead: int = AHEAD) -> None:
        """Send lines, never more than some ahead of what was forwarded of all that was sent."""
        seen = forwarded()
        for line in lines:
            while self.sent - seen >= ahead:
                self._producer.poll(0.002)
                seen = forwarded()
            self.put(line)
        self.delivered()

    def at_pace(self, lines: list[Line], per_s: float, told: Callable[[Line, float], None]) -> None:
        """Send so many a second, and tell of each when it was sent (monotonic seconds)."""
        began = time.monotonic()
        for number, line in enumerate(lines):
            due = began + number / per_s
            while (now := time.monotonic()) < due:
                self._producer.poll(min(0.002, due - now))
            told(line, time.monotonic())
            self.put(line)
        self.delivered()

    def delivered(self) -> None:
        """Return when the broker has all that was sent."""
        left = self._producer.flush(DELIVERED_WITHIN_S)
        assert left == 0, f"{left} messages were never delivered"


def _is_there(error: object, _message: confluent_kafka.Message) -> None:
    assert error is None, error
