"""The two parts of a worker that a group's rebalance can leave idle, and how long records may wait for each."""

from collections.abc import Callable, Collection

from aiokafka import TopicPartition

from drawbridge.gateway.assignment import DeskRoom
from drawbridge.gateway.positions import BrokerPositions
from drawbridge.gateway.stall import StallGuard
from drawbridge.record.journal import Journal

#: seconds; a desk's database may take its time for a statement
INTAKE_STALLS_S, DESK_STALLS_S = 15.0, 60.0


def intake_guard(positions: BrokerPositions, given: Callable[[], set[tuple[str, int]]]) -> StallGuard:
    """Return what notices that records of the senders' topics wait and nobody forwards them.

    Args:
        positions: asked by nobody else: what waits for their answers may be what stands still.
        given: returns what this worker's intake was given; when it has nothing, it answers for whatever waits.
    """
    ends, done = positions.inbound_ends, positions.intake_positions
    return StallGuard(ends, done, positions.first_record, lambda: given() or None, INTAKE_STALLS_S)


def desk_guard(
    positions: BrokerPositions, journal: Journal, room: DeskRoom, places: Collection[TopicPartition]
) -> StallGuard:
    """Return what notices that facts wait and nobody decides them; a desk that is being opened may take its time.

    Args:
        positions: asked by nobody else, as above.
        journal: tells how far each partition is decided.
        room: of this worker's desks.
        places: the partitions of `facts`.
    """

    async def ends() -> dict[TopicPartition, int]:
        return {} if room.is_opening else await positions.facts_ends(places)

    async def decided() -> dict[TopicPartition, int]:
        offsets = await journal.next_offsets()
        return {place: offsets.get(place.partition, 0) for place in places}

    def given() -> set[tuple[str, int]]:
        mine = room.given()
        return {tuple(place) for place in places if place.partition in mine}

    return StallGuard(ends, decided, positions.first_record, given, DESK_STALLS_S)
