"""What the service's own code costs by itself: without broker, database and their clients, in this process.

These figures are the steadiest ones: a neighbour on the machine can only slow them, and the least of three is told.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from load import OPERATOR, SCHEME, Line
from many import facts_of
from ours import HOT
from runs import Spent, least_of

from drawbridge import shipped
from drawbridge.gateway.desk import Desk
from drawbridge.gateway.office import Office
from drawbridge.gateway.work import FactRecord
from drawbridge.law import SCHEMES, open_state
from drawbridge.record.owed import Owed, OwedEvent, OwedReceipt
from drawbridge.record.rows import Answered, Batch, Buried, Happened, Writer
from drawbridge.relay.records import Recorder
from drawbridge.settings import Settings
from drawbridge.watch.alerts import alerts_by_scheme

if TYPE_CHECKING:
    from drawbridge.delivery import Outgoing
    from drawbridge.gateway.journal import DeskJournal

_BATCH = 500
_RUNS = 3


@dataclass(slots=True)
class _Kept:
    """A journal that keeps rows and closed cases, and knows of no repetition."""

    rows: list[Answered | Happened | Buried] = field(default_factory=list)
    closed: dict[tuple[str, str], bytes] = field(default_factory=dict)

    async def remembered(self, _scheme: str, _keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """Return nothing."""
        return {}

    async def closed_cases(self, scheme: str, subjects: Iterable[str]) -> dict[str, bytes]:
        """Return those that were closed."""
        return {subject: self.closed[scheme, subject] for subject in subjects if (scheme, subject) in self.closed}

    async def append(self, writer: Writer, batch: Batch) -> Writer:
        """Keep the rows."""
        self.rows += batch.outbound
        for place, (snapshot, _) in batch.closed.items():
            self.closed[place] = snapshot
        return Writer(writer.partition, writer.epoch, batch.next_offset, writer.position + len(batch.outbound))


def alone(lines: Sequence[Line]) -> dict[str, Spent]:
    """Return what intake, desk and relay cost without their clients, by name."""
    found: dict[str, Spent] = {}
    for _ in range(_RUNS):
        asyncio.run(_once(lines, found))
    return found


async def _once(lines: Sequence[Line], found: dict[str, Spent]) -> None:
    settings = Settings(operators=(OPERATOR,), clock="messages")
    with least_of(found, "intake: read, check, forward", len(lines)):
        facts = await facts_of(settings, lines)
    journal = _Kept()
    with least_of(found, "desk: read, decide, note", len(facts)):
        await _decide(settings, journal, facts)
    owed = [_owed(position, row) for position, row in enumerate(journal.rows, 1) if not isinstance(row, Buried)]
    recorder = Recorder(settings, {"events": 4, "alerts": 4}, lambda _: (), alerts_by_scheme())
    records: list[Outgoing] = []
    with least_of(found, "relay: make the records", len(facts)):
        for row in owed:
            records += recorder.records(row)
    assert len(records) >= len(owed), "a row was not told"


async def _decide(settings: Settings, journal: _Kept, facts: Sequence[FactRecord]) -> None:
    scheme, days = SCHEMES[SCHEME], shipped.calendar()
    desk = Desk(
        settings,
        cast("DeskJournal", journal),
        writer=Writer(HOT, 1, 0, 0),
        origins={},
        offices={SCHEME: Office(open_state(scheme, days), 0, days)},
        stranger=open_state(scheme, days),
    )
    for start in range(0, len(facts), _BATCH):
        await desk.take(facts[start : start + _BATCH])


def _owed(position: int, row: Answered | Happened) -> Owed:
    """Return a row as the relay reads it from the database."""
    if isinstance(row, Answered):
        return OwedReceipt(position, row.receipt_topic, row.receipt, row.recorded_at, None)
    return OwedEvent(position, row.scheme, row.line, list(row.banks), list(row.cause_hidden_from), None)
