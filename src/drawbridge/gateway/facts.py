"""The records between intake and desk: what was received, word for word, and where and when it was received."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.record.rows import Origin

#: the gateway's own headers stand before the sender's, in this order and always: a sender cannot forge them
OWN = ("drawbridge-origin", "drawbridge-recorded", "drawbridge-refused", "drawbridge-detail")


class Fact(NamedTuple):
    """One record of a sender's topic, as intake forwards it.

    Attributes:
        value: the bytes as received.
        headers: as received.
        recorded_at: the append time of the sender's record.
        refused: why it is a dead letter, or None.
        detail: what to mend, for a dead letter.
    """

    origin: Origin
    recorded_at: datetime
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    refused: str | None = None
    detail: str = ""

    def refuse(self, reason: str, detail: str) -> "Fact":
        """Return it as a dead letter."""
        return self._replace(refused=reason, detail=detail)


def to_headers(fact: Fact) -> list[tuple[str, bytes]]:
    """Return the headers of a fact's record: the gateway's own, then the sender's."""
    milliseconds = round(fact.recorded_at.timestamp() * 1000)
    own = (str(fact.origin), str(milliseconds), fact.refused or "", fact.detail)
    return [*((name, text.encode()) for name, text in zip(OWN, own, strict=True)), *fact.headers]


def from_record(value: bytes, headers: Sequence[tuple[str, bytes]]) -> Fact:
    """Read a fact back from its record.

    Raises:
        ValueError: it was not written by this gateway's intake.
    """
    names = tuple(name for name, _ in headers[: len(OWN)])
    if names != OWN:
        raise ValueError(f"a record of the topic facts does not carry {', '.join(OWN)}: only intake may write there")
    origin, milliseconds, refused, detail = (raw.decode() for _, raw in headers[: len(OWN)])
    topic, partition, offset = origin.rsplit("/", 2)
    return Fact(
        Origin(topic, int(partition), int(offset)),
        at_milliseconds(int(milliseconds)),
        value,
        tuple(headers[len(OWN) :]),
        refused or None,
        detail,
    )


def at_milliseconds(milliseconds: int) -> datetime:
    """Return the instant of a broker's timestamp, exactly, in the law's zone."""
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, SHANGHAI).replace(microsecond=rest * 1000)
