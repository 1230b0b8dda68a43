"""Which partitions of `facts` are this worker's: the desk's consumer, in the broker's group protocol.

The position from which a partition is read stands in the journal; what the broker's group remembers is advice for
people who look at lags.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from drawbridge import crash
from drawbridge.gateway.clock import IdleClock
from drawbridge.gateway.desk import Desk
from drawbridge.gateway.work import FactRecord
from drawbridge.membership import Membership
from drawbridge.record.journal import FencedError
from drawbridge.settings import Settings
from drawbridge.topics import FACTS

log = structlog.get_logger()

#: a stop must not take long: a state not written down within this is read from older snapshot and events
SAVE_S = 5.0
#: seconds between two marks of the desks' positions in the broker's group
ADVISE_EVERY_S = 1.0


class LostRecordsError(RuntimeError):
    """The broker's `facts` and the journal do not belong together; the message says how."""


class Follower(Protocol):
    """Runs beside a partition's desk: the relay."""

    def start(self, partition: int, epoch: int) -> None:
        """Begin with a partition, which the desk has taken in this epoch."""

    async def stop(self, partition: int) -> None:
        """End with a partition, and return when it has ended."""

    def wake(self, partition: int) -> None:
        """Hear that there is something new in the journal."""


class DeskRoom:
    """The desks of this worker's partitions, and the one consumer that feeds them."""

    def __init__(  # noqa: PLR0913 - what a room is made of
        self,
        settings: Settings,
        consumer: AIOKafkaConsumer,
        *,
        open_desk: Callable[[int], Awaitable[Desk]],
        follower: Follower | None,
        clock: IdleClock | None,
        embedded: bool,
    ) -> None:
        """Put together what `run` uses.

        Args:
            settings: see there.
            consumer: of the desk's group, not started.
            open_desk: becomes the writer of a partition.
            follower: the relay, when this worker has that role too.
            clock: tells how far time has passed when nothing arrives; None when it stands still between messages.
            embedded: whether it is the embedded broker.
        """
        self._settings = settings
        self._consumer = consumer
        self._open_desk = open_desk
        self._follower = follower
        self._clock = clock
        self._embedded = embedded
        self._asked_at = 0.0
        self._advised: dict[TopicPartition, int] = {}
        self._advised_at = 0.0
        self._desks: dict[TopicPartition, Desk] = {}
        #: whether the group has given this worker its share since the last rebalance began
        self.is_settled = False
        #: whether it is becoming the writer of partitions, which takes as long as there are open cases
        self.is_opening = False
        # a rebalance waits until the batch in hand is in the journal
        self._quiet = asyncio.Lock()

    @property
    def desks(self) -> Mapping[int, Desk]:
        """The desks that are open, by partition of `facts`."""
        return {place.partition: desk for place, desk in self._desks.items()}

    def given(self) -> set[int]:
        """Return the partitions of `facts` that the group has given to this worker."""
        return {place.partition for place in self._consumer.assignment()}

    async def run(self) -> None:
        """Decide what arrives, until cancelled.

        Raises:
            Exception: whatever goes wrong; memory is then ahead of the journal and the process has to end.
        """
        membership = Membership(self, self._consumer)
        self._consumer.subscribe([self._settings.topic(FACTS)], listener=membership)
        await self._consumer.start()
        try:
            while True:
                wait_ms = self._settings.timer_poll_ms
                batches = await self._consumer.getmany(timeout_ms=wait_ms, max_records=self._settings.desk_batch)
                async with self._quiet:
                    membership.check()
                    for place, records in batches.items():
                        await self._take(place, records)
                    if self._clock is not None:
                        await self._pass_time(self._clock)
                    await self._advise()
        finally:
            for place in list(self._desks):
                await self._close(place)
            await self._consumer.stop()

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Give partitions up, once the transaction in hand is written."""
        self.is_settled = False
        for place in revoked:
            if place in self._desks:
                self._desks[place].leave()
        async with self._quiet:
            for place in revoked:
                await self._close(place)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Become the writer of partitions, and read each from where the journal ends."""
        self.is_opening = True
        async with self._quiet:
            starts = await self._consumer.beginning_offsets(assigned)
            ends = await self._consumer.end_offsets(assigned)
            for place in assigned:
                desk = await self._open_desk(place.partition)
                at = desk.writer.next_offset
                # the embedded broker gives the end too low: only a start beyond the journal is certain there
                if at < starts[place] or (at > ends[place] and not self._embedded):
                    raise LostRecordsError(
                        f"{place.topic} partition {place.partition} holds {starts[place]} to {ends[place]}, but the"
                        f" journal goes on at {at}: the broker has lost records, or it is another one"
                    )
                self._consumer.seek(place, at)
                if self._follower is not None:
                    self._follower.start(place.partition, desk.writer.epoch)
                self._desks[place] = desk
                log.info("desk opened", partition=place.partition, epoch=desk.writer.epoch, next_offset=at)
        self.is_settled, self.is_opening = True, False

    async def _close(self, place: TopicPartition) -> None:
        """Leave a partition to its next writer."""
        desk = self._desks.pop(place, None)
        if desk is None:
            return
        if self._clock is not None:
            self._clock.forget(place)
        if self._follower is not None:
            await self._follower.stop(place.partition)
        try:
            async with asyncio.timeout(SAVE_S):
                await desk.save()
        except (FencedError, TimeoutError) as why:  # the next writer reads what is there
            log.warning("the state was not written down", partition=place.partition, why=str(why))
        log.info("desk closed", partition=place.partition)

    async def _take(self, place: TopicPartition, records: Sequence[object]) -> None:
        """Decide a partition's records."""
        desk = self._desks.get(place)
        if desk is None:  # fetched before the partition went to another worker
            return
        taken = [FactRecord(r.offset, r.value or b"", tuple(r.headers)) for r in records]  # type: ignore[attr-defined]
        crash.point("desk.taken")
        if await desk.take(taken) and self._follower is not None:
            self._follower.wake(place.partition)
        crash.point("desk.appended")

    async def _advise(self) -> None:
        """Tell the broker now and then how far the desks have come; it costs a round trip, and nobody waits for it."""
        now = asyncio.get_running_loop().time()
        ends = {place: desk.writer.next_offset for place, desk in self._desks.items()}
        if ends == self._advised or now - self._advised_at < ADVISE_EVERY_S:
            return
        self._advised, self._advised_at = ends, now
        with contextlib.suppress(KafkaError):  # refused, for one, while the group rebalances
            await self._consumer.commit(ends)

    async def _pass_time(self, clock: IdleClock) -> None:
        """Fire what is due at desks to which nothing more can come that was recorded before."""
        now = asyncio.get_running_loop().time()
        if now - self._asked_at < self._settings.timer_poll_ms / 1000:
            return
        self._asked_at = now
        for place, desk in self._desks.items():
            due = desk.next_due()
            until = None if due is None else await clock.passed(due, place, desk.writer.next_offset)
            if until is not None and await desk.pass_time(until) and self._follower is not None:
                self._follower.wake(place.partition)
