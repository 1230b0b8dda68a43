"""Sending records in order and knowing that the broker has them: the one way in which the service produces."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiokafka import AIOKafkaProducer


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record to be sent."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


class Deliver(Protocol):
    """Sends records in order, and returns when the broker has them all."""

    async def __call__(self, records: Sequence[Outgoing], /) -> None:
        """Deliver records.

        Raises:
            KafkaError: one was not delivered, or that is not known.
        """


@dataclass(slots=True)
class Delivery:
    """Delivers with a started aiokafka producer.

    Attributes:
        ends: the offset behind the last record delivered, by topic and partition.
    """

    producer: AIOKafkaProducer
    ends: dict[tuple[str, int], int] = field(default_factory=dict)
    _topics: set[str] = field(default_factory=set)

    async def __call__(self, records: Sequence[Outgoing], /) -> None:
        """Send all in order, then await each delivery."""
        if new := {record.topic for record in records} - self._topics:
            # aiokafka asks for all topics when it starts, and from the first later one on only for those it was told:
            # one that it knew from the start would then have no leader, and its records would wait for ever
            self._topics |= new
            await self.producer.client.set_topics(self._topics)
        sent = [
            await self.producer.send(
                record.topic, record.value, record.key, partition=record.partition, headers=list(record.headers)
            )
            for record in records
        ]
        for told in await asyncio.gather(*sent):
            self.ends[told.topic, told.partition] = told.offset + 1
