"""What goes wrong in a history: mostly at a moment that is chosen for the harm that it may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from aiokafka import TopicPartition

from drawbridge import crash
from drawbridge.topics import FACTS, sender_of
from simulation.staff import DESKS, INTAKE, Staff
from simulation.traffic import OWNER, Delay, Flight, Gone
from simulation.world import World

#: how often something goes wrong, for each step
OFTEN = 0.008
#: requests during which harm may be done, by a part of their names; '' is any
MOMENTS = (
    "",
    "",
    "EndTxn",
    "relay-0: Produce",
    "relay-0: AddPartitions",
    "InitProducerId",
    "intake: Produce",
    "OffsetCommit",
    "JoinGroup",
    "SQL take",
    "SQL remembered",
    "SQL buried",
    "SQL BEGIN",
    "SQL COPY",
    "SQL COMMIT",
    "SQL remember ",
    "SQL owed",
)
#: seconds for which a process is stopped: shorter and longer than a session, a transaction, an idle connection
STOPS_S = (1.0, 7.0, 9.0, 15.0, 40.0)
#: seconds for which a partition is paused, or intake stands still; on the walls weeks may pass meanwhile
PAUSES_S = (5.0, 20.0, 60.0)
#: after which a request arrives whose connection is long broken; None for never
LATE = (
    None,
    None,
    Delay(0.5),
    Delay(8.0),
    Delay(20.0),
    Delay(steps=5),
    Delay(steps=20),
    Delay(steps=50),
    Delay(steps=100),
)


@dataclass(slots=True)
class Mischief:
    """Does so much harm, then no more.

    Attributes:
        left: how many things may still go wrong.
        crash_at: the place of `drawbridge.crash` at which a worker is killed next, and how often it is passed before.
        crashed: where workers were killed so.
        is_over: whether nothing may go wrong any more.
    """

    world: World
    staff: Staff
    left: int
    crash_at: tuple[str, int] | None = None
    crashed: list[str] = field(default_factory=list)
    is_over: bool = False
    _kind: str = ""
    _moment: str = ""

    def now_and_then(self) -> None:
        """Let something go wrong, if its moment has come."""
        if not self.left or self.is_over:
            return
        dice = self.world.dice
        if not self._kind:
            if dice.random() < OFTEN:
                self._kind = dice.choice(tuple(_KINDS))
                self._moment = dice.choice(_OWN_MOMENTS.get(self._kind, MOMENTS))
            return
        there = [f for f in self.world.flights if self._moment in f.what and f.process in self.staff.working]
        if there and dice.random() < 0.4:
            kind, self._kind = self._kind, ""
            self.left -= 1
            _KINDS[kind](self, dice.choice(there))

    def passes(self, place: str) -> None:
        """Hear that a worker passes a place at which it may be killed.

        Raises:
            Gone: it is.
        """
        process = OWNER.get()
        if self.crash_at is None or self.is_over or process not in self.staff.working or process is None:
            return
        name, left = self.crash_at
        if name != place:
            return
        self.crash_at = (name, left - 1) if left else None
        if not left:
            self.crashed.append(name)
            self.staff.kill(process, f"is killed at {name}")
            raise Gone

    def crash(self, _: Flight) -> None:
        """A process is killed between two of its own steps: the next that passes a named place."""
        self.crash_at = (self.world.dice.choice(crash.POINTS), self.world.dice.randint(0, 3))

    def kill(self, flight: Flight) -> None:
        """A process is killed with kill -9."""
        if flight.process is not None:
            self.staff.kill(flight.process)

    def stop(self, flight: Flight) -> None:
        """SIGSTOP, and SIGCONT after a while."""
        if flight.process is not None and not flight.process.is_paused:
            self.world.pause(flight.process, self.world.dice.choice(STOPS_S))

    def ask_to_end(self, flight: Flight) -> None:
        """SIGTERM."""
        if flight.process is not None and flight.process.main is not None:
            self.world.say(f"{flight.process.name} is asked to end")
            flight.process.main.cancel()

    def stand_still(self, flight: Flight) -> None:
        """A relay is stopped in its transaction for longer than its partition is kept for it."""
        if flight.process is not None and not flight.process.is_paused:
            self.world.pause(flight.process, self.world.dice.choice((7.0, 8.0, 9.0)))

    def commit_late(self, flight: Flight) -> None:
        """A request to commit, long given up, arrives in a later transaction of the same id."""
        id_ = flight.what.partition(":")[0]
        broker, before = self.staff.broker, self.staff.broker.in_transaction(id_)

        def next_one() -> bool:
            return broker.in_transaction(id_) not in (None, before)

        self.world.lose(flight, Delay(steps=self.world.dice.randint(1, 20), until=next_one))

    def rebalance(self, _: Flight) -> None:
        """A group shares its partitions out anew."""
        self.world.say("a rebalance")
        self.staff.broker.group(self.world.dice.choice((INTAKE, DESKS))).rebalance()

    def restart_database(self, _: Flight) -> None:
        """The database goes away for a while."""
        self.staff.database.restart(self.world.dice.uniform(0.1, 3.0))

    def hold(self, flight: Flight) -> None:
        """A request takes very long."""
        self.world.hold(flight, self.world.dice.choice(LATE) or Delay(1.0))

    def cut(self, flight: Flight) -> None:
        """A connection breaks, before or after the request took effect; or the request arrives later."""
        self.world.lose(flight, self.world.dice.choice(LATE))

    def compact(self, _: Flight) -> None:
        """The broker compacts the cursor's topic."""
        for log in self.staff.broker.topics["relay.cursor"]:
            log.compact()

    def pause_partition(self, _: Flight) -> None:
        """One partition gives nothing for a while: a sender's, or one of `facts`."""
        place = self.world.dice.choice([*self._senders(), *self._facts()])
        self._withhold([place])

    def stop_intake(self, _: Flight) -> None:
        """No worker's intake gets anything for a while."""
        self._withhold(self._senders())

    def stop_desks(self, _: Flight) -> None:
        """No desk gets anything for a while."""
        self._withhold(self._facts())

    def _withhold(self, places: list[TopicPartition]) -> None:
        for_s = self.world.dice.choice(PAUSES_S)
        told = ", ".join(f"{place.topic}/{place.partition}" for place in places)
        self.world.say(f"paused for {for_s:.0f} s: {told}")
        self.staff.broker.withhold(places, for_s)

    def _senders(self) -> list[TopicPartition]:
        settings, topics = self.staff.settings, self.staff.broker.topics
        return [TopicPartition(topic, 0) for topic in sorted(topics) if sender_of(settings, topic) is not None]

    def _facts(self) -> list[TopicPartition]:
        return [TopicPartition(FACTS, number) for number in range(self.staff.settings.facts_partitions)]


_KINDS: Mapping[str, Callable[[Mischief, Flight], None]] = MappingProxyType(
    {
        "crash": Mischief.crash,
        "crash again": Mischief.crash,
        "kill": Mischief.kill,
        "stop": Mischief.stop,
        "stop again": Mischief.stop,
        "ask to end": Mischief.ask_to_end,
        "rebalance": Mischief.rebalance,
        "restart the database": Mischief.restart_database,
        "hold": Mischief.hold,
        "cut": Mischief.cut,
        "cut again": Mischief.cut,
        "cut once more": Mischief.cut,
        "compact": Mischief.compact,
        "stand still": Mischief.stand_still,
        "commit late": Mischief.commit_late,
        "pause a partition": Mischief.pause_partition,
        "stop intake": Mischief.stop_intake,
        "stop the desks": Mischief.stop_desks,
    }
)
_OWN_MOMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "stand still": ("relay-0: Produce", "relay-0: AddPartitions", "relay-0: EndTxn"),
        "commit late": ("EndTxn",),
    }
)
