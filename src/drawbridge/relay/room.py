"""The relays of this worker's partitions: each a task of its own, started and stopped with the partition's desk.

Without a desk in the same worker, the relays follow the broker's group protocol by themselves (`FollowingRoom`).
"""

import asyncio
from collections.abc import Callable, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from drawbridge.membership import Membership
from drawbridge.relay.publisher import Publisher
from drawbridge.settings import Settings
from drawbridge.topics import FACTS


class RelayRoom:
    """The publishers that run in this worker."""

    def __init__(self, make: Callable[[int], Publisher]) -> None:
        """Use `make` to get a partition's publisher, anew each time: a producer is never used again."""
        self._make = make
        self._running: dict[int, tuple[Publisher, asyncio.Task[None]]] = {}
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self, partition: int, epoch: int | None = None) -> None:
        """Begin to publish a partition, beside the desk that has it in this epoch, if one does."""
        publisher = self._make(partition)
        task = asyncio.create_task(publisher.run(epoch), name=f"relay-{partition}")
        task.add_done_callback(self._ended)
        self._running[partition] = (publisher, task)

    async def stop(self, partition: int) -> None:
        """End with a partition, and return when nothing more is published from here."""
        _, task = self._running.pop(partition)
        task.cancel()
        await asyncio.wait([task])

    def wake(self, partition: int) -> None:
        """Tell a partition's publisher that there is something new."""
        if partition in self._running:
            self._running[partition][0].news.set()

    async def failure(self) -> None:
        """Wait, and raise what a publisher failed of: the process has to end then."""
        await self._failed

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Pass on why a publisher ended, unless it was told to."""
        error = None if task.cancelled() else task.exception()
        was_told = all(task is not running for _, running in self._running.values())
        if not (was_told or self._failed.done()):
            self._failed.set_exception(error or RuntimeError(f"{task.get_name()} ended by itself"))


class FollowingRoom:
    """Runs relays in a worker without desks: their partitions come from a group of their own."""

    def __init__(self, settings: Settings, consumer: AIOKafkaConsumer, relays: RelayRoom) -> None:
        """Use a consumer of the relay's group, not started; it reads nothing."""
        self._settings = settings
        self._consumer = consumer
        self._relays = relays
        self._here: set[int] = set()
        #: whether the group has given this worker its share since the last rebalance began
        self.is_settled = False

    def given(self) -> set[int]:
        """Return the partitions that the group has given to this worker."""
        return {place.partition for place in self._consumer.assignment()}

    async def run(self) -> None:
        """Follow the group until cancelled.

        Raises:
            Exception: a relay could not be started or ended; the process has to end.
        """
        membership = Membership(self, self._consumer)
        self._consumer.subscribe([self._settings.topic(FACTS)], listener=membership)
        await self._consumer.start()
        try:
            while True:
                membership.check()
                self._consumer.pause(*self._consumer.assignment())
                await self._consumer.getmany(timeout_ms=1000)
        finally:
            await self._end(list(self._here))
            await self._consumer.stop()

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """End the relays of these partitions."""
        self.is_settled = False
        await self._end([place.partition for place in revoked])

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Start the relays of these partitions."""
        self._consumer.pause(*assigned)
        for place in assigned:
            self._relays.start(place.partition)
            self._here.add(place.partition)
        self.is_settled = True

    async def _end(self, partitions: Sequence[int]) -> None:
        for partition in partitions:
            if partition in self._here:
                self._here.discard(partition)
                await self._relays.stop(partition)
