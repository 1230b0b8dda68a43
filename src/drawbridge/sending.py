"""A sender's side of the topics: puts messages on them, and waits for each answer. For sandboxes, demos and tests."""

import asyncio
import time
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from drawbridge.bank.envelope import Sender, parse_source
from drawbridge.delivery import Delivery, Outgoing
from drawbridge.record.rows import Origin
from drawbridge.settings import Settings
from drawbridge.topics import DEAD_LETTERS, inbound, outbound
from drawbridge.wiring import Broker

STRUCTURED = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
#: a bank enrolled a moment ago has its topics within this time
TOPIC_WITHIN_S = 60.0


class SendingError(RuntimeError):
    """A message cannot be sent, or is not answered; the message says what to check."""


def sender_and_key(line: bytes) -> tuple[Sender | None, bytes]:
    """Return whose message a line is (None when it does not tell) and its subject, the record's key."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None, b""
    if not isinstance(value, dict):
        return None, b""
    source = value.get("source")
    return parse_source(source) if isinstance(source, str) else None, str(value.get("subject", "")).encode()


@dataclass(slots=True)
class Letterbox:
    """Sends lines, each on its sender's topic, and hears the answers.

    Attributes:
        answer_within_s: seconds after which a missing answer is an error.
    """

    settings: Settings
    broker: Broker
    answer_within_s: float = 60.0
    _producer: AIOKafkaProducer = field(init=False)
    _deliver: Delivery = field(init=False)
    _ears: AIOKafkaConsumer = field(init=False)
    _known: set[str] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        """Connect."""
        self._producer, self._ears = self.broker.producer(), self.broker.consumer()
        self._deliver = Delivery(self._producer)
        try:
            await self._producer.start()
            await self._ears.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self._ears.stop()
        await self._producer.stop()

    async def send(
        self, sender: Sender, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]] = tuple(STRUCTURED)
    ) -> Origin:
        """Put a message on its sender's topic, and return where it stands there once the broker has it.

        Raises:
            SendingError: he has no topic.
        """
        topic = await self._existing(self.settings.topic(inbound(sender)), sender)
        await self._deliver([Outgoing(topic, 0, key, value, headers)])
        return Origin(topic, 0, self._deliver.ends[topic, 0] - 1)

    async def ask(
        self, sender: Sender, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]] = tuple(STRUCTURED)
    ) -> tuple[bytes, dict[str, bytes]]:
        """Send a message and return its receipt, or its dead letter, with the record's headers.

        Nothing else may be sent by this sender meanwhile: the answer to a repeated message looks like the first one.

        Raises:
            SendingError: he has no topic, or no answer came in time.
        """
        await self._existing(self.settings.topic(inbound(sender)), sender)
        answers = await self._existing(self.settings.topic(outbound(sender)), sender)
        dead_letters = self.settings.topic(DEAD_LETTERS)
        await self._listen(answers)
        await self._listen(dead_letters)
        await self.send(sender, key, value, headers)
        deadline = time.monotonic() + self.answer_within_s
        while time.monotonic() < deadline:
            for records in (await self._ears.getmany(timeout_ms=200)).values():
                for record in records:
                    if record.topic == answers and _is_receipt(record.headers):
                        return record.value, dict(record.headers)
                    if record.topic == dead_letters and _buries(record.value, value):
                        return record.value, dict(record.headers)
        raise SendingError(
            f"no answer to a message of urn:{sender.role}:{sender.name} within {self.answer_within_s:.0f} s:"
            " is `drawbridge worker` running?"
        )

    async def _existing(self, topic: str, sender: Sender) -> str:
        """Return the topic once it exists; a bank's may be in the making."""
        deadline = time.monotonic() + (TOPIC_WITHIN_S if sender.role == "bank" else 0)
        while topic not in self._known:
            self._known |= await self.broker.topics()
            if topic in self._known:
                break
            if time.monotonic() > deadline:
                raise SendingError(
                    f"there is no topic {topic}: a bank has one from its enrolment on, an operator or agency when it is"
                    " named in the settings and `drawbridge topics --apply` has run"
                )
            await asyncio.sleep(0.2)
        return topic

    async def _listen(self, topic: str) -> None:
        """Hear what is published on a topic from now on."""
        place, heard = TopicPartition(topic, 0), self._ears.assignment()
        if place in heard:
            return
        positions = {known: await self._ears.position(known) for known in heard}
        ends = await self._ears.end_offsets([place])
        self._ears.assign([*heard, place])
        for known, position in (positions | ends).items():
            self._ears.seek(known, position)
        if self.broker.embedded:  # it tells an end that is too low: what is there already is no answer
            while await self._ears.getmany(place, timeout_ms=200):
                pass


def _is_receipt(headers: Sequence[tuple[str, bytes]]) -> bool:
    """Whether a record on a sender's topic is a receipt, not an event."""
    return dict(headers).get("ce_type", b"").startswith(b"receipt.")


def _buries(dead_letter: bytes, value: bytes) -> bool:
    """Whether a dead letter is of these bytes."""
    return b64decode(orjson.loads(dead_letter)["bytes"]) == value
