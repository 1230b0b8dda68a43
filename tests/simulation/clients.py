"""Clients of the broker's twin, in the place of aiokafka's: what the product's own code calls, and nothing else."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import (
    ConcurrentTransactions,
    IllegalStateError,
    InvalidProducerEpoch,
    KafkaConnectionError,
    KafkaError,
    ProducerFenced,
    UnknownTopicOrPartitionError,
)

from drawbridge.topics import TopicPlan
from simulation.log import Entry
from simulation.traffic import OWNER, Blocked
from simulation.twin_broker import TwinBroker

#: between two tries
BACKOFF_S = 0.1


class Client:
    """What every client has: a connection that may break."""

    def __init__(self, broker: TwinBroker) -> None:
        self._broker = broker

    async def _ask(self, what: str, act: Callable[[], Any]) -> Any:
        return await self._broker.world.ask(what, act, KafkaConnectionError)

    async def _patiently(self, what: str, act: Callable[[], Any]) -> Any:
        """Ask again while the broker does not answer, or says: later. What is asked may be done twice."""
        while True:
            try:
                return await self._ask(what, act)
            except (KafkaConnectionError, ConcurrentTransactions, UnknownTopicOrPartitionError):
                await asyncio.sleep(BACKOFF_S)
            except InvalidProducerEpoch:
                raise ProducerFenced from None


class TwinConsumer(Client):
    """A consumer: of no group, or with a share that its group gives it."""

    def __init__(self, broker: TwinBroker, group: str | None = None, *, committed: bool = True, limit: int = 4) -> None:
        super().__init__(broker)
        self._client = SimpleNamespace(close=nothing)
        self._group = group
        self._committed = committed
        self._limit = limit
        self._positions: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()
        self._topics: list[str] = []
        self._listener: Any = None
        self._member = ""
        self._generation = -1
        self._membership: asyncio.Task[None] | None = None

    # --- a group's share

    def subscribe(self, topics: Sequence[str], listener: Any = None) -> None:
        """Say what to read."""
        self._topics, self._listener = list(topics), listener

    async def subscribe_also(self, topics: Sequence[str]) -> None:
        """Read more, which costs a rebalance."""
        self._topics[:] = sorted({*self._topics, *topics})  # the same list: a join on its way names them, too
        await self._patiently("JoinGroup, with more topics", self._broker.group(self._group or "").rebalance)

    def subscription(self) -> set[str]:
        """Return what is read, or will be."""
        return set(self._topics)

    async def start(self) -> None:
        """Connect, and join the group if there is one."""
        await self._ask("Metadata", lambda: None)
        if self._group is not None:
            self._member = f"{self._group}-{self._broker.world.dice.getrandbits(32):08x}"
            self._membership = asyncio.create_task(self._follow_group(self._group))

    async def stop(self) -> None:
        """Leave the group."""
        if self._membership is None or self._group is None:
            return
        self._membership.cancel()
        await asyncio.wait([self._membership])
        group, member = self._broker.group(self._group), self._member
        with contextlib.suppress(KafkaError):  # it is taken for dead after a while
            await self._ask("LeaveGroup", lambda: group.leave(member))

    def assignment(self) -> set[TopicPartition]:
        """Return what this one reads."""
        return set(self._positions)

    async def _follow_group(self, name: str) -> None:
        """Join again and again: give up what was had, get a share, and hear of the next rebalance."""
        group, process = self._broker.group(name), OWNER.get()
        while True:
            await self._tell("on_partitions_revoked", set(self._positions))
            join = partial(group.join, self._member, self._topics, process)
            self._generation, given = await self._patiently(f"{name}: JoinGroup", join)
            self._positions = {place: group.committed.get(place, 0) for place in given}
            await self._tell("on_partitions_assigned", set(given))
            all_as_it_was = partial(group.heartbeat, self._member, self._generation)
            await self._patiently(f"{name}: Heartbeat", all_as_it_was)

    async def _tell(self, what: str, places: set[TopicPartition]) -> None:
        """Call the listener; like aiokafka, hear nothing of what it raises."""
        if self._listener is None:
            return
        try:
            told = getattr(self._listener, what)(sorted(places))
            if asyncio.iscoroutine(told):
                await told
        except Exception as why:  # noqa: BLE001 - see above
            self._broker.world.say(f"the listener failed: {why!r}")

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Note how far was read.

        Raises:
            IllegalStateError: of a partition that is not this one's.
        """
        if not offsets.keys() <= self._positions.keys():
            raise IllegalStateError
        group, member, generation = self._broker.group(self._group or ""), self._member, self._generation
        await self._ask("OffsetCommit", lambda: group.commit(member, generation, dict(offsets)))

    # --- reading

    def assign(self, places: Iterable[TopicPartition]) -> None:
        """Read these, from their beginnings."""
        self._positions = dict.fromkeys(places, 0)

    def seek(self, place: TopicPartition, offset: int) -> None:
        """Go on from an offset."""
        self._positions[place] = offset

    async def seek_to_beginning(self, place: TopicPartition) -> None:
        """Go back."""
        self._positions[place] = 0

    async def position(self, place: TopicPartition) -> int:
        """Return from where the next record is read."""
        return self._positions[place]

    async def topics(self) -> set[str]:
        """Return the names of all topics."""
        found: set[str] = await self._ask("Metadata", lambda: set(self._broker.topics))
        return found

    async def beginning_offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return where each partition begins."""
        wanted, broker = list(places), self._broker
        found: dict[TopicPartition, int] = await self._patiently(
            "ListOffsets", lambda: {place: broker.log(place).start for place in wanted}
        )
        return found

    async def end_offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return where each partition ends; for a reader of committed records, the last stable offset."""
        wanted, broker, stable = list(places), self._broker, self._committed
        found: dict[TopicPartition, int] = await self._patiently(
            "ListOffsets",
            lambda: {place: broker.log(place).stable if stable else broker.log(place).end for place in wanted},
        )
        return found

    async def getmany(
        self, *places: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[Entry]]:
        """Return the next records, or nothing when none come in time."""
        limit = min(max_records or self._limit, self._limit)
        asked: dict[TopicPartition, int] = {}

        def fetch() -> dict[TopicPartition, tuple[int, list[Entry], int]]:
            found = {}
            asked.clear()
            asked.update((place, self._positions[place]) for place in sorted(places or self._positions))
            for place, start in asked.items():
                if self._is_given(place):
                    entries, position = self._broker.log(place).read(start, limit, committed=self._committed)
                    if position > start:
                        found[place] = (start, entries, position)
            if not found:
                raise Blocked(*asked)
            return found

        try:
            async with asyncio.timeout(timeout_ms / 1000):
                answer = await self._patiently("Fetch", fetch)
        except TimeoutError:
            return {}
        records = {}
        for place, (start, entries, position) in answer.items():
            if self._positions.get(place) == start:  # nobody sought meanwhile
                self._positions[place] = position
                if entries:
                    records[place] = entries
        return records

    def _is_given(self, place: TopicPartition) -> bool:
        """Whether the broker gives this one records of a place."""
        is_withheld = self._group is not None and place in self._broker.withheld
        return place in self._positions and place.topic in self._broker.topics and not is_withheld


class TwinAdmin(Client):
    """The administrative client, as far as the product's positions need it."""

    async def list_topics(self) -> list[str]:
        """Return the names of all topics."""
        found: list[str] = await self._patiently("Metadata", lambda: sorted(self._broker.topics))
        return found

    async def create(self, plans: Sequence[TopicPlan]) -> None:
        """Make those of these topics that are missing, all at once."""

        def make() -> None:
            for plan in plans:
                self._broker.create(plan.name, plan.partitions, timestamp_type="message.timestamp.type" in plan.configs)

        await self._ask("CreateTopics", make)

    async def list_consumer_group_offsets(
        self, group: str, partitions: Sequence[TopicPartition]
    ) -> dict[TopicPartition, Any]:
        """Return what a group has committed; -1 where nothing."""
        committed = self._broker.group(group).committed
        found: dict[TopicPartition, Any] = await self._patiently(
            "OffsetFetch",
            lambda: {place: SimpleNamespace(offset=committed.get(place, -1)) for place in partitions},
        )
        return found


async def nothing(*_: object) -> None:
    """Connect, or close: nothing to do here."""
