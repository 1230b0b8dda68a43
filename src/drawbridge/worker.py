"""A worker put together: its roles, their parts, and the rule that whatever fails ends the process."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import faust
import orjson
import structlog
from aiokafka import TopicPartition

from drawbridge import wiring
from drawbridge.bank.envelope import Sender
from drawbridge.delivery import Delivery
from drawbridge.gateway.app import add_intake, add_watch, follow_senders, has_share, make_app
from drawbridge.gateway.assignment import DeskRoom
from drawbridge.gateway.clock import IdleClock
from drawbridge.gateway.desk import open_desk
from drawbridge.gateway.guards import desk_guard, intake_guard
from drawbridge.gateway.intake import Intake, Received
from drawbridge.gateway.measured import MeasuredJournal, measured
from drawbridge.gateway.order import InOrder
from drawbridge.gateway.positions import BrokerPositions
from drawbridge.law import SCHEMES
from drawbridge.monitor.lookout import Lookout
from drawbridge.monitor.stages import Readiness, Stage
from drawbridge.relay.kafka import KafkaSession, PlainSession
from drawbridge.relay.measured import MeasuredOutbox, MeasuredSession
from drawbridge.relay.publisher import Publisher
from drawbridge.relay.records import Recorder
from drawbridge.relay.room import FollowingRoom, RelayRoom
from drawbridge.relay.session import Session
from drawbridge.settings import Settings
from drawbridge.shipped import calendar
from drawbridge.topics import ALERTS, FACTS, sender_of, sender_plans
from drawbridge.watch.alerts import alerts_by_scheme
from drawbridge.watch.metrics import Meter

log = structlog.get_logger()

#: seconds that the other parts have for closing once one has failed; nothing is lost by cutting them off
END_WITHIN_S = 5.0


@dataclass(slots=True)
class Worker:
    """The parts of one worker process."""

    settings: Settings
    broker: wiring.Broker
    pool: asyncpg.Pool
    partitions: dict[str, int]
    meter: Meter
    readiness: Readiness
    _desks: DeskRoom | None = None
    _sessions: dict[int, MeasuredSession] = field(default_factory=dict)
    _stages: dict[str, Stage] = field(default_factory=dict)
    _running: list[Coroutine[Any, Any, None]] = field(default_factory=list)
    _closing: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)

    async def add(self, roles: Sequence[str]) -> None:
        """Put together what these roles need; nothing runs yet but clients."""
        relays = self._relays() if "relay" in roles else None
        room: DeskRoom | FollowingRoom | None = None
        if "desk" in roles:
            room = self._desks = await self._desk_room(relays)
        elif relays is not None:
            room = FollowingRoom(self.settings, self.broker.consumer(wiring.RELAY_GROUP), relays)
        if room is not None:
            self._running.append(room.run())
        if room is not None and relays is not None:
            self._running.append(relays.failure())
            self._stages["relay"] = self._stage_of_relay(room)
        if "intake" in roles:
            self._running.append(_app_running(await self._intake()))
        if "watch" in roles:
            app = make_app(self.settings, wiring.WATCH_GROUP, embedded=self.broker.embedded)
            add_watch(app, self.settings.topic(ALERTS), tell)
            self._running.append(_app_running(app))
        if self.settings.otlp_endpoint:
            self._running.append(self.meter.spans.run())
        if self.settings.health_port:
            self._running.append((await self._lookout()).run())

    async def run(self) -> None:
        """Run until cancelled.

        Raises:
            ExceptionGroup: a part failed.
        """
        self.readiness.begun(list(self._stages.values()), time.monotonic())
        try:
            async with asyncio.TaskGroup() as group:
                for part in self._running:
                    group.create_task(_ending_the_process(part))
        finally:
            self.readiness.waits_for = "the worker is ending"
            for close in reversed(self._closing):
                await close()

    async def _intake(self) -> faust.App:
        """Return the Faust app of intake, with the producer that it uses: agents start before an app's services."""
        producer = self.broker.producer()
        await producer.start()
        self._closing.append(producer.stop)
        intake = Intake(self.settings, Delivery(producer), self.partitions[FACTS], self.broker.embedded)
        app = make_app(self.settings, wiring.INTAKE_GROUP, embedded=self.broker.embedded)
        positions = await self._positions()
        in_order = InOrder(positions)
        deliver = measured(intake.forward, self.meter)

        async def forward(batch: list[Received]) -> None:
            await deliver(await in_order.fresh(batch))

        add_intake(app, self.settings, await self._senders_topics(), forward)

        def given() -> set[tuple[str, int]]:
            return {(place.topic, place.partition) for place in app.consumer.assignment()}

        def sources() -> set[str]:
            return {f"{topic}/{partition}" for topic, partition in given()} if has_share(app) else set()

        self._stages["intake"] = Stage("intake", lambda: has_share(app), sources, sources)
        # with positions of its own: who asks for `in_order` may be what stands still
        self._running.append(intake_guard(await self._positions(), given).run())
        every_s = self.settings.refresh_ms / 1000
        self._running.append(follow_senders(app, self._senders_topics, every_s))
        return app

    async def _senders_topics(self) -> list[str]:
        """Return the topics on which somebody may speak."""
        return sorted(topic for topic in await self.broker.topics() if sender_of(self.settings, topic) is not None)

    async def _positions(self) -> BrokerPositions:
        """Return what asks the broker about the senders' topics, with a consumer of its own."""
        asking = self.broker.consumer()
        await asking.start()
        self._closing.append(asking.stop)
        return BrokerPositions(self.settings, self.broker.admin, asking, wiring.INTAKE_GROUP)

    async def _desk_room(self, relays: RelayRoom | None) -> DeskRoom:
        """Return the room of the desks of this worker's partitions."""
        journal, days = MeasuredJournal(self.pool, self.meter, is_sandbox=self.settings.sandbox), calendar()
        holder = f"{socket.gethostname()}/{os.getpid()}"
        clock = None
        if not self.settings.sandbox:
            clock = IdleClock(self.settings, await self._positions())
        room = DeskRoom(
            self.settings,
            self.broker.consumer(wiring.DESK_GROUP),
            open_desk=lambda partition: open_desk(
                self.settings, journal, days, partition=partition, partitions=self.partitions[FACTS], holder=holder
            ),
            follower=relays,
            clock=clock,
            embedded=self.broker.embedded,
        )
        facts = self.settings.topic(FACTS)
        places = [TopicPartition(facts, number) for number in range(self.partitions[FACTS])]
        self._running.append(desk_guard(await self._positions(), journal, room, places).run())
        self._stages["desk"] = Stage(
            "desk",
            lambda: room.is_settled,
            lambda: {f"{facts}/{number}" for number in room.given()},
            lambda: {f"{facts}/{number}" for number in room.desks},
        )
        return room

    def _stage_of_relay(self, room: DeskRoom | FollowingRoom) -> Stage:
        """Return the relay as monitors see it; its share is the room's."""
        return Stage(
            "relay",
            lambda: room.is_settled,
            lambda: {f"journal/{number}" for number in room.given()},
            lambda: {f"journal/{number}" for number, session in self._sessions.items() if session.is_open},
        )

    async def _lookout(self) -> Lookout:
        """Return what looks at lags and ages, with clients of its own."""
        stable, watermarks = self.broker.consumer(), self.broker.consumer(committed=False)
        for consumer in (stable, watermarks):
            await consumer.start()
            self._closing.append(consumer.stop)
        return Lookout(
            self.settings,
            self.meter,
            self.readiness,
            self.pool,
            await self._positions(),
            stable,
            watermarks,
            self.partitions,
            self._desks,
            self._stages,
        )

    def _relays(self) -> RelayRoom:
        """Return the relays, none running yet."""
        outbox = MeasuredOutbox(self.pool, self.meter, is_sandbox=self.settings.sandbox)
        embedded = self.broker.embedded
        if embedded:
            log.warning(
                "the embedded broker knows no transactions: everything is published at least once, not exactly once"
            )

        def session(partition: int) -> Session:
            if embedded:
                return PlainSession(self.broker.producer())
            return KafkaSession(
                self.settings,
                partition,
                producer=self.broker.relay_producer(partition),
                committed=self.broker.consumer(),
                watermarks=self.broker.consumer(committed=False),
                partitions=self.partitions,
            )

        def measured_session(partition: int) -> Session:
            self._sessions[partition] = MeasuredSession(session(partition), self.meter, partition)
            return self._sessions[partition]

        def make(partition: int) -> Publisher:
            return Publisher(
                self.settings,
                partition,
                outbox,
                lambda: measured_session(partition),
                lambda: Recorder(self.settings, self.partitions, self._agencies, alerts_by_scheme()),
                self._make_topics,
            )

        return RelayRoom(make)

    def _agencies(self, scheme: str) -> Sequence[str]:
        """Return the agencies of a scheme: all that are known, when it has anything for an agency to say."""
        return self.settings.agencies if SCHEMES[scheme].has_agency else ()

    async def _make_topics(self, bank: str) -> None:
        """Make a newly enrolled bank's topics."""
        made = await self.broker.create(sender_plans(self.settings, Sender("bank", bank)))
        if made:
            log.info("topics made", topics=made)


