"""Notices a part of the service that is alive but idle: left without work after a rebalance it does not recover.

Intake is looked at by the senders' topics and what of them is acknowledged, the desk by `facts` and the journal.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiokafka import TopicPartition

#: so much longer for what is another worker's, which should end first, or was given to nobody
WITH_OTHERS = 3
#: seconds between two looks
EVERY_S = 3.0
#: seconds that looking for the record that waits may take
FOUND_WITHIN_S = 10.0

Ends = Mapping[TopicPartition, int]


class StalledError(RuntimeError):
    """Records wait that this worker should deal with: the process has to end and to join anew."""


@dataclass(slots=True)
class _Wait:
    """A place of which nothing is dealt with for a while.

    Attributes:
        since: it was noticed, or something was dealt with that came before it.
        ends: where every place ended when it was noticed.
    """

    since: float
    ends: Ends


@dataclass(slots=True)
class StallGuard:
    """Compares what waits with what is dealt with.

    Whoever has much to do is not idle: the record of a quiet sender may wait for its turn behind a backlog.

    Attributes:
        ends: asks for the end of each place that holds records.
        done: asks up to where each was dealt with, by any worker.
        first_record: asks for the first record of a place from one offset on and before another, or None.
        mine: returns the places that this worker was given; None for all, as when it has to answer for any.
        patience_s: seconds that a record of ours may wait with nothing of its place dealt with, nor what came before.
    """

    ends: Callable[[], Awaitable[Ends]]
    done: Callable[[], Awaitable[Ends]]
    first_record: Callable[[TopicPartition, int, int], Awaitable[int | None]]
    mine: Callable[[], set[tuple[str, int]] | None]
    patience_s: float
    _waits: dict[tuple[TopicPartition, int], _Wait] = field(default_factory=dict)
    _done: Ends = field(default_factory=dict)

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
        ends, done, mine = await self.ends(), await self.done(), self.mine()
        ours = {place for place in ends.keys() | done.keys() if mine is None or tuple(place) in mine}
        moved = {place: was for place, at in done.items() if (was := self._done.get(place, 0)) < at}
        self._done = done
        behind = {(place, done.get(place, 0)) for place, end in ends.items() if done.get(place, 0) < end}
        self._waits = {waiting: self._waits.get(waiting) or _Wait(now, ends) for waiting in behind}
        for (place, at), wait in self._waits.items():
            is_ours = place in ours
            if any(
                offset < wait.ends.get(other, 0) and (other in ours or not is_ours) for other, offset in moved.items()
            ):
                wait.since = now
            patience_s = self.patience_s * (1 if is_ours else WITH_OTHERS)
            if now - wait.since > patience_s and await self._waits_really(place, at, ends[place]):
                raise StalledError(f"{place.topic}: nothing from offset {at} on was dealt with for {patience_s:.0f} s")

    async def _waits_really(self, place: TopicPartition, at: int, end: int) -> bool:
        """Tell whether there is a record: senders' transactions leave offsets without one."""
        try:
            async with asyncio.timeout(FOUND_WITHIN_S):
                return await self.first_record(place, at, end) is not None
        except TimeoutError:  # a client that finds nothing out has to begin anew, too
            return True
