"""From a row of the journal to the records that are published of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import orjson

from drawbridge.delivery import Outgoing
from drawbridge.law import Event, read_event
from drawbridge.record.owed import Owed, OwedDeadLetter, OwedEvent, OwedReceipt
from drawbridge.relay.channels import Told, copies, credit_key
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, DEAD_LETTERS, EVENTS, partition_of
from drawbridge.traces import TRACEPARENT
from drawbridge.watch.alerts import CONCERNED

STRUCTURED = ("content-type", b"application/cloudevents+json; charset=UTF-8")


@dataclass(frozen=True, slots=True)
class Recorder:
    """Makes records.

    Attributes:
        partitions: how many each topic has, by its name without prefix; those of senders have one.
        agencies: the agencies of a scheme.
        alerts_of: the alerts that an event raises or clears; it remembers those not cleared.
    """

    settings: Settings
    partitions: dict[str, int]
    agencies: Callable[[str], Iterable[str]]
    alerts_of: Callable[[Event], list[bytes]]

    def records(self, owed: Owed) -> list[Outgoing]:
        """Return what is published of one row, in order."""
        match owed:
            case OwedReceipt():
                return [self._receipt(owed)]
            case OwedDeadLetter():
                return [self._record(DEAD_LETTERS, owed.key, owed.key, owed.line, owed.headers)]
            case OwedEvent():
                return self._event(owed)

    def remember(self, line: bytes) -> None:
        """Take note of an event that was published before: an alert of it may be cleared later."""
        self.alerts_of(read_event(line))

    def _receipt(self, owed: OwedReceipt) -> Outgoing:
        """Return a receipt's record; in a sandbox it says so."""
        envelope = orjson.loads(owed.line)
        headers = _headers(envelope["type"], envelope["id"])
        headers += _traced(owed.traceparent)
        if self.settings.sandbox:
            headers.append(("sandbox", b"true"))
        return self._record(owed.topic, str(envelope.get("subject", "")), "", owed.line, headers)

    def _event(self, owed: OwedEvent) -> list[Outgoing]:
        """Return an event's record for everyone, its copies, its place in the credit feed, and the alerts."""
        event = orjson.loads(owed.line)
        type_, subject = event["type"], event["subject"]
        told = Told(owed.line, type_, subject, event["data"], tuple(owed.banks), tuple(owed.cause_hidden_from))
        untraced = _headers(type_, event["id"])
        by_itself = event["causationid"].startswith("timer:")  # also when a message was what let time pass
        headers = untraced if by_itself else untraced + _traced(owed.traceparent)
        records = [self._record(EVENTS, subject, owed.scheme, owed.line, headers)]
        for topic, line in copies(told, self.agencies(owed.scheme)):
            # whoever must not learn which message was the cause must not find it by its trace
            records.append(self._record(topic, subject, "", line, headers if line == owed.line else untraced))
        key = credit_key(owed.scheme, told)
        if key is not None:
            records.append(self._record(CREDIT_RECORDS, key, subject, owed.line, headers))
        for line in self.alerts_of(read_event(owed.line)) if type_ in CONCERNED else ():
            alert = orjson.loads(line)
            told_as = _headers(alert["type"], alert["id"])
            records.append(self._record(ALERTS, alert["subject"], owed.scheme, line, told_as))
        return records

    def _record(self, topic: str, key: str, spread: str, value: bytes, headers: list[tuple[str, bytes]]) -> Outgoing:
        """Return a record on the partition to which `spread` belongs."""
        count = self.partitions.get(topic, 1)
        partition = 0 if count == 1 else partition_of(spread, count)
        return Outgoing(self.settings.topic(topic), partition, key.encode(), value, headers)


def _headers(type_: str, id_: str) -> list[tuple[str, bytes]]:
    """Return the headers by which a reader can choose without parsing."""
    return [STRUCTURED, ("ce_type", type_.encode()), ("ce_id", id_.encode())]


def _traced(traceparent: str | None) -> list[tuple[str, bytes]]:
    """Return the header that ties a record to the message that caused it."""
    return [] if traceparent is None else [(TRACEPARENT, traceparent.encode())]
