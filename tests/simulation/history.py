"""One seed's history: what is sent, what goes wrong and when, and the end, at which everything must have come right."""

import asyncio
import contextlib
import random
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from unittest import mock

import structlog
from aiokafka import TopicPartition

from drawbridge import crash
from drawbridge.bank.envelope import Sender
from drawbridge.gateway.rulings import Kind, Ruling, digest_of
from drawbridge.record.rows import Buried
from drawbridge.settings import Settings
from drawbridge.topics import inbound, plans
from simulation import verdict
from simulation.letters import AGENCIES, OPERATORS, SCHEMES, Letter, Sent, letters
from simulation.mischief import Mischief
from simulation.shadow import Shadow
from simulation.staff import Parts, Staff
from simulation.twin_broker import TwinBroker
from simulation.twin_database import TwinDatabase
from simulation.world import World

#: brokers' clocks differ from each other and from the worker's by up to this
SKEW_MS = 1_500
#: in some histories a broker's clock is wrong by hours, and is set right, or wrong
STEP_MS = 6 * 3_600_000
#: all has come right within so many of the loop's seconds after the last fault
SETTLED_WITHIN_S = 400.0


@dataclass(slots=True)
class Plan:
    """What chance decides before the history begins."""

    settings: Settings
    letters: list[Letter]
    workers: int
    faults: int
    topics_there: bool
    clocks_step: bool
    rulings: float
    skew_ms: dict[str, int] = field(default_factory=dict)


def plan(dice: random.Random) -> Plan:
    """Draw a plan."""
    topics_there = dice.random() < 0.5
    partitions = dice.choice((1, 1, 2, 3))  # with 3 each scheme has a partition of its own
    settings = Settings(
        operators=OPERATORS,
        agencies=AGENCIES,
        schemes=SCHEMES,
        facts_partitions=partitions,
        intake_batch=dice.choice((1, 3, 8)),
        desk_batch=dice.choice((1, 2, 5, 20)),
        relay_batch=dice.choice((1, 3, 10, 50)),
        snapshot_events=dice.choice((2, 5, 1000)),
        timer_poll_ms=1_000,
        relay_poll_ms=2_000,
        clock_margin_ms=4_000,
    )
    return Plan(
        settings,
        letters(dice, partitions, too_early=topics_there),
        workers=dice.choice((1, 2, 2)),
        faults=dice.choice((0, 1, 2, 4, 8)),
        topics_there=topics_there,
        clocks_step=dice.random() < 0.2,
        rulings=dice.choice((0.0, 0.1, 0.3)),
    )


