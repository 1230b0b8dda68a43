"""How far a partition of the journal was published, as the topic `relay.cursor` has it, and as the database believes.

The record stands in the same Kafka transaction as what it speaks of and is the truth. The database's copy is advice: it
follows after the commit, so it may be behind by one transaction. A greater difference means that broker and database do
not belong together, and only a person knows which of the two to believe.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

#: a partition of a topic, by the topic's full name
Place = tuple[str, int]


class CursorError(RuntimeError):
    """Broker and database do not agree on how far the journal was published; the message says what a person must do."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A record of the cursor's topic.

    Attributes:
        position: of the last row of the journal that was published.
        after: the position before that transaction.
        batch: the rows that the next transaction takes at most.
        ends: for each place written to, the offset behind what was published there up to `position`.
    """

    position: int
    after: int
    batch: int
    ends: Mapping[Place, int] = field(default_factory=dict)

    def line(self, partition: int, ends: Mapping[Place, int]) -> bytes:
        """Return the record's value for a partition of the journal, with the ends as they are known by then."""
        topics: dict[str, dict[str, int]] = {}
        for (topic, number), end in sorted(ends.items()):
            topics.setdefault(topic, {})[str(number)] = end
        told = {"partition": partition, "position": self.position, "after": self.after, "batch": self.batch}
        return orjson.dumps({**told, "ends": topics})


def read_cursor(line: bytes) -> Cursor:
    """Return what a record of the cursor's topic says; those of version 0.1.0 name the position alone."""
    told = orjson.loads(line)
    position = told["position"]
    ends = {(topic, int(number)): end for topic, of in told.get("ends", {}).items() for number, end in of.items()}
    return Cursor(position, told.get("after", position), told.get("batch", 0), ends)


def agreed(partition: int, cursor: Cursor | None, remembered: int, written: int) -> int:
    """Return the position from which to go on.

    Args:
        partition: of the journal.
        cursor: the last record of the topic, None when there is none.
        remembered: the database's copy; 0 when there is none.
        written: the position of the journal's last row.

    Raises:
        CursorError: the two differ by more than the last transaction.
    """
    decide = (
        f"Nothing of partition {partition} is published until a person decides: find out which of the two was replaced"
        f" or restored, then `drawbridge relay --partition {partition} --from N` goes on with row N (`--from"
        f" {remembered + 1}`: what the database believes)"
    )
    if cursor is None:
        if remembered:
            raise CursorError(
                f"the database says that partition {partition} was published up to row {remembered}, but the topic"
                f" relay.cursor is empty there: is this another broker? {decide}"
            )
        return 0
    if cursor.position > written:
        raise CursorError(
            f"partition {partition} was published up to row {cursor.position}, but the journal ends at row {written}:"
            f" was the database restored from a backup? {decide}"
        )
    if remembered not in (cursor.position, cursor.after):
        raise CursorError(
            f"the topic relay.cursor says that partition {partition} was published up to row {cursor.position} (row"
            f" {cursor.after} before that), the database says {remembered}: is this another broker, or a database"
            f" restored from a backup? {decide}"
        )
    return cursor.position
