"""A worker put together of the product's own rooms on the twins, and the supervisor that starts the next one."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from drawbridge.bank.envelope import Sender
from drawbridge.delivery import Delivery
from drawbridge.gateway.assignment import DeskRoom
from drawbridge.gateway.clock import IdleClock
from drawbridge.gateway.desk import Desk, open_desk
from drawbridge.gateway.guards import intake_guard
from drawbridge.gateway.intake import Intake, Received
from drawbridge.gateway.order import InOrder
from drawbridge.gateway.positions import BrokerPositions
from drawbridge.record.rows import Origin
from drawbridge.relay.kafka import KafkaSession
from drawbridge.relay.publisher import Publisher
from drawbridge.relay.records import Recorder
from drawbridge.relay.room import RelayRoom
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, EVENTS, FACTS, sender_of, sender_plans
from drawbridge.watch.alerts import alerts_by_scheme
from simulation.clients import TwinAdmin, TwinConsumer
from simulation.letters import AGENCIES, CALENDAR, POOL
from simulation.log import Entry
from simulation.traffic import Process
from simulation.twin_broker import TwinBroker
from simulation.twin_database import TwinDatabase, TwinJournal
from simulation.twin_outbox import TwinOutbox
from simulation.twin_producer import TwinProducer
from simulation.world import World

INTAKE, DESKS = "drawbridge-intake", "drawbridge-desk"
#: a worker that has failed is gone after so many seconds, whatever it still waits for
END_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker is made of; a broken one is made by replacing a part (see `mutants`)."""

    journal: Callable[[TwinDatabase], TwinJournal] = TwinJournal
    outbox: Callable[[TwinDatabase], TwinOutbox] = TwinOutbox
    room: type[DeskRoom] = DeskRoom
    session: type[KafkaSession] = KafkaSession
    publisher: type[Publisher] = Publisher
    producer: type[TwinProducer] = TwinProducer
    clock: type[IdleClock] = IdleClock
    intake: type[Intake] = Intake
    order: type[InOrder] = InOrder
    transactional_id: Callable[[int, str], str] = lambda partition, _worker: f"drawbridge-relay-{partition}"


@dataclass(slots=True)
class Staff:
    """The workers that there should be, and what they work on."""

    world: World
    broker: TwinBroker
    database: TwinDatabase
    settings: Settings
    parts: Parts
    working: list[Process] = field(default_factory=list)
    started: int = 0

    def start(self) -> None:
        """Start one more worker; when it ends, the next one follows."""
        if self.world.is_over:
            return
        self.started += 1
        process = Process(f"worker-{self.started}")
        self.world.processes.append(process)
        self.working.append(process)
        self.world.say(f"{process.name} starts")
        task = process.main = self.world.spawn(process, _Worker(self, process).run())
        task.add_done_callback(lambda ended: self._ended(process, ended))

    def kill(self, process: Process, how: str = "is killed") -> None:
        """Kill a worker with kill -9."""
        self._gone(process, how)

    def _ended(self, process: Process, task: "asyncio.Task[None]") -> None:
        if process.is_alive and process in self.working:
            why = "was stopped" if task.cancelled() else repr(_first(task.exception()))
            self._gone(process, f"ends: {why}")

    def failing(self, process: Process) -> None:
        """Hear that a part of a worker failed: it has a moment to end."""
        self.world.later(END_WITHIN_S, lambda: self._gone(process, "does not end, and is killed"))

    def _gone(self, process: Process, how: str) -> None:
        if process not in self.working:
            return
        self.working.remove(process)
        self.world.kill(process, how)
        self.world.later(self.world.dice.uniform(0.2, 3.0), self.start)

    @property
    def partitions(self) -> dict[str, int]:
        """How many partitions the topics have that are keyed by scheme."""
        return dict.fromkeys((FACTS, EVENTS, CREDIT_RECORDS, ALERTS), self.settings.facts_partitions)


