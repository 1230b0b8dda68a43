"""Faust's consumer with what it lacks: a fetch wait of ours, and no record left out when its group shares out anew.

Four things go wrong in a rebalance of faust-streaming 0.15 on aiokafka 0.14, most of them when the subscription has
changed because a bank was enrolled: the flow is not stopped, a topic of which nothing was acknowledged is not read from
its start again, and a commit or a look at a topic's end in between ends the app. `gateway/order` and `gateway/stall`
stay as the net below.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport


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


class PromptTransport(Transport):
    """Faust's transport with a `PromptConsumer`."""

    Consumer = PromptConsumer
    fetch_wait_ms: int
    isolation_level: str
