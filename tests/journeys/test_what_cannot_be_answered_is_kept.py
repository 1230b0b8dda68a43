"""Dead letters: bytes that nobody can be told about are kept whole, with their headers."""

from base64 import b64decode

import orjson
import pytest
from running_service import CASES, OPERATOR, SCHEME, Service

from drawbridge.bank.envelope import Sender
from drawbridge.sending import sender_and_key

HEADERS = [("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("odd", b"\xff\x00")]
ENROLMENT = (CASES / "1-on-time.ndjson").read_bytes().splitlines()[0]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"\xff\xfe not JSON", "malformed"),
        (b'["an array"]', "malformed"),
        (b"", "malformed"),
        (ENROLMENT.replace(b'"specversion": "1.0", ', b""), "malformed"),
        (b'{"id":"' + b"x" * 1024 * 1024 + b'"}', "malformed"),
        (ENROLMENT.replace(b"urn:operator:", b"urn:agency:"), "unknown-sender"),
        (ENROLMENT.replace(OPERATOR.encode(), b"somebody-else"), "unknown-sender"),
    ],
    ids=["not-json", "no-object", "empty", "no-specversion", "over-1-MiB", "another-role", "another-sender"],
)
async def test_bytes_and_headers_are_kept_as_they_came(service: Service, value: bytes, reason: str) -> None:
    """The very bytes and headers stand on the topic and in the database; the next message is answered."""
    service.start()
    operator = Sender("operator", OPERATOR)
    async with service.letterbox() as box:
        line, headers = await box.ask(operator, b"", value, HEADERS)
        answer, _ = await box.ask(operator, sender_and_key(ENROLMENT)[1], ENROLMENT)
    letter = orjson.loads(line)
    assert (letter["type"], letter["reason"]) == ("dead_letter.v1", reason)
    assert b64decode(letter["bytes"]) == value
    assert headers == dict(HEADERS)
    assert service.exported("dead-letters") == [line]
    assert orjson.loads(answer)["type"] == "receipt.accepted.v1"


async def test_a_message_for_an_unknown_scheme_is_refused_and_leaves_no_trace(service: Service) -> None:
    """Its receipt says `unknown-scheme`; no scheme's journal knows of it."""
    service.start()
    async with service.letterbox() as box:
        line = ENROLMENT.replace(SCHEME.encode(), b"atlantis-2013")
        answer, _ = await box.ask(Sender("operator", OPERATOR), b"bank", line)
    assert orjson.loads(answer)["data"]["code"] == "unknown-scheme"
    assert service.exported("events") == service.exported("messages") == []


async def test_a_very_long_id_or_one_with_a_zero_byte_harms_nobody(service: Service) -> None:
    """What a sender may make as long and as odd as he likes is answered like anything else."""
    service.start()
    async with service.letterbox() as box:
        for odd in (b"x" * 100_000, b"a\\u0000b"):
            line = ENROLMENT.replace(b'"id": "m-1"', b'"id": "' + odd + b'"').replace(b"bank/3", b"bank/4")
            answer, _ = await box.ask(Sender("operator", OPERATOR), b"bank", line)
            again, _ = await box.ask(Sender("operator", OPERATOR), b"bank", line)
            assert again == answer