class History:
    """Runs one seed."""

    def __init__(
        self, seed: int, parts: Parts | None = None, *, crash_at: tuple[str, int] | None = None, trace: bool = False
    ) -> None:
        self.plan = plan(random.Random(seed))  # noqa: S311 - chance, not a secret
        begins_at = self.plan.letters[0].at - timedelta(hours=1)
        self.world = World(seed, begins_at, trace=trace)
        self.broker = TwinBroker(self.world, self._append_time_ms)
        self.database = TwinDatabase(self.world)
        self.staff = Staff(self.world, self.broker, self.database, self.plan.settings, parts or Parts())
        self.sent: dict[tuple[str, int], Sent] = {}
        self.shadows = {scheme: Shadow(self, scheme) for scheme in SCHEMES}
        self.mischief = Mischief(self.world, self.staff, self.plan.faults, crash_at)

    def run(self) -> None:
        """Run it, and prove that nothing is lost, doubled or out of order.

        Raises:
            AssertionError: something is.
        """
        self._prepare()
        self.world.trouble = self.mischief.now_and_then
        with _quiet(self.world), mock.patch.object(crash, "point", self.mischief.passes):
            self.world.run(self._live())
        verdict.prove(self)

    def fingerprint(self) -> str:
        """Return what tells one interleaving from another."""
        return sha256("\n".join(self.world.trace or ()).encode()).hexdigest()

    def _prepare(self) -> None:
        """Make the topics; in some histories those of banks, too, so that they can speak before they are enrolled."""
        settings = self.plan.settings
        banks = sorted({letter.topic.split(".")[1] for letter in self.plan.letters if letter.topic.startswith("bank.")})
        for topic in plans(settings, banks if self.plan.topics_there else []):
            self.broker.create(
                topic.name, topic.partitions, timestamp_type=int("message.timestamp.type" in topic.configs)
            )

    def _append_time_ms(self, topic: str) -> int:
        """Return what the clock of a topic's broker says; it steps now and then."""
        dice, plan = self.world.dice, self.plan
        if topic not in plan.skew_ms or dice.random() < 0.05:
            most_ms = STEP_MS if plan.clocks_step and dice.random() < 0.3 else SKEW_MS
            plan.skew_ms[topic] = dice.randint(-most_ms, most_ms)
        return round(self.world.wall().timestamp() * 1000) + self.plan.skew_ms.get(topic, 0)

    async def _live(self) -> None:
        """Send everything, let the last deadlines pass, and wait until all has come right."""
        for _ in range(self.plan.workers):
            self.staff.start()
        dice = self.world.dice
        for letter in self.plan.letters:
            if dice.random() < 0.5:
                await asyncio.sleep(dice.uniform(0, 3))
            if dice.random() < 0.25:
                await self._settled()
            self.world.jump_to(letter.at)
            if letter.topic not in self.broker.topics:
                await self._settled()  # its bank is being enrolled
            if letter.topic in self.broker.topics:  # else it was refused: a broker's clock was wrong
                self._send(letter.topic, letter.value)
            if dice.random() < self.plan.rulings:
                self._rule()
        if dice.random() < 0.5:
            await asyncio.sleep(dice.uniform(0, 3))
        self.world.jump_to(self.plan.letters[-1].at + timedelta(days=dice.choice((0, 10, 60))))
        await self._settled()
        while dice.random() < 2 * self.plan.rulings:
            self._rule()
        await self._settled()
        self.mischief.is_over = True
        await self._settled(clock_too=True)

    def _send(self, topic: str, value: bytes, ruling: Ruling | None = None) -> None:
        """Put a message on its sender's topic, or an operator's ruling."""
        place, headers = TopicPartition(topic, 0), () if ruling is None else tuple(ruling.headers())
        offset = self.broker.put(place, [(None, value, headers)])
        at_ms = self.broker.log(place).entries[-1].timestamp
        rows = self.database.tables.rows
        is_foreseen = ruling is not None and ruling.position > len(rows.get(ruling.partition, ()))
        self.sent[topic, offset] = Sent(value, at_ms, ruling, is_foreseen)
        self.world.say(f"sent: {topic} {offset}{f' {ruling}' if ruling else ''}")

    def _rule(self) -> None:
        """Have an operator rule on a dead letter, perhaps one on which somebody has ruled, or not as it should be."""
        dice = self.world.dice
        rows = sorted(self.database.tables.rows.items())
        buried = [(p, n, row) for p, of in rows for n, (row, _) in enumerate(of, 1) if isinstance(row, Buried)]
        if not buried:
            return
        partition, position, letter = dice.choice(buried)
        kind: Kind = dice.choice(("resubmit", "resubmit", "discard"))
        digest = digest_of(letter.raw if dice.random() < 0.9 else b"other bytes")
        ruling = Ruling(kind, partition, position + (dice.random() < 0.1), digest, f"ruling {len(self.sent)}")
        self._send(inbound(Sender("operator", dice.choice(OPERATORS))), b"", ruling)

    async def _settled(self, *, clock_too: bool = False) -> None:
        """Wait until everything sent is answered and published, and every deadline by now has been looked at."""
        deadline_s = self.world.loop.time() + SETTLED_WITHIN_S
        while (why := verdict.unfinished(self, clock_too=clock_too)) is not None:
            if self.world.loop.time() > deadline_s:
                raise AssertionError(f"left idle: {why}")
            await asyncio.sleep(1.0)


@contextlib.contextmanager
def _quiet(world: World) -> Iterator[None]:
    """Have the product's log go into the trace, or nowhere."""

    def into_trace(_: object, __: str, event: MutableMapping[str, Any]) -> str:
        world.say("log: " + " ".join(f"{key}={value}" for key, value in sorted(event.items())))
        raise structlog.DropEvent

    before = structlog.get_config()
    processor = into_trace if world.trace is not None else _drop
    structlog.configure(processors=[processor], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _drop(_: object, __: str, event: MutableMapping[str, Any]) -> str:
    raise structlog.DropEvent
