"""Looks at broker, database and rooms every few seconds: what waits at each stage, how old it is, what stands still.

It asks with clients of its own and writes nothing, so it disturbs nobody; a server that does not answer is told as
such, and is asked again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.gateway.assignment import DeskRoom
from drawbridge.gateway.positions import BrokerPositions
from drawbridge.law import State
from drawbridge.monitor.stages import Readiness, Stage
from drawbridge.record.owed import Outbox
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, DEAD_LETTERS, EVENTS, FACTS, RELAY_CURSOR, sender_of
from drawbridge.watch.metrics import (
    ASSIGNED,
    DUE_TIMERS,
    LAG,
    OPEN_CASES,
    SAMPLED,
    STABLE_OFFSET_AGE,
    UNPUBLISHED_AGE,
    Meter,
)

log = structlog.get_logger()

#: seconds between two looks, and for which a look may last
EVERY_S = 2.0
LOOK_WITHIN_S = 10.0
#: the topics that are no sender's
OURS = {FACTS, EVENTS, CREDIT_RECORDS, ALERTS, DEAD_LETTERS, RELAY_CURSOR}
#: due timers are counted up to this many: more are as bad
MANY_TIMERS = 10_000

_STANDING = """
SELECT w.partition, w.position, coalesce(c.position, 0) AS published
FROM writers w LEFT JOIN relay_cursors c USING (partition) WHERE w.partition = ANY($1)
"""


@dataclass(slots=True)
class Lookout:
    """What one worker looks at.

    Attributes:
        settings: for the topics' names.
        meter: is told the lags, ages and counts.
        readiness: is told what moves.
        pool: of the journal.
        positions: tells of the senders' topics.
        stable: a consumer of no group that reads committed records: to it a topic ends at the last stable offset.
        watermarks: one that knows the real ends.
        partitions: how many each topic has, by its name without prefix; one where it is not named.
        desks: the desks' room, in a worker that has one.
        stages: of this worker's roles.
    """

    settings: Settings
    meter: Meter
    readiness: Readiness
    pool: asyncpg.Pool
    positions: BrokerPositions
    stable: AIOKafkaConsumer
    watermarks: AIOKafkaConsumer
    partitions: Mapping[str, int]
    desks: DeskRoom | None
    stages: Mapping[str, Stage]
    _unstable: dict[TopicPartition, tuple[int, float]] = field(default_factory=dict)

    async def run(self) -> None:
        """Look every few seconds, until cancelled."""
        while True:
            await self._ask("broker", self._look_at_broker)
            await self._ask("database", self._look_at_database)
            self._look_at_rooms()
            await asyncio.sleep(EVERY_S)

    async def _ask(self, server: str, look: Callable[[], Awaitable[None]]) -> None:
        """Look at a server; one that does not answer is asked again the next time."""
        try:
            async with asyncio.timeout(LOOK_WITHIN_S):
                await look()
        except (KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as why:
            log.info("nothing seen", server=server, why=str(why) or type(why).__name__)
            return
        self.readiness.answered(server, time.monotonic())
        self.meter.set(SAMPLED, time.time(), source=server)

    async def _look_at_broker(self) -> None:
        """See what waits for intake and desk, and which topics' last stable offset stands still."""
        if "intake" in self.stages:
            self.stages["intake"].saw(await self._inbound(self.stages["intake"]), time.monotonic())
        if "desk" in self.stages and self.desks is not None:
            self.stages["desk"].saw(await self._facts(self.desks), time.monotonic())
        ages: dict[tuple[str, ...], float] = {}
        for place, age_s in (await self._unstable_for()).items():
            ages[place.topic,] = max(age_s, ages.get((place.topic,), 0.0))
        self.meter.replace(STABLE_OFFSET_AGE, ages)

    async def _inbound(self, intake: Stage) -> dict[str, tuple[int, int]]:
        """Return how far this worker's senders' topics were forwarded, and how many records wait."""
        ends, forwarded = await self.positions.inbound_ends(), await self.positions.intake_positions()
        seen, given = {}, intake.given()
        for place, end in ends.items():
            source, at = f"{place.topic}/{place.partition}", forwarded.get(place, 0)
            if source not in given:
                continue
            waiting = max(0, end - at)
            if waiting and intake.stands_still(source, at):
                # a transaction's end is an offset too, and nothing of it waits
                first = await self.positions.first_record(place, at, end)
                waiting = 0 if first is None else end - first
            seen[source] = (at, waiting)
        return seen

    async def _facts(self, room: DeskRoom) -> dict[str, tuple[int, int]]:
        """Return how far this worker's partitions of `facts` were decided, and how many records wait."""
        desks = room.desks
        places = {number: TopicPartition(self.settings.topic(FACTS), number) for number in desks}
        ends = await self.stable.end_offsets(list(places.values())) if places else {}
        seen = {}
        for number, place in places.items():
            at = desks[number].writer.next_offset
            seen[f"{place.topic}/{number}"] = (at, max(0, ends[place] - at))
        return seen

    async def _unstable_for(self) -> dict[TopicPartition, float]:
        """Return for how many seconds each place's last stable offset has stood still before its end."""
        topics = [topic for topic in await self.stable.topics() if self._is_ours(topic)]
        name = len(self.settings.topic_prefix)
        places = [
            TopicPartition(topic, number) for topic in topics for number in range(self.partitions.get(topic[name:], 1))
        ]
        if not places:
            return {}
        stable, ends = await self.stable.end_offsets(places), await self.watermarks.end_offsets(places)
        now, before = time.monotonic(), self._unstable
        self._unstable = {}
        for place in places:
            if stable[place] < ends[place]:
                at, since = before.get(place, (stable[place], now))
                self._unstable[place] = (stable[place], since if at == stable[place] else now)
        return {place: now - self._unstable[place][1] if place in self._unstable else 0.0 for place in places}

    def _is_ours(self, topic: str) -> bool:
        """Tell whether the service reads or writes a topic."""
        if topic in {self.settings.topic(name) for name in OURS}:
            return True
        senders = topic.removesuffix(".out") + ".in" if topic.endswith(".out") else topic
        return sender_of(self.settings, senders) is not None

    async def _look_at_database(self) -> None:
        """See what waits for the relay, and how old the oldest of it is."""
        relay = self.stages.get("relay")
        numbers = [] if relay is None else [int(source.rpartition("/")[2]) for source in relay.given()]
        rows = await self.pool.fetch(_STANDING, numbers)
        seen: dict[str, tuple[int, int]] = {}
        ages: dict[tuple[str, ...], float] = {}
        for row in rows:
            number, waiting = row["partition"], row["position"] - row["published"]
            seen[f"journal/{number}"] = (row["published"], waiting)
            at = await Outbox(self.pool).recorded_at(number, row["published"] + 1) if waiting else None
            ages[str(number),] = 0.0 if at is None else max(0.0, (datetime.now(SHANGHAI) - at).total_seconds())
        if relay is not None:
            relay.saw(seen, time.monotonic())
        if not self.settings.sandbox:  # its messages tell instants of their own
            self.meter.replace(UNPUBLISHED_AGE, ages)

    def _look_at_rooms(self) -> None:
        """See what this worker has: partitions, cases, due timers, and what waits at each stage."""
        lags: dict[tuple[str, ...], float] = {}
        for name, stage in self.stages.items():
            self.meter.set(ASSIGNED, len(stage.given()) if stage.is_settled() else 0, stage=name)
            lags |= {(name, source): waiting for source, waiting in stage.waiting.items()}
        self.meter.replace(LAG, lags)
        cases: dict[tuple[str, ...], float] = {}
        timers: dict[tuple[str, ...], float] = {}
        for desk in self.desks.desks.values() if self.desks is not None else ():
            for scheme, office in desk.offices.items():
                cases[scheme,] = len(office.state.cases)
                timers[scheme,] = self._due(office.state)
        self.meter.replace(OPEN_CASES, cases)
        self.meter.replace(DUE_TIMERS, timers)

    def _due(self, state: State) -> int:
        """Count a scheme's due timers; in a sandbox time is where its last message was."""
        now = state.clock if self.settings.sandbox else datetime.now(SHANGHAI)
        return 0 if now is None else state.timers.count_due(now, MANY_TIMERS)
