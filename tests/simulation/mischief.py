"""What goes wrong in a history: mostly at a moment that is chosen for the harm that it may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulation.staff import DESKS, INTAKE, Staff
from simulation.traffic import Delay, Flight
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
    "SQL BEGIN",
    "SQL COPY",
    "SQL COMMIT",
    "SQL remember ",
    "SQL owed",
)
#: seconds for which a process is stopped: shorter and longer than a session, a transaction, an idle connection
STOPS_S = (1.0, 7.0, 9.0, 15.0, 40.0)
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
        is_over: whether nothing may go wrong any more.
    """

    world: World
    staff: Staff
    left: int
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


_KINDS: Mapping[str, Callable[[Mischief, Flight], None]] = MappingProxyType(
    {
        "kill": Mischief.kill,
        "kill again": Mischief.kill,
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
    }
)
_OWN_MOMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "stand still": ("relay-0: Produce", "relay-0: AddPartitions", "relay-0: EndTxn"),
        "commit late": ("EndTxn",),
    }
)
