"""What the publisher asks of a broker: a producer's life, from its start to its first answer that is not clear.

A session is used once. Whatever goes wrong in it, nobody knows what still travels on the wire, so the next one is a new
producer: the broker gives it a new epoch, and whatever is late of the old one is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from drawbridge.delivery import Outgoing
from drawbridge.relay.behind import Standing
from drawbridge.relay.cursor import Cursor, Place


class UnclearError(RuntimeError):
    """The session is of no more use: whether its last records are published is not known. A new one finds out."""


class Session(Protocol):
    """One producer's life.

    Attributes:
        transactional: whether a batch and its cursor are one transaction.
    """

    transactional: bool

    async def open(self) -> None:
        """Fence the session before, and end what it left open.

        Raises:
            UnclearError: the broker did not answer, or refused.
        """

    async def cursor(self) -> Cursor | None:
        """Return the last cursor that was committed."""

    async def ends(self) -> dict[Place, int]:
        """Return every place that may be written to and exists, with the offset behind its last record."""

    async def standing(self, since: Mapping[Place, int], until: Mapping[Place, int]) -> list[Standing]:
        """Return the committed records of these places from one offset (0 where not named) up to the other."""

    async def publish(self, records: Sequence[Outgoing], cursor: Cursor) -> dict[Place, int]:
        """Publish records with their cursor, all or none, and return the ends that the cursor names.

        Raises:
            UnclearError: it is not known whether they are published.
        """

    async def close(self) -> None:
        """End it; nothing is sent afterwards. Doing it twice is no harm."""
