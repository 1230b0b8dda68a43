"""Facts that wait and are not decided end the worker, unless its desk is only being opened."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest
from aiokafka import TopicPartition

from drawbridge.gateway.guards import DESK_STALLS_S, desk_guard
from drawbridge.gateway.stall import WITH_OTHERS, StalledError, StallGuard

if TYPE_CHECKING:
    from collections.abc import Collection

    from drawbridge.gateway.assignment import DeskRoom
    from drawbridge.gateway.positions import BrokerPositions
    from drawbridge.record.journal import Journal

FACTS = "facts"
PLACES = [TopicPartition(FACTS, number) for number in range(4)]


@dataclass(slots=True)
class Around:
    """What the guard asks: the broker, the journal and the room, which this test moves by hand."""

    ends: dict[int, int] = field(default_factory=dict)
    decided: dict[int, int] = field(default_factory=dict)
    mine: set[int] = field(default_factory=set)
    is_opening: bool = False

    async def facts_ends(self, _places: "Collection[TopicPartition]") -> dict[TopicPartition, int]:
        """Return where the partitions end."""
        return {TopicPartition(FACTS, number): end for number, end in self.ends.items()}

    async def first_record(self, _place: TopicPartition, start: int, before: int) -> int | None:
        """Return the first offset: each has a record."""
        return start if start < before else None

    async def next_offsets(self) -> dict[int, int]:
        """Return up to where they are decided."""
        return dict(self.decided)

    def given(self) -> set[int]:
        """Return what the group has given to this worker."""
        return self.mine

    def guard(self) -> StallGuard:
        """Return the guard of a worker with this around it."""
        return desk_guard(cast("BrokerPositions", self), cast("Journal", self), cast("DeskRoom", self), PLACES)


async def test_facts_that_nobody_decides_end_the_worker() -> None:
    """A partition without a journal yet counts from its beginning; one that moves on is at work."""
    around = Around(ends={1: 9, 2: 5}, decided={1: 3}, mine={1, 2})
    guard = around.guard()
    await guard.look(0)
    around.decided[1] = 9
    await guard.look(DESK_STALLS_S)  # which was there before what waits in the other
    with pytest.raises(StalledError, match="facts: nothing from offset 0 on was dealt with for 60 s"):
        await guard.look(2 * DESK_STALLS_S + 1)


async def test_a_desk_may_take_as_long_to_open_as_it_has_open_cases() -> None:
    """The time that counts begins when it is open."""
    around = Around(ends={1: 9}, mine={1}, is_opening=True)
    guard = around.guard()
    for look in range(10):
        await guard.look(DESK_STALLS_S * look)
    around.is_opening = False
    await guard.look(DESK_STALLS_S * 10)
    with pytest.raises(StalledError):
        await guard.look(DESK_STALLS_S * 11 + 1)


async def test_facts_that_were_given_to_nobody_end_the_worker_in_the_end() -> None:
    """Another's desk has the time to notice it itself first, or to open."""
    around = Around(ends={3: 1}, mine={1})
    guard = around.guard()
    await guard.look(0)
    await guard.look(DESK_STALLS_S * WITH_OTHERS)
    with pytest.raises(StalledError):
        await guard.look(DESK_STALLS_S * WITH_OTHERS + 1)