@dataclass(slots=True)
class _Worker:
    """One worker's parts, as drawbridge.worker has them."""

    staff: Staff
    process: Process

    async def run(self) -> None:
        """Run all roles until one fails."""
        staff = self.staff
        relays = RelayRoom(self._publisher)
        positions = await self._positions()
        journal = staff.parts.journal(staff.database)
        settings = staff.settings

        async def desk(partition: int) -> Desk:
            return await open_desk(
                settings,
                journal,
                CALENDAR,
                partition=partition,
                partitions=settings.facts_partitions,
                holder=self.process.name,
            )

        room = staff.parts.room(
            settings,
            TwinConsumer(staff.broker, DESKS, limit=settings.desk_batch),
            open_desk=desk,
            follower=relays,
            clock=staff.parts.clock(settings, positions, staff.world.wall),
            embedded=False,
        )
        async with asyncio.TaskGroup() as group:
            for part in (room.run(), relays.failure(), self._intake()):
                group.create_task(self._watched(part))

    async def _watched(self, part: Coroutine[Any, Any, None]) -> None:
        try:
            await part
        except Exception as why:
            self.staff.world.say(f"{self.process.name}: a part failed: {why!r}")
            self.staff.failing(self.process)
            raise

    async def _positions(self) -> BrokerPositions:
        asking = TwinConsumer(self.staff.broker)
        await asking.start()
        return BrokerPositions(self.staff.settings, TwinAdmin(self.staff.broker), asking, INTAKE)

    async def _intake(self) -> None:
        """Forward as the Faust agent does: acknowledge what is delivered, in Faust's own time."""
        staff = self.staff
        producer = TwinProducer(staff.broker, name="intake")
        await producer.start()
        intake = staff.parts.intake(staff.settings, Delivery(producer), staff.settings.facts_partitions, embedded=False)
        positions = await self._positions()
        in_order = staff.parts.order(positions)
        consumer = TwinConsumer(staff.broker, INTAKE, limit=staff.settings.intake_batch)
        consumer.subscribe(await self._senders_topics())
        await consumer.start()
        guard = intake_guard(await self._positions(), lambda: {tuple(place) for place in consumer.assignment()})
        async with asyncio.TaskGroup() as group:
            group.create_task(guard.run())
            group.create_task(self._follow_senders(consumer))
            group.create_task(self._forward(consumer, intake, in_order))

    async def _follow_senders(self, consumer: TwinConsumer) -> None:
        """Hear new senders, too."""
        while True:
            await asyncio.sleep(self.staff.settings.refresh_ms / 1000)
            if new := sorted(set(await self._senders_topics()) - consumer.subscription()):
                self.staff.world.say(f"{self.process.name}: new senders: {', '.join(new)}")
                await consumer.subscribe_also(new)

    async def _senders_topics(self) -> list[str]:
        there = await TwinAdmin(self.staff.broker).list_topics()
        return [topic for topic in there if sender_of(self.staff.settings, topic) is not None]

    async def _forward(self, consumer: TwinConsumer, intake: Intake, in_order: InOrder) -> None:
        try:
            while True:
                batches = await consumer.getmany(timeout_ms=1000)
                for place, records in batches.items():
                    # Faust drops a record now and then
                    given = records[1:] if self.staff.world.dice.random() < DROPPED else records
                    await intake.forward(await in_order.fresh([_received(record) for record in given]))
                    if given:
                        await self._acknowledge(consumer, place, given[-1].offset + 1)
        finally:
            await consumer.stop()

    async def _acknowledge(self, consumer: TwinConsumer, place: TopicPartition, offset: int) -> None:
        try:
            await consumer.commit({place: offset})
        except KafkaError as why:
            self.staff.world.say(f"{self.process.name}: not acknowledged: {why!r}")

    def _publisher(self, partition: int) -> Publisher:
        staff = self.staff
        name = staff.parts.transactional_id(partition, self.process.name)
        timeout_s = staff.settings.transaction_timeout_ms / 1000

        def session() -> KafkaSession:
            return staff.parts.session(
                staff.settings,
                partition,
                producer=cast("Any", staff.parts.producer(staff.broker, name, timeout_s=timeout_s)),
                committed=TwinConsumer(staff.broker),
                watermarks=TwinConsumer(staff.broker, committed=False),
                partitions=staff.partitions,
            )

        def recorder() -> Recorder:
            return Recorder(staff.settings, staff.partitions, agencies, alerts_by_scheme())

        return staff.parts.publisher(
            staff.settings, partition, staff.parts.outbox(staff.database), session, recorder, self._make_topics
        )

    async def _make_topics(self, bank: str) -> None:
        """Make a bank's topics, which in a history are there from the beginning or not."""
        await TwinAdmin(self.staff.broker).create(sender_plans(self.staff.settings, Sender("bank", bank)))


#: how often Faust drops a record of a batch
DROPPED = 0.003


def agencies(scheme: str) -> tuple[str, ...]:
    """Return the agencies of a scheme."""
    return AGENCIES if scheme == POOL else ()


def _received(record: Entry) -> Received:
    return Received(
        Origin(record.topic, record.partition, record.offset),
        record.value,
        record.headers,
        record.timestamp,
        record.timestamp_type,
    )


def _first(error: BaseException | None) -> BaseException | None:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
