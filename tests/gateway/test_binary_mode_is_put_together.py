"""CloudEvents' binary mode on Kafka becomes the structured form, to the digit."""

import json

import pytest
from cloudevents.core.bindings.kafka import to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from drawbridge.gateway.binary import BinaryModeError, is_binary, structured

HEADERS = [
    ("content-type", b"application/json"),
    ("ce_specversion", b"1.0"),
    ("ce_id", "一".encode()),
    ("ce_scheme", b"zhenjiang-2013"),
]


def test_headers_become_attributes_and_the_value_stays_as_sent() -> None:
    """A number keeps its digits; headers that are none of CloudEvents stay out."""
    made = structured(b' {"amount_fen": 1e3} ', [*HEADERS, ("traceparent", b"\xff")])
    assert made.endswith(b',"data":{"amount_fen": 1e3}}')
    assert json.loads(made) == {
        "datacontenttype": "application/json",
        "specversion": "1.0",
        "id": "一",
        "scheme": "zhenjiang-2013",
        "data": {"amount_fen": 1000.0},
    }


@pytest.mark.parametrize(
    ("value", "more"),
    [
        (b"{", []),
        (b'1,"id":"another"', []),
        (b'{"a":1,"a":2}', []),
        (b"{}", [("ce_id", b"again")]),
        (b"{}", [("CE_ID", b"again")]),
        (b"{}", [("ce_type", b"\xff")]),
        (b"{}", [("ce_data", b"{}")]),
    ],
)
def test_what_does_not_make_one_envelope_is_refused(value: bytes, more: list[tuple[str, bytes]]) -> None:
    """Above all a value that would close the envelope and open another."""
    with pytest.raises(BinaryModeError):
        structured(value, [*HEADERS, *more])


def test_a_structured_record_may_repeat_attributes_as_headers() -> None:
    """As this gateway's own records do."""
    assert is_binary(HEADERS)
    assert not is_binary([("content-type", b"application/cloudevents+json"), *HEADERS[1:]])
    assert not is_binary([("ce_type", b"x"), ("ce_id", b"1")])


def test_it_reads_what_the_official_sdk_writes() -> None:
    """The CloudEvents SDK is the oracle."""
    attributes = {
        "id": "m-1",
        "source": "urn:bank:1",
        "type": "t.v1",
        "scheme": "s",
        "datacontenttype": "application/json",
    }
    event = CloudEvent(attributes=attributes | {"specversion": "1.0"}, data={"name": "银行"})
    message = to_binary(event, JSONFormat())
    headers = [(name, value) for name, value in message.headers.items()]
    assert is_binary(headers)
    made = json.loads(structured(message.value or b"", headers))
    assert made.pop("time"), "the SDK adds the time by itself"
    assert made == attributes | {"specversion": "1.0", "data": {"name": "银行"}}
