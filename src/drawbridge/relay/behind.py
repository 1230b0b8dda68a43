"""Looking behind the cursor: what a torn transaction left on the outputs is found, and not published again.

A request to commit that the network held back can arrive while the next transaction is open, and commit the part of it
that is already there: without its cursor. So each cursor names the ends of the outputs, and whoever goes on from it
reads what stands behind them. What stands there of ours is a beginning of each place's next records, in their order;
between it may stand what the relays of other partitions published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from drawbridge.delivery import Outgoing
from drawbridge.relay.cursor import Cursor, Place


@dataclass(frozen=True, slots=True)
class Standing:
    """A record found behind the end that a cursor names."""

    place: Place
    offset: int
    digest: bytes


def digest(key: bytes | None, value: bytes | None) -> bytes:
    """Return what tells a record from others of its place: its id stands in the value, beside all that differs."""
    return sha256(sha256(key or b"").digest() + (value or b"")).digest()


class Behind:
    """What stands behind a cursor, until all of it that is ours was passed.

    Attributes:
        ends: behind what is known to be published up to the position reached.
    """

    def __init__(self, cursor: Cursor, standing: Iterable[Standing], until: Mapping[Place, int]) -> None:
        """Begin at a cursor.

        Args:
            cursor: where to go on.
            standing: committed records behind its ends, in the order of each place.
            until: the places that there are, and the offsets up to which was read.
        """
        # a topic that is gone holds nothing; one that was made anew is shorter than it was
        self.ends: dict[Place, int] = {
            place: min(end, until[place]) for place, end in cursor.ends.items() if place in until
        }
        self._until = dict(until)
        self._sure_at = cursor.position + cursor.batch
        self._left: dict[Place, list[Standing]] = {}
        for found in standing:
            self._left.setdefault(found.place, []).append(found)

    def without_standing(self, records: Sequence[Outgoing]) -> list[Outgoing]:
        """Return those of the next records that do not stand there yet."""
        return [record for record in records if not (self._left and self._passed(record))]

    def reached(self, position: int, ends: Mapping[Place, int], *, all_of_it: bool) -> None:
        """Note that everything up to a position stands on its place, with the ends that this named.

        Args:
            position: of the journal.
            ends: behind the records just published.
            all_of_it: whether the journal holds no more rows than these.
        """
        self.ends.update(ends)
        if position >= self._sure_at or all_of_it:
            # a transaction was torn at most, and no row of it is left: the rest is what others published
            self._left.clear()
            for place, end in self._until.items():
                self.ends[place] = max(end, self.ends.get(place, 0))
            self._until.clear()

    def _passed(self, record: Outgoing) -> bool:
        """Whether a record stands there already; it is passed then."""
        place = (record.topic, record.partition)
        wanted = digest(record.key, record.value)
        left = self._left.get(place, [])
        for index, found in enumerate(left):
            if found.digest == wanted:
                del left[: index + 1]
                self.ends[place] = found.offset + 1
                return True
        return False
