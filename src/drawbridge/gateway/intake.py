"""What comes on a sender's topic: checked as far as no state is needed, and forwarded as a fact, keyed by scheme.

Stateless, and it loses nothing: a batch is acknowledged only when every fact of it is delivered, and any exception ends
the process, so that its successor reads the batch again. What is forwarded twice the desk drops, by its origin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from drawbridge.bank.codec import read_json, read_message
from drawbridge.bank.envelope import SHANGHAI, DeadLetter, Message, Sender
from drawbridge.delivery import Deliver, Outgoing
from drawbridge.gateway import binary
from drawbridge.gateway.facts import Fact, at_milliseconds, to_headers
from drawbridge.gateway.rulings import RulingError, is_ruling, read_ruling
from drawbridge.record.rows import Origin
from drawbridge.settings import Settings
from drawbridge.topics import FACTS, partition_of, sender_of

#: what a broker's record says of its timestamp: set by the broker when it appended the record
LOG_APPEND_TIME = 1


class IntakeError(RuntimeError):
    """A sender's topic is not as it must be; the message says what to do."""


class Received(NamedTuple):
    """A record of a sender's topic."""

    origin: Origin
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp_ms: int
    timestamp_type: int | None


@dataclass(slots=True)
class Intake:
    """Forwards batches.

    Attributes:
        partitions: how many the topic `facts` has.
        embedded: whether the broker keeps the senders' timestamps, so that this clock must stand in for its own.
    """

    settings: Settings
    deliver: Deliver
    partitions: int
    embedded: bool

    async def forward(self, batch: Sequence[Received]) -> None:
        """Forward a batch in order, and return when all of it is delivered.

        Raises:
            IntakeError: a topic's records do not carry the broker's append time.
            KafkaError: not all was delivered.
        """
        records = []
        for received in batch:
            scheme, fact = self.check(received)
            partition = self._partition(scheme, fact)
            headers = to_headers(fact)
            records.append(Outgoing(self.settings.topic(FACTS), partition, scheme.encode(), fact.value, headers))
        await self.deliver(records)

    def check(self, received: Received) -> tuple[str, Fact]:
        """Return the scheme that a record is for ('' when it cannot be told), and the fact that is forwarded."""
        fact = Fact(received.origin, self._recorded_at(received), received.value or b"", received.headers)
        return ("", self._ruling(fact)) if is_ruling(fact.headers) else checked(self.settings, fact)

    def _ruling(self, fact: Fact) -> Fact:
        """Return an operator's ruling on a dead letter; whether it can be carried out, its desk finds out."""
        try:
            _, ruling = read_ruling(self.settings, fact)
        except RulingError as why:
            return fact.refuse(why.reason, str(why))
        if ruling.partition >= self.partitions:
            return fact.refuse("malformed", f"the journal has no partition {ruling.partition}")
        return fact

    def _partition(self, scheme: str, fact: Fact) -> int:
        """Return the partition of `facts` for a fact: a ruling goes where its dead letter stands."""
        if fact.refused is None and is_ruling(fact.headers):
            return read_ruling(self.settings, fact)[1].partition
        return partition_of(scheme, self.partitions)

    def _recorded_at(self, received: Received) -> datetime:
        """Return the append time of the record."""
        if received.timestamp_type == LOG_APPEND_TIME:
            return at_milliseconds(received.timestamp_ms)
        if not self.embedded:
            raise IntakeError(
                f"{received.origin.topic} does not keep the broker's append time: set message.timestamp.type to"
                " LogAppendTime (`drawbridge topics` shows what differs)"
            )
        now = datetime.now(SHANGHAI)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def checked(settings: Settings, fact: Fact) -> tuple[str, Fact]:
    """Return the scheme that a fact is for ('' when it cannot be told), and the fact, refused when it has to be."""
    read = read_fact(fact, sandbox=settings.sandbox)
    if isinstance(read, DeadLetter):
        return _scheme_of(fact), fact.refuse(read.reason, read.detail)
    sender = sender_of(settings, fact.origin.topic)
    if read.sender != sender:
        return read.scheme, fact.refuse("unknown-sender", _not_his(fact.origin.topic, sender, read.source))
    return read.scheme, fact


def read_fact(fact: Fact, *, sandbox: bool) -> Message | DeadLetter:
    """Read a fact's message: in binary mode put together first; in a sandbox with the time that it tells itself."""
    raw = fact.value
    if binary.is_binary(fact.headers):
        try:
            raw = binary.structured(raw, fact.headers)
        except binary.BinaryModeError as why:
            return DeadLetter("malformed", str(why), fact.value, fact.recorded_at)
    return read_message(raw, None if sandbox else fact.recorded_at)


def _not_his(topic: str, sender: Sender | None, source: str) -> str:
    """Say why a message's source does not belong to the topic it came on."""
    if sender is None:
        return f"nobody may speak on {topic}: its sender is not known here"
    return f"`source` is {source!r}, but {topic} is the topic of urn:{sender.role}:{sender.name}"


def _scheme_of(fact: Fact) -> str:
    """Return the scheme that malformed bytes name, or '': it only files them."""
    for name, raw in fact.headers:
        if name.lower() == "ce_scheme":
            return raw.decode(errors="replace")[:200]
    try:
        value = read_json(fact.value)
    except ValueError:
        return ""
    scheme = value.get("scheme") if isinstance(value, dict) else None
    return scheme[:200] if isinstance(scheme, str) else ""
