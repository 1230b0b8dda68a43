"""The broker's twin: topics, transactions as a coordinator runs them for clients of the old protocol, and groups.

`clauses.py` says what the simulation believes of it; Apache Kafka is held to the same clauses by a journey.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.errors import (
    ConcurrentTransactions,
    InvalidProducerEpoch,
    InvalidTxnState,
    UnknownTopicOrPartitionError,
)

from simulation.groups import Group
from simulation.log import Entry, Fate, Log
from simulation.world import World

#: a producer's id and epoch
ProducerId = tuple[int, int]
#: what a record says of its timestamp
CREATE_TIME, LOG_APPEND_TIME = 0, 1
Record = tuple[bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]


@dataclass(slots=True)
class _Transactional:
    """What the coordinator knows of a transactional id."""

    pid: int
    epoch: int
    timeout_s: float
    state: str = "empty"
    places: list[TopicPartition] = field(default_factory=list)
    serial: int = 0


class TwinBroker:
    """A cluster whose partitions each have a leader of their own."""

    def __init__(self, world: World, append_time_ms: Callable[[str], int]) -> None:
        """Begin empty; `append_time_ms` is the clock of the broker that has a topic."""
        self.world = world
        self.topics: dict[str, list[Log]] = {}
        self.groups: dict[str, Group] = {}
        #: of which groups get nothing, as of a partition that is paused, or without a leader that answers
        self.withheld: set[TopicPartition] = set()
        self._append_time_ms = append_time_ms
        self._ids: dict[str, _Transactional] = {}
        self._pids = 0

    def create(self, topic: str, partitions: int, *, timestamp_type: int = CREATE_TIME) -> bool:
        """Make a topic; whether it was not there."""
        if topic in self.topics:
            return False
        self.topics[topic] = [Log(topic, number, int(timestamp_type)) for number in range(partitions)]
        return True

    def group(self, name: str) -> Group:
        """Return a group, made when first asked for."""
        if name not in self.groups:
            self.groups[name] = Group(name, self.world, lambda topic: len(self.topics.get(topic, ())))
        return self.groups[name]

    def log(self, place: TopicPartition) -> Log:
        """Return a partition.

        Raises:
            UnknownTopicOrPartitionError: there is none.
        """
        logs: list[Log] = self.topics.get(place.topic, [])
        if place.partition >= len(logs):
            raise UnknownTopicOrPartitionError
        log: Log = logs[place.partition]
        return log

    def put(self, place: TopicPartition, records: Sequence[Record]) -> int:
        """Append what somebody outside sends, and return the first offset."""
        offset = self.log(place).append(records, self._append_time_ms(place.topic))
        self.world.unblock(place)
        return offset

    def withhold(self, places: Sequence[TopicPartition], for_s: float) -> None:
        """Give nothing of these to groups for a while; what is appended waits."""
        self.withheld.update(places)

        def give() -> None:
            self.withheld.difference_update(places)
            self.world.say("broker: the paused go on")
            self.world.unblock(*places)

        self.world.later(for_s, give)

    # --- producers

    def init_producer(self, transactional_id: str | None, timeout_s: float) -> tuple[int, int]:
        """Return producer id and epoch; of a transactional id the epoch rises, and what was open is aborted first.

        Raises:
            ConcurrentTransactions: the last transaction has not ended everywhere; ask again.
        """
        if transactional_id is None:
            self._pids += 1
            return self._pids, 0
        known = self._ids.get(transactional_id)
        if known is None:
            self._pids += 1
            self._ids[transactional_id] = _Transactional(self._pids, 0, timeout_s)
            return self._pids, 0
        if known.state == "ongoing":
            known.epoch += 1
            self._end(transactional_id, known, Fate.ABORTED)
        if known.state.startswith("prepare"):
            raise ConcurrentTransactions
        known.epoch += 1
        known.state, known.timeout_s = "empty", timeout_s
        return known.pid, known.epoch

    def add_partitions(self, transactional_id: str, producer: ProducerId, places: Sequence[TopicPartition]) -> None:
        """Take partitions into the transaction, which begins with the first.

        Raises:
            InvalidProducerEpoch: a newer producer has the id.
            ConcurrentTransactions: the last transaction has not ended everywhere; ask again.
            UnknownTopicOrPartitionError: one is not there.
        """
        known = self._checked(transactional_id, producer)
        for place in places:
            self.log(place)
        if known.state.startswith("prepare"):
            raise ConcurrentTransactions
        if known.state != "ongoing":
            known.state, known.places = "ongoing", []
            known.serial += 1
            serial = known.serial
            self.world.later(known.timeout_s, lambda: self._time_is_up(transactional_id, serial))
        known.places += [place for place in places if place not in known.places]

    def produce(
        self,
        transactional_id: str | None,
        producer: ProducerId,
        place: TopicPartition,
        records: Sequence[Record],
        sequence: int,
    ) -> int:
        """Append a batch and return its first offset.

        Raises:
            InvalidProducerEpoch: a newer producer has the id.
            InvalidTxnState: the partition is in no open transaction of this producer.
        """
        log = self.log(place)
        if transactional_id is not None:
            known = self._checked(transactional_id, producer)
            if known.state != "ongoing" or place not in known.places:
                raise InvalidTxnState
        offset = log.append(
            records,
            self._append_time_ms(place.topic),
            producer,
            sequence=sequence,
            transactional=transactional_id is not None,
        )
        self.world.unblock(place)
        return offset

    def end_txn(self, transactional_id: str, producer: ProducerId, *, commit: bool) -> None:
        """Decide a transaction's fate; the markers follow on each partition in its own time.

        Raises:
            InvalidProducerEpoch: a newer producer has the id.
            ConcurrentTransactions: it is ending already.
            InvalidTxnState: there is none, or it ended the other way.
        """
        known, fate = self._checked(transactional_id, producer), Fate.COMMITTED if commit else Fate.ABORTED
        if known.state == "ongoing":
            self._end(transactional_id, known, fate)
        elif known.state == f"prepare {fate.value}":
            raise ConcurrentTransactions
        elif known.state != fate.value:
            raise InvalidTxnState

    def in_transaction(self, transactional_id: str) -> int | None:
        """Return the number of the transaction that is open for an id, None when none is."""
        known = self._ids.get(transactional_id)
        return known.serial if known is not None and known.state == "ongoing" else None

    def _checked(self, transactional_id: str, producer: ProducerId) -> _Transactional:
        known = self._ids[transactional_id]
        if (known.pid, known.epoch) != producer:
            raise InvalidProducerEpoch
        return known

    def _time_is_up(self, transactional_id: str, serial: int) -> None:
        """Abort a transaction that is open for too long; its producer is fenced."""
        known = self._ids[transactional_id]
        if known.state == "ongoing" and known.serial == serial:
            self.world.say(f"broker: time is up for the transaction of {transactional_id}")
            known.epoch += 1
            self._end(transactional_id, known, Fate.ABORTED)

    def _end(self, transactional_id: str, known: _Transactional, fate: Fate) -> None:
        left = list(known.places)
        known.state = f"prepare {fate.value}"

        def marked(place: TopicPartition) -> None:
            if place.topic in self.topics:
                at_ms = self._append_time_ms(place.topic)
                self.log(place).write_marker(known.pid, known.epoch, fate, at_ms)
            left.remove(place)
            if not left:
                known.state = fate.value
            self.world.unblock(place)

        for place in known.places:
            what = f"broker: {transactional_id} {fate.value} on {place.topic}/{place.partition}"
            self.world.in_background(what, lambda place=place: marked(place))  # type: ignore[misc]

    def committed(self, place: TopicPartition) -> list[Entry]:
        """Return what a reader of committed records gets to see from the beginning."""
        log = self.log(place)
        return log.read(0, log.end + 1, committed=True)[0]
