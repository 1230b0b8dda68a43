"""Whatever the framework hands over, a sender's topic is forwarded without a gap, or the process ends."""

import asyncio

import pytest
from aiokafka import TopicPartition

from drawbridge.gateway import stall
from drawbridge.gateway.intake import Received
from drawbridge.gateway.order import InOrder, SkippedError
from drawbridge.gateway.stall import WITH_OTHERS, StalledError, StallGuard
from drawbridge.record.rows import Origin
from drawbridge.testing import MemoryPositions

BANK, BUSY = TopicPartition("bank.313314000017.in", 0), TopicPartition("bank.308314000082.in", 0)
#: seconds
PATIENCE_S = 15.0


def records(*offsets: int) -> list[Received]:
    """Return records of the bank's topic."""
    return [Received(Origin(BANK.topic, 0, offset), b"", (), 0, 1) for offset in offsets]


def guarding(positions: MemoryPositions, mine: set[tuple[str, int]] | None) -> StallGuard:
    """Return a guard of a worker that was given these."""
    return StallGuard(
        positions.inbound_ends, positions.intake_positions, positions.first_record, lambda: mine, PATIENCE_S
    )


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
    guard = guarding(positions, {tuple(BANK)})
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
    guard = guarding(positions, {tuple(BANK), tuple(BUSY)})
    for turn in range(11):  # of 10 s, in which 100 records are forwarded and 200 more come
        positions.forwarded[BUSY], positions.inbound[BUSY] = 100 * turn, 1000 + 200 * turn
        await guard.look(10.0 * turn)
    positions.forwarded[BUSY] += 100
    await guard.look(100 + PATIENCE_S)
    with pytest.raises(StalledError, match=f"{BANK.topic}: nothing from offset 0"):
        await guard.look(100 + PATIENCE_S + 1)


async def test_a_worker_answers_for_anothers_topics_only_when_nobody_else_does() -> None:
    """Given none at all it ends as soon for what nobody forwards; given others it leaves their own worker the time."""
    positions = MemoryPositions(inbound={BANK: 5})
    elsewhere, given_none = guarding(positions, {("x", 0)}), guarding(positions, None)
    for guard in (elsewhere, given_none):
        await guard.look(0)
    await elsewhere.look(PATIENCE_S * WITH_OTHERS)
    with pytest.raises(StalledError):
        await given_none.look(PATIENCE_S + 1)
    with pytest.raises(StalledError, match=f"for {PATIENCE_S * WITH_OTHERS:.0f} s"):
        await elsewhere.look(PATIENCE_S * WITH_OTHERS + 1)


async def test_another_workers_record_may_wait_behind_its_backlog() -> None:
    """What the others forward counts for theirs, and not for ours."""
    positions = MemoryPositions(inbound={BANK: 1, BUSY: 1000}, forwarded={})
    ours, theirs = guarding(positions, {tuple(BANK)}), guarding(positions, {("x", 0)})
    for turn in range(11):
        positions.forwarded[BUSY] = 90 * turn
        await theirs.look(PATIENCE_S * turn)
    for turn in range(2):
        positions.forwarded[BUSY] += 1
        await ours.look(PATIENCE_S * turn)
    positions.forwarded[BUSY] += 1
    with pytest.raises(StalledError, match=BANK.topic):
        await ours.look(PATIENCE_S + 1)


async def test_a_client_that_does_not_find_the_record_out_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether one waits is then not known, and whoever waits for the answer is idle as well."""
    monkeypatch.setattr(stall, "FOUND_WITHIN_S", 0.01)
    positions = MemoryPositions(inbound={BANK: 5})

    async def never(_place: TopicPartition, _start: int, _before: int) -> int | None:
        await asyncio.Event().wait()
        return None

    guard = StallGuard(positions.inbound_ends, positions.intake_positions, never, lambda: None, PATIENCE_S)
    await guard.look(0)
    with pytest.raises(StalledError):
        await guard.look(PATIENCE_S + 1)
