"""Intake: checks that need no state, forwarding by scheme, and its own headers."""

import json
from datetime import datetime

import pytest
from aiokafka import ConsumerRecord

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.gateway.app import _received
from drawbridge.gateway.facts import from_record
from drawbridge.gateway.intake import LOG_APPEND_TIME, Intake, IntakeError, Received
from drawbridge.record.rows import Origin
from drawbridge.settings import Settings
from drawbridge.testing import MemoryDelivery
from drawbridge.topics import partition_of
from drawbridge.traces import traceparent_of

ENVELOPE = {
    "specversion": "1.0",
    "id": "m-1",
    "source": "urn:bank:313314000017",
    "type": "bank.bridge.notice.v1",
    "time": "2014-01-06T09:00:00+08:00",
    "scheme": "zhenjiang-2013",
    "data": {},
}
AT_MS = 1_389_000_000_123


def received(value: bytes | None, topic: str = "bank.313314000017.in", **more: object) -> Received:
    """Return a record of a sender's topic."""
    fields: dict[str, object] = {"headers": (), "timestamp_ms": AT_MS, "timestamp_type": LOG_APPEND_TIME}
    return Received(Origin(topic, 0, 5), value, **(fields | more))  # type: ignore[arg-type]


def intake(delivery: MemoryDelivery | None = None, *, embedded: bool = False) -> Intake:
    """Return an intake that delivers to memory."""
    return Intake(Settings(operators=("bureau",)), delivery or MemoryDelivery(), 4, embedded)


async def test_a_message_is_forwarded_word_for_word_to_its_schemes_partition() -> None:
    """Bytes and headers as received, with origin and append time before them; a forged header changes nothing."""
    delivery, value = MemoryDelivery(), json.dumps(ENVELOPE).encode()
    forged = (("drawbridge-recorded", b"0"), ("traceparent", b"00"))
    await intake(delivery).forward([received(value, headers=forged)])
    [record] = delivery.records
    assert (record.topic, record.key) == ("facts", b"zhenjiang-2013")
    assert record.partition == partition_of("zhenjiang-2013", 4)
    fact = from_record(record.value, record.headers)
    assert (fact.value, fact.headers, fact.refused) == (value, forged, None)
    assert fact.origin == Origin("bank.313314000017.in", 0, 5)
    assert fact.recorded_at == datetime.fromtimestamp(AT_MS / 1000, SHANGHAI)
    assert fact.recorded_at.utcoffset() == SHANGHAI.utcoffset(None)


@pytest.mark.parametrize(
    ("topic", "source"),
    [
        ("bank.402314000025.in", "urn:bank:313314000017"),
        ("operator.bureau.in", "urn:bank:313314000017"),
        ("operator.stranger.in", "urn:operator:stranger"),
        ("bank.313314000017.in", "urn:drawbridge:zhenjiang-2013"),
    ],
)
def test_nobody_speaks_on_anothers_topic(topic: str, source: str) -> None:
    """The source must be the sender to whom the topic belongs."""
    _, fact = intake().check(received(json.dumps({**ENVELOPE, "source": source}).encode(), topic))
    assert fact.refused == "unknown-sender"
    assert topic in fact.detail


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"\xff", b'{"scheme":"zhenjiang-2013"}'])
def test_what_is_no_envelope_is_a_dead_letter(value: bytes | None) -> None:
    """A record without a value included."""
    scheme, fact = intake().check(received(value))
    assert fact.refused == "malformed"
    assert scheme == ("zhenjiang-2013" if value and b"scheme" in value else "")


@pytest.mark.parametrize("empty", ["ce_specversion", "content-type", "ce_id", "ce_scheme", "traceparent"])
def test_a_header_without_a_value_is_an_empty_one(empty: str) -> None:
    """Kafka allows it, so any bank may send it: intake answers the record, and does not end with it time and again."""
    sent = {"ce_specversion": b"1.0", "content-type": b"application/json", "ce_scheme": b"zhenjiang-2013"}
    headers = tuple((sent | {empty: None}).items())
    record = ConsumerRecord("bank.313314000017.in", 0, 5, AT_MS, LOG_APPEND_TIME, None, b"{}", None, 0, 2, headers)
    _, fact = intake().check(_received(record))
    assert fact.refused == "malformed"
    assert dict(fact.headers)[empty] == b""
    assert traceparent_of(fact.headers, "here")


def test_a_topic_without_the_brokers_append_time_stops_intake() -> None:
    """A sender's own timestamp must not decide what is in time; on the embedded broker this clock stands in."""
    record = received(json.dumps(ENVELOPE).encode(), timestamp_type=0)
    with pytest.raises(IntakeError, match="LogAppendTime"):
        intake().check(record)
    _, fact = intake(embedded=True).check(record)
    assert abs((datetime.now(SHANGHAI) - fact.recorded_at).total_seconds()) < 5


async def test_what_is_not_delivered_is_not_acknowledged() -> None:
    """The failure comes out of `forward`, so that the batch stays unacknowledged."""
    with pytest.raises(OSError, match="broker"):
        await intake(MemoryDelivery(fails_with=OSError("broker"))).forward([received(b"{}")])
