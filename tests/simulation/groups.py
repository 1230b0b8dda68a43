"""A consumer group of the broker's twin: the eager protocol, in which all give up what they have first."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.errors import IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError

from simulation.traffic import Blocked, Process
from simulation.world import World

#: a silent member is taken for dead after
SESSION_S = 6.0


@dataclass(slots=True)
class Member:
    """A consumer in the group."""

    topics: list[str]
    process: Process | None
    has_joined: bool = False
    given: list[TopicPartition] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A group as its coordinator knows it."""

    name: str
    world: World
    partitions: Callable[[str], int]
    members: dict[str, Member] = field(default_factory=dict)
    committed: dict[TopicPartition, int] = field(default_factory=dict)
    generation: int = 0
    is_rebalancing: bool = False
    _serial: int = 0

    def join(self, member_id: str, topics: list[str], process: Process | None) -> tuple[int, list[TopicPartition]]:
        """Join, and get a share once all have joined.

        Raises:
            Blocked: others have not joined yet.
        """
        member = self.members.get(member_id)
        if member is None:
            member = self.members[member_id] = Member(topics, process)
            self._watch(member_id, process)
            self.rebalance()
        if not self.is_rebalancing and not member.has_joined:
            self.rebalance()
        member.topics = topics
        if self.is_rebalancing:
            if not member.has_joined:
                member.has_joined = True
                self._share_out()
            if self.is_rebalancing:
                raise Blocked(self.name)
        return self.generation, list(member.given)

    def rebalance(self) -> None:
        """Have everybody join anew; who does not within the session's time is left out."""
        if self.is_rebalancing:
            return
        self.is_rebalancing = True
        for member in self.members.values():
            member.has_joined = False
        self._serial += 1
        serial = self._serial

        def enough() -> None:
            if self.is_rebalancing and self._serial == serial:
                for member_id in [name for name, member in self.members.items() if not member.has_joined]:
                    del self.members[member_id]
                self._share_out()

        self.world.later(SESSION_S, enough)
        self.world.unblock(self.name)

    def heartbeat(self, member_id: str, generation: int) -> None:
        """Answer when the member has to join anew.

        Raises:
            Blocked: all is as it was.
        """
        if member_id in self.members and generation == self.generation and not self.is_rebalancing:
            raise Blocked(self.name)

    def leave(self, member_id: str) -> None:
        """Leave, or be taken for dead."""
        if self.members.pop(member_id, None) is None:
            return
        if self.is_rebalancing:
            self._share_out()
        elif self.members:
            self.rebalance()
        self.world.unblock(self.name)

    def _watch(self, member_id: str, process: Process | None) -> None:
        """Take a member for dead that has been silent for the session's time."""
        if process is None:
            return
        silent_since = process.silent_since_s

        def look() -> None:
            if member_id not in self.members:
                return
            if process.silent_since_s is not None and process.silent_since_s == silent_since:
                self.world.say(f"{self.name}: {process.name} is taken for dead")
                self.leave(member_id)
            else:
                self._watch(member_id, process)

        self.world.later(SESSION_S, look)

    def commit(self, member_id: str, generation: int, offsets: dict[TopicPartition, int]) -> None:
        """Note how far was read.

        Raises:
            UnknownMemberIdError: it is no member.
            IllegalGenerationError: its share is another's by now.
            RebalanceInProgressError: it has to join anew first.
        """
        if member_id not in self.members:
            raise UnknownMemberIdError
        if generation != self.generation:
            raise IllegalGenerationError
        if self.is_rebalancing:
            raise RebalanceInProgressError
        self.committed.update(offsets)

    def _share_out(self) -> None:
        """Give each member its share, when all have joined."""
        if not all(member.has_joined for member in self.members.values()):
            return
        self.is_rebalancing = False
        self.generation += 1
        names = sorted(self.members)
        for member in self.members.values():
            member.given = []
        if names:
            topics = sorted({topic for member in self.members.values() for topic in member.topics})
            places = [TopicPartition(topic, n) for topic in topics for n in range(self.partitions(topic))]
            for index, place in enumerate(places):
                self.members[names[index % len(names)]].given.append(place)
        self.world.unblock(self.name)
