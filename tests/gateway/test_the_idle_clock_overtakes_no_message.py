"""Time that passes when nothing arrives waits for everything that was received by then."""

from datetime import datetime, timedelta

from aiokafka import TopicPartition

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.gateway.clock import IdleClock
from drawbridge.settings import Settings
from drawbridge.testing import MemoryPositions

BANK, FACTS = TopicPartition("bank.313314000017.in", 0), TopicPartition("facts", 1)


def long_due() -> datetime:
    """Return an instant well before now, beyond the margin between clocks."""
    return datetime.now(SHANGHAI) - timedelta(minutes=1)


async def test_it_waits_for_intake_and_for_the_desk() -> None:
    """First intake must have passed the ends that were read, then the desk the end of `facts` read after that."""
    positions = MemoryPositions(inbound={BANK: 3}, forwarded={BANK: 2}, facts={FACTS: 7})
    clock, due = IdleClock(Settings(), positions), long_due()
    assert await clock.passed(due, FACTS, 7) is None, "a message waits in the bank's topic"
    positions.forwarded[BANK], positions.facts[FACTS] = 3, 8
    assert await clock.passed(due, FACTS, 7) is None, "it is forwarded, and waits for the desk"
    until = await clock.passed(due, FACTS, 8)
    assert until is not None
    assert due <= until <= datetime.now(SHANGHAI) - timedelta(seconds=1)


async def test_what_comes_later_does_not_hold_it_up() -> None:
    """A steady stream of messages must not keep a deadline from passing: the ends are read once."""
    positions = MemoryPositions(inbound={BANK: 3}, forwarded={BANK: 2})
    clock, due = IdleClock(Settings(), positions), long_due()
    assert await clock.passed(due, FACTS, 0) is None
    positions.inbound[BANK], positions.forwarded[BANK] = 9, 3
    assert await clock.passed(due, FACTS, 0) is not None


async def test_a_due_instant_within_the_margin_is_not_yet_passed() -> None:
    """The broker's clock may be behind this one by so much."""
    clock = IdleClock(Settings(clock_margin_ms=60_000), MemoryPositions())
    assert await clock.passed(datetime.now(SHANGHAI) - timedelta(seconds=30), FACTS, 0) is None
    assert await clock.passed(datetime.now(SHANGHAI) - timedelta(seconds=90), FACTS, 0) is not None


async def test_another_desk_begins_anew() -> None:
    """What was waited for belongs to the desk that waited."""
    positions = MemoryPositions(inbound={BANK: 3}, forwarded={BANK: 2})
    clock, due = IdleClock(Settings(), positions), long_due()
    assert await clock.passed(due, FACTS, 0) is None
    positions.inbound[BANK], positions.forwarded[BANK] = 5, 3
    clock.forget(FACTS)
    assert await clock.passed(due, FACTS, 0) is None, "two more came before it began"
