"""Rulings on dead letters at intake: who may send one, in what form, and where it is forwarded to."""

import pytest

from drawbridge.gateway.intake import LOG_APPEND_TIME, Intake, Received
from drawbridge.gateway.rulings import DIGEST, LETTER, REASON, RULING, Ruling, digest_of, is_ruling, read_ruling
from drawbridge.record.rows import Origin
from drawbridge.settings import Settings
from drawbridge.testing import MemoryDelivery

GOOD = Ruling("resubmit", 3, 42, digest_of(b"bytes"), "银行已登记 · the bank is enrolled now")


def received(topic: str, headers: list[tuple[str, bytes]], value: bytes | None = b"") -> Received:
    """Return a record of a sender's topic."""
    return Received(Origin(topic, 0, 5), value, tuple(headers), 1_389_000_000_123, LOG_APPEND_TIME)


def intake(delivery: MemoryDelivery | None = None) -> Intake:
    """Return an intake of four partitions that knows one operator."""
    return Intake(Settings(operators=("bureau",)), delivery or MemoryDelivery(), 4, embedded=False)


def test_a_ruling_is_read_as_it_was_written() -> None:
    """What an operator says arrives to the letter."""
    assert is_ruling(GOOD.headers())
    _, fact = intake().check(received("operator.bureau.in", GOOD.headers()))
    assert read_ruling(Settings(operators=("bureau",)), fact) == ("bureau", GOOD)


async def test_a_ruling_goes_where_its_dead_letter_stands() -> None:
    """The desk whose journal holds the dead letter is the one that decides it."""
    delivery = MemoryDelivery()
    await intake(delivery).forward([received("operator.bureau.in", GOOD.headers(), None)])
    [record] = delivery.records
    assert (record.topic, record.partition) == ("facts", 3)


@pytest.mark.parametrize("topic", ["bank.313314000017.in", "agency.office.in", "operator.stranger.in"])
def test_nobody_but_a_known_operator_rules(topic: str) -> None:
    """A bank cannot have its own refused bytes decided by somebody else's word."""
    _, fact = intake().check(received(topic, GOOD.headers()))
    assert fact.refused == "unknown-sender"
    assert "operator" in fact.detail


@pytest.mark.parametrize(
    ("changes", "value", "detail"),
    [
        ({RULING: b"revive"}, b"", RULING),
        ({LETTER: b"42"}, b"", LETTER),
        ({LETTER: b"4/42"}, b"", "no partition 4"),
        ({DIGEST: b"ABC"}, b"", DIGEST),
        ({REASON: b" "}, b"", REASON),
        ({REASON: b"\xff"}, b"", REASON),
        ({REASON: b"x" * 1001}, b"", "1000 characters"),
        ({}, b"{}", "carries no bytes"),
    ],
)
async def test_a_ruling_of_the_wrong_form_is_a_dead_letter(
    changes: dict[str, bytes], value: bytes, detail: str
) -> None:
    """It says which header to mend; it is filed like anything that tells no scheme."""
    headers = [(name, changes.get(name, given)) for name, given in GOOD.headers()]
    _, fact = intake().check(received("operator.bureau.in", headers, value))
    assert fact.refused == "malformed"
    assert detail in fact.detail
    delivery = MemoryDelivery()
    await intake(delivery).forward([received("operator.bureau.in", headers, value)])
    assert len(delivery.records) == 1


@pytest.mark.parametrize("name", [LETTER, DIGEST, REASON])
def test_each_header_of_a_ruling_stands_once(name: str) -> None:
    """Two of them would mean what the reader likes."""
    without = [header for header in GOOD.headers() if header[0] != name]
    for headers in (without, [*GOOD.headers(), (name, b"x")]):
        _, fact = intake().check(received("operator.bureau.in", headers))
        assert (fact.refused, name in fact.detail) == ("malformed", True)
