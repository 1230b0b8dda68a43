"""What a desk has before it: records of the topic `facts`, read, with the rulings among them carried out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from drawbridge.bank.envelope import DeadLetter, Message
from drawbridge.gateway.facts import Fact, from_record
from drawbridge.gateway.intake import read_fact
from drawbridge.gateway.ruler import Ruler
from drawbridge.record.rows import Origin, Ruled
from drawbridge.settings import Settings


class FactRecord(NamedTuple):
    """A record of the topic `facts`, as the broker gave it."""

    offset: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class Work(NamedTuple):
    """A record to be decided.

    Attributes:
        offset: of the record in `facts`.
        seen: where it stood on its sender's topic.
        fact: what is decided, of a ruling what it resubmits; None for one that discards.
        read: the fact's message, or the dead letter that it is.
        ruled: what an operator ruled by it.
    """

    offset: int
    seen: Origin
    fact: Fact | None
    read: Message | DeadLetter | None
    ruled: Ruled | None


@dataclass(slots=True)
class Reader:
    """Reads records for one partition's desk.

    Attributes:
        origins: the last offset seen of each inbound topic's partition.
    """

    settings: Settings
    ruler: Ruler
    origins: dict[tuple[str, int], int]

    async def read(self, records: Iterable[FactRecord]) -> list[Work]:
        """Read the records that intake did not forward before.

        Raises:
            ValueError: a record is not one of intake's.
        """
        offsets, facts = [], []
        for record in records:
            fact = from_record(record.value, record.headers)
            place = (fact.origin.topic, fact.origin.partition)
            if fact.origin.offset > self.origins.get(place, -1):
                self.origins[place] = fact.origin.offset
                offsets.append(record.offset)
                facts.append(fact)
        carried_out = await self.ruler.carry_out(facts)
        return [
            Work(offset, seen.origin, fact, None if fact is None else self._read(fact), ruled)
            for offset, seen, (fact, ruled) in zip(offsets, facts, carried_out, strict=True)
        ]

    def _read(self, fact: Fact) -> Message | DeadLetter:
        """Return a fact's message, or the dead letter that intake found it to be."""
        if fact.refused is not None:
            return DeadLetter(fact.refused, fact.detail, fact.value, fact.recorded_at)
        return read_fact(fact, sandbox=self.settings.sandbox)