async def _ending_the_process(part: Coroutine[Any, Any, None]) -> None:
    """Run a part; when it fails, let the others close for a moment only: Faust waits a minute for an absent broker."""
    try:
        await part
    except Exception:
        log.exception("a part failed, the process ends", within_s=END_WITHIN_S)
        last_resort = threading.Timer(END_WITHIN_S, os._exit, (os.EX_SOFTWARE,))
        last_resort.daemon = True
        last_resort.start()
        raise


async def _app_running(app: faust.App) -> None:
    """Run a Faust app until cancelled; a crash of it is passed on."""
    app.loop = asyncio.get_running_loop()
    # an app that is stopped half started never ends: it is let start first
    starting = asyncio.create_task(app.start())
    try:
        await asyncio.shield(starting)
        await app.wait_for_stopped()
        raise RuntimeError("the Faust app stopped by itself") from app.crash_reason
    finally:
        await asyncio.wait([starting])
        await app.stop()


def tell(line: bytes) -> None:
    """Put an alert into the log."""
    alert = orjson.loads(line)
    data = alert["data"]
    say = log.error if data.get("severity") in ("critical", "high") else log.info
    say(
        alert["type"],
        case=alert["subject"],
        about=data["event"],
        severity=data.get("severity"),
        title=data.get("title"),
    )
