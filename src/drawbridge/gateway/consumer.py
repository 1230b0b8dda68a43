"""Faust's consumer with what it lacks: a fetch wait of ours, and no record left out when its group shares out anew.

And it hands over many records at a time. Faust's own way makes two tasks, a turn of the loop and a dozen calls for each
record, which was most of what a message cost in intake. Its agents read the portions from their streams.

Four things go wrong in a rebalance of faust-streaming 0.15 on aiokafka 0.14, most of them when the subscription has
changed because a bank was enrolled: the flow is not stopped, a topic of which nothing was acknowledged is not read from
its start again, and a commit or a look at a topic's end in between ends the app. `gateway/order` and `gateway/stall`
stay as the net below.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, MutableSet, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from operator import attrgetter, itemgetter
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from mode.utils.futures import notify

log = structlog.get_logger()

#: seconds after which a fetch that brought nothing is asked for anew
FETCH_S = 1.0


@dataclass(eq=False, slots=True, weakref_slot=True)
class Fetched:
    """A portion of what was fetched: in the order in which the broker got it, and each topic's in its own order.

    Attributes:
        ends: the offset of the last record of each topic's partition.
        generation: of the group's sharing out in which it was fetched.
        acked: whether it is acknowledged: what is not, a rebalance waits for once it was taken.
        refcount: Faust names it when it has waited for long.
    """

    records: list[ConsumerRecord]
    ends: dict[TopicPartition, int]
    generation: int
    acked: bool = False
    refcount: int = 1


class PromptThread(AIOKafkaConsumerThread):
    """Faust's consumer thread, with the fetch wait and isolation that the app was given."""

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        """Make the consumer as Faust does; its `fetch_max_wait_ms` of 1500 cannot be set in another way.

        With idle partitions that wait is the delay of a message: a median of 750 ms.
        """
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = transport.fetch_wait_ms  # noqa: SLF001 - see above
        # a sender's aborted transaction says nothing; Faust reads it unless it uses transactions itself
        consumer._isolation_level = transport.isolation_level  # noqa: SLF001 - as above
        return consumer

    async def seek_to_start(self, places: Sequence[TopicPartition]) -> None:
        """Read these from their first record on, as far as they are still assigned."""
        await self.call_thread(self._seek_to_start, places)

    async def _seek_to_start(self, places: Sequence[TopicPartition]) -> None:
        consumer = self._ensure_consumer()
        # `seek_to_beginning` would wait for ever where a rebalance takes the place away meanwhile
        for place, offset in (await consumer.beginning_offsets(places)).items():
            if place in consumer.assignment():
                consumer.seek(place, offset)

    async def _commit(self, offsets: Mapping[Any, int]) -> bool:
        """Commit what can be committed now: Faust ends the app when nothing is assigned, as between subscriptions."""
        return await super()._commit(offsets) if self.assignment() & offsets.keys() else False


