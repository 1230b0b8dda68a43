"""Notices when intake is alive but idle: a worker that Faust left without work after a rebalance does not recover."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from aiokafka import TopicPartition

from drawbridge.gateway.order import InboundPositions

#: seconds for which records may wait with nothing of their topic acknowledged, nor anything that came before them
PATIENCE_S = 15.0
#: seconds between two looks
EVERY_S = 3.0


class StalledError(RuntimeError):
    """Records wait that this worker should forward: the process has to end and to join anew."""


class WaitingPositions(InboundPositions, Protocol):
    """Also tells where the senders' topics end."""

    async def inbound_ends(self) -> Mapping[TopicPartition, int]:
        """Return the end offset of every sender's topic that has records."""


@dataclass(slots=True)
class _Wait:
    """A place of which nothing is acknowledged for a while.

    Attributes:
        since: it was noticed, or something was acknowledged that came before it.
        ends: where every topic ended when it was noticed.
    """

    since: float
    ends: Mapping[TopicPartition, int]


@dataclass(slots=True)
class StallGuard:
    """Compares what waits with what is acknowledged.

    Whoever has much to do is not idle: the record of a quiet sender may wait for its turn behind a backlog.

    Attributes:
        positions: what the broker tells.
        mine: returns the topics that this worker was given; when it has none, what waits for anybody counts.
    """

    positions: WaitingPositions
    mine: Callable[[], set[tuple[str, int]]]
    _waits: dict[tuple[TopicPartition, int], _Wait] = field(default_factory=dict)
    _acknowledged: Mapping[TopicPartition, int] = field(default_factory=dict)

    async def run(self) -> None:
        """Look every few seconds, until cancelled.

        Raises:
            StalledError: records have waited for too long.
        """
        now = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(EVERY_S)
            await self.look(now())

    async def look(self, now: float) -> None:
        """Look once.

        Args:
            now: seconds of a clock that does not step.

        Raises:
            StalledError: as `run`.
        """
        ends, acknowledged = await self.positions.inbound_ends(), await self.positions.intake_positions()
        mine = self.mine()
        behind = {
            (place, acknowledged.get(place, 0))
            for place, end in ends.items()
            if acknowledged.get(place, 0) < end and (not mine or tuple(place) in mine)
        }
        # those of ours that have gone on since the last look, and how far they were then
        before = {place: self._acknowledged.get(place, 0) for place in acknowledged if not mine or tuple(place) in mine}
        moved = {place: offset for place, offset in before.items() if offset < acknowledged[place]}
        self._acknowledged = acknowledged
        self._waits = {waiting: self._waits.get(waiting) or _Wait(now, ends) for waiting in behind}
        for (place, at), wait in self._waits.items():
            if any(offset < wait.ends.get(other, 0) for other, offset in moved.items()):
                wait.since = now
            if now - wait.since > PATIENCE_S and await self.positions.first_record(place, at, ends[place]) is not None:
                raise StalledError(f"{place.topic}: nothing from offset {at} on was forwarded for {PATIENCE_S:.0f} s")
