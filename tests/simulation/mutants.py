"""The service broken on purpose, one safeguard at a time: the simulation has to find each of them."""

import asyncio
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from aiokafka import TopicPartition

from drawbridge.delivery import Outgoing
from drawbridge.gateway.assignment import DeskRoom
from drawbridge.gateway.clock import IdleClock
from drawbridge.gateway.intake import Intake, Received
from drawbridge.gateway.order import InOrder
from drawbridge.record.rows import Batch, Buried, Writer
from drawbridge.relay.behind import Standing
from drawbridge.relay.cursor import Cursor, Place
from drawbridge.relay.kafka import KafkaSession
from drawbridge.settings import Settings
from simulation.staff import Parts
from simulation.twin_database import TwinDatabase, TwinJournal
from simulation.twin_outbox import TwinOutbox
from simulation.twin_producer import TwinProducer


class UnfencedJournal(TwinJournal):
    """Writes whoever has the partition by now, and no key of a table is in its way."""

    def __init__(self, database: TwinDatabase) -> None:
        super().__init__(database)
        database.tables.has_keys = False

    def _check(self, found: Writer | None, writer: Writer) -> None:
        """Refuse nobody."""


class ForgetfulJournal(TwinJournal):
    """Does not remember which records of the senders stand in it: what intake repeats is taken for the sender's."""

    async def origins(self, partition: int) -> dict[tuple[str, int], int]:
        """Return nothing."""
        await super().origins(partition)
        return {}


class RulingsForgotten(TwinJournal):
    """Does not know on which dead letters somebody has ruled."""

    def __init__(self, database: TwinDatabase) -> None:
        super().__init__(database)
        database.tables.has_keys = False

    async def buried(self, partition: int, positions: Iterable[int]) -> dict[int, tuple[Buried, bool]]:
        """Say of each that nobody has."""
        return {place: (letter, False) for place, (letter, _) in (await super().buried(partition, positions)).items()}


class RulingsBeside(TwinJournal):
    """Writes what was ruled in a transaction of its own, before that of what came of it."""

    async def append(self, writer: Writer, batch: Batch) -> Writer:
        """Write twice."""
        if batch.rulings:
            writer = await super().append(writer, Batch(writer.next_offset, rulings=batch.rulings))
            batch.rulings = []
        return await super().append(writer, batch)


class OneCursor(KafkaSession):
    """Takes the cursor of the first partition for that of each."""

    def __init__(self, settings: Settings, partition: int, **parts: Any) -> None:  # noqa: ARG002 - that is the fault
        super().__init__(settings, 0, **parts)


class CursorBeside(KafkaSession):
    """Writes the cursor in a transaction of its own, after that of the records."""

    async def publish(self, records: Sequence[Outgoing], cursor: Cursor) -> dict[Place, int]:
        """Publish in two transactions."""
        before = Cursor(cursor.after, cursor.after, cursor.batch, cursor.ends)
        ends = await super().publish(records, before) if records else dict(cursor.ends)
        await super().publish([], Cursor(cursor.position, cursor.after, cursor.batch, ends))
        return ends


class NotLookingBehind(KafkaSession):
    """Goes on from the cursor, whatever stands behind it."""

    async def standing(self, since: Mapping[Place, int], until: Mapping[Place, int]) -> list[Standing]:  # noqa: ARG002 - see `Session`
        """Return nothing."""
        return []


class AskingAgain(TwinProducer):
    """Asks again to end a transaction, with the same epoch, as aiokafka does."""

    asks_once = False


class GoingBack(TwinOutbox):
    """Notes how far was published, even if more was noted before."""

    async def remember(self, partition: int, position: int, before: int | None = None) -> bool:  # noqa: ARG002 - see `RelayOutbox`
        """Write over what stands there."""
        return await super().remember(partition, position)


class BelievingKafka(DeskRoom):
    """Reads on from where Kafka's group stands, and commits there before the journal has it."""

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Seek nowhere."""
        seek, self._consumer.seek = self._consumer.seek, lambda *_: None
        try:
            await super().on_partitions_assigned(assigned)
        finally:
            self._consumer.seek = seek

    async def _take(self, place: TopicPartition, records: Sequence[object]) -> None:
        await self._consumer.commit({place: records[-1].offset + 1})  # type: ignore[attr-defined]
        await super()._take(place, records)


class HastyClock(IdleClock):
    """Believes that time has passed when it has passed here."""

    async def passed(self, due: datetime, place: TopicPartition, next_offset: int) -> datetime | None:  # noqa: ARG002 - see `IdleClock`
        """Wait for nobody."""
        until = self.now() - timedelta(milliseconds=self.settings.clock_margin_ms)
        return until if until >= due else None


class HalfClock(IdleClock):
    """Waits for intake alone: what is forwarded and not decided is overtaken."""

    async def passed(self, due: datetime, place: TopicPartition, next_offset: int) -> datetime | None:  # noqa: ARG002 - see `IdleClock`
        """Believe that the desk has come as far as intake."""
        return await super().passed(due, place, sys.maxsize)


class HastyIntake(Intake):
    """Acknowledges what is not delivered yet."""

    async def forward(self, batch: Sequence[Received]) -> None:
        """Leave the delivery to itself."""
        self._on_its_way = asyncio.create_task(super().forward(batch))


class TrustingOrder(InOrder):
    """Forwards whatever it is handed."""

    async def fresh(self, batch: Sequence[Received]) -> list[Received]:
        """Return all of it."""
        return list(batch)


#: by what is broken
MUTANTS: Mapping[str, Parts] = MappingProxyType(
    {
        "the journal fences nobody": Parts(journal=UnfencedJournal),
        "the journal forgets the origins": Parts(journal=ForgetfulJournal),
        "the cursor is in a transaction of its own": Parts(session=CursorBeside),
        "the relay asks again to end a transaction": Parts(session=NotLookingBehind, producer=AskingAgain),
        "the database's copy of the cursor goes back": Parts(outbox=GoingBack),
        "the desk reads from where Kafka's group stands": Parts(room=BelievingKafka),
        "the clock waits for nobody": Parts(clock=HastyClock),
        "the clock does not wait for the desk": Parts(clock=HalfClock),
        "what was ruled is forgotten": Parts(journal=RulingsForgotten),
        "what was ruled is written before what came of it": Parts(journal=RulingsBeside),
        "the relays have one cursor": Parts(session=OneCursor),
        "a relay's producer is named after its worker": Parts(transactional_id=lambda number, of: f"{of}-{number}"),
        "intake acknowledges before the delivery": Parts(intake=HastyIntake),
        "intake trusts the framework's order": Parts(order=TrustingOrder),
    }
)
