"""A consumer's place in its group, told to a room so that a failure is heard.

The client logs what a listener raises and goes on: the partition is then assigned, its records are fetched, and nobody
deals with them until the next rebalance. Here the first error is kept, and whoever reads from the consumer raises it.

And the client gives no sign of life while it tells of new partitions. A room that opens its desks for longer than the
session lasts would be taken for dead, and its successor likewise: nobody would ever serve. Here it does.
"""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition


class Room(Protocol):
    """Deals with partitions as long as they are this worker's."""

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Give partitions up."""

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Begin with partitions."""


class Membership(ConsumerRebalanceListener):  # type: ignore[misc]
    """The listener of one room's consumer."""

    def __init__(self, room: Room, consumer: AIOKafkaConsumer) -> None:
        """Tell `room` of each change that the group makes for `consumer`."""
        self._room = room
        self._consumer = consumer
        self._error: Exception | None = None

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Tell the room what it has to give up."""
        await self._heard(self._room.on_partitions_revoked(revoked))

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Tell the room what is its own now, and the broker meanwhile that it is alive."""
        if isinstance(self._consumer, AIOKafkaConsumer):
            self._consumer._coordinator._start_heartbeat_task()  # noqa: SLF001 - it does so itself, but only afterwards
        await self._heard(self._room.on_partitions_assigned(assigned))

    def check(self) -> None:
        """Return when the room could do all that it was told.

        Raises:
            Exception: the first that the room raised; the process has to end.
        """
        if self._error is not None:
            raise self._error

    async def _heard(self, change: Awaitable[None]) -> None:
        """Keep the first error, and pass it on to the client, which says it in its log."""
        try:
            await change
        except Exception as why:
            self._error = self._error or why
            raise
