"""Whatever the framework hands over, a sender's topic is forwarded without a gap, or the process ends."""

import pytest
from aiokafka import TopicPartition

from drawbridge.gateway.intake import Received
from drawbridge.gateway.order import InOrder, SkippedError
from drawbridge.gateway.stall import PATIENCE_S, StalledError, StallGuard
from drawbridge.record.rows import Origin
from drawbridge.testing import MemoryPositions

BANK, BUSY = TopicPartition("bank.313314000017.in", 0), TopicPartition("bank.308314000082.in", 0)


def records(*offsets: int) -> list[Received]:
    """Return records of the bank's topic."""
    return [Received(Origin(BANK.topic, 0, offset), b"", (), 0, 1) for offset in offsets]


def offsets(received: list[Received]) -> list[int]:
    """Return their offsets."""
    return [record.origin.offset for record in received]


async def test_what_comes_again_after_a_rebalance_is_forwarded_once() -> None:
    """The order stays; what was acknowledged before this process is where it begins."""
    order = InOrder(MemoryPositions(forwarded={BANK: 3}))
    assert offsets(await order.fresh(records(3, 4, 5))) == [3, 4, 5]
    assert offsets(await order.fresh(records(4, 5, 6, 7))) == [6, 7]


@pytest.mark.parametrize("handed", [(5,), (3, 5), (3, 4, 6)])
async def test_a_record_left_out_ends_the_process_before_the_next_is_forwarded(handed: tuple[int, ...]) -> None:
    """At the start as well as in the middle."""
    with pytest.raises(SkippedError):
        await InOrder(MemoryPositions(forwarded={BANK: 3})).fresh(records(*handed))


async def test_an_offset_without_a_record_is_no_gap() -> None:
    """A sender's transactions leave markers in his topic."""
    order = InOrder(MemoryPositions(markers={(BANK, 0), (BANK, 2), (BANK, 3)}))
    assert offsets(await order.fresh(records(1, 4))) == [1, 4]


async def test_what_another_worker_forwarded_meanwhile_is_no_gap() -> None:
    """It was acknowledged, so it was delivered."""
    positions = MemoryPositions()
    order = InOrder(positions)
    await order.fresh(records(0, 1))
    positions.forwarded[BANK] = 9
    assert offsets(await order.fresh(records(9))) == [9]


async def test_a_worker_that_is_alive_but_idle_ends() -> None:
    """When a record has waited too long; not while others of its topic are acknowledged, nor for a marker."""
    positions = MemoryPositions(inbound={BANK: 5}, forwarded={BANK: 3})
    guard = StallGuard(positions, lambda: {tuple(BANK)})
    await guard.look(0)
    positions.forwarded[BANK] = 4
    await guard.look(PATIENCE_S + 1)
    positions.markers.add((BANK, 4))
    await guard.look(2 * PATIENCE_S + 3)
    positions.markers.clear()
    with pytest.raises(StalledError, match="offset 4"):
        await guard.look(3 * PATIENCE_S)


async def test_a_record_may_wait_behind_a_backlog_for_as_long_as_that_takes() -> None:
    """Nobody is idle who works off what was there before it; what came later is no excuse."""
    positions = MemoryPositions(inbound={BANK: 1, BUSY: 1000}, forwarded={})
    guard = StallGuard(positions, lambda: {tuple(BANK), tuple(BUSY)})
    for turn in range(11):  # of 10 s, in which 100 records are forwarded and 200 more come
        positions.forwarded[BUSY], positions.inbound[BUSY] = 100 * turn, 1000 + 200 * turn
        await guard.look(10.0 * turn)
    positions.forwarded[BUSY] += 100
    await guard.look(100 + PATIENCE_S)
    with pytest.raises(StalledError, match=f"{BANK.topic}: nothing from offset 0"):
        await guard.look(100 + PATIENCE_S + 1)


async def test_a_worker_does_not_answer_for_anothers_topics() -> None:
    """Only when it was given none at all does it end for what nobody forwards."""
    positions = MemoryPositions(inbound={BANK: 5})
    elsewhere, given_none = StallGuard(positions, lambda: {("x", 0)}), StallGuard(positions, set)
    for guard in (elsewhere, given_none):
        await guard.look(0)
    await elsewhere.look(PATIENCE_S + 1)
    with pytest.raises(StalledError):
        await given_none.look(PATIENCE_S + 1)