class PromptConsumer(Consumer):
    """Faust's consumer on a `PromptThread`, which goes back to what is not acknowledged after every rebalance."""

    _thread: PromptThread
    _unacked_messages: MutableSet[Any]
    transport: "PromptTransport"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take Faust's options."""
        super().__init__(*arguments, **options)
        self._room = asyncio.Event()
        self._room.set()

    def take(self, fetched: Fetched) -> bool:
        """Begin with what a fetch brought; False when a rebalance has begun since: it will be read again."""
        if not self.app.flow_control.is_active() or fetched.generation != self.app.consumer_generation_id:
            return False
        self._unacked_messages.add(fetched)
        return True

    def acknowledge(self, fetched: Fetched) -> None:
        """Have it committed: all of it was dealt with."""
        fetched.acked = True
        for place, offset in fetched.ends.items():
            self._acked[place] = [offset]
        self._unacked_messages.discard(fetched)
        notify(self._waiting_for_ack)

    def _new_offset(self, tp: Any) -> int | None:
        """Return what may be committed of a place now: all up to the last one acknowledged, for they come in order."""
        acked = self._acked.pop(tp, None)
        return acked[-1] + 1 if acked else None

    async def verify_all_partitions_active(self) -> None:
        """Look for nothing: `gateway/stall` does, by what is acknowledged."""

    async def _drain_messages(self, fetcher: Any) -> None:
        """Fetch, and hand over what came, until stopped."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                await self._room.wait()
                records, active = await self._wait_next_records(FETCH_S)
                if self.flow_active:
                    self._hand_over(records or {}, active or set())
                else:  # a rebalance has begun meanwhile: what was fetched is forgotten, and read again
                    await self._go_back()
                await asyncio.sleep(0)
        except (ConsumerStoppedError, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    def _hand_over(self, records: Mapping[Any, list[ConsumerRecord]], active: set[Any]) -> None:
        """Put what a fetch brought before the agent: all at once, so that no rebalance begins within it.

        Where much waits on several topics, a fetch brings long runs of each. What one sender says can rest on what
        another said before, so they are put together again by the broker's append time; those of one moment in turn.
        """
        fresh = []
        for place, run in records.items():
            start = self._read_offset[place] or 0
            found = [record for record in run if record.offset >= start]
            if found and place in active:
                fresh.append(found)
                self._read_offset[place] = found[-1].offset
        # a merge keeps each topic's order, also where its broker's clock stepped back
        merged = merge(*map(_in_turn, fresh), key=itemgetter(0, 1))
        while portion := [record for _, _, record in islice(merged, self.transport.portion)]:
            self._queue_up(portion)

    def _queue_up(self, portion: list[ConsumerRecord]) -> None:
        ends = {TopicPartition(record.topic, record.partition): record.offset for record in portion}
        fetched = Fetched(portion, ends, self.app.consumer_generation_id)
        for channel in self.app.topics:
            channel.queue.put_nowait_enhanced(
                fetched, on_pressure_high=self._room.clear, on_pressure_drop=self._room.set
            )

    async def _go_back(self) -> None:
        try:
            await self.perform_seek()
        except Exception as why:  # noqa: BLE001 - as Faust does: it is done again when the rebalance ends
            log.warning("what is acknowledged is not known now", why=repr(why))

    def _new_consumer_thread(self) -> PromptThread:
        return PromptThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Let nothing flow until the rebalance is over.

        Faust itself stops the flow only when something is still assigned, so not when its subscription has changed;
        what it fetched then it forgets when it resumes, behind its going back.
        """
        self.app.flow_control.suspend()
        self.stop_flow()
        await super().on_partitions_revoked(revoked)

    def highwater(self, tp: Any) -> int:
        """Return a place's end, or 0 where a rebalance took it away: Faust would end the app for having asked."""
        try:
            return int(super().highwater(tp) or 0)
        except AssertionError:  # aiokafka's answer to who is not assigned
            return 0

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Go back to what was acknowledged last, or to the start of a topic of which nothing ever was.

        Faust drops what it has fetched when a rebalance begins, and relies on going back; aiokafka leaves a topic
        without a committed offset where it is, so the first records of a new bank's topic would be skipped.
        """
        committed: Mapping[Any, int] = await super().seek_to_committed()
        fresh = [place for place, offset in committed.items() if not offset]
        for place in fresh:
            self._committed_offset.pop(place, None)  # what Faust takes for committed the broker may have refused
        if fresh:
            await self._thread.seek_to_start(fresh)
        return committed


def _in_turn(run: Iterable[ConsumerRecord]) -> Iterator[tuple[int, int, ConsumerRecord]]:
    """Yield a topic's records, each with its append time and its number among those of that time: a batch has one."""
    for at, of_one_time in groupby(run, attrgetter("timestamp")):
        for number, record in enumerate(of_one_time):
            yield at, number, record


class PromptTransport(Transport):
    """Faust's transport with a `PromptConsumer`.

    Attributes:
        portion: records that are handed over at a time, at most.
    """

    Consumer = PromptConsumer
    portion: int
    fetch_wait_ms: int
    isolation_level: str
