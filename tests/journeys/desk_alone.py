"""A desk by itself: messages go into it as intake forwards them, and its journal is a real PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import asyncpg

from drawbridge import shipped
from drawbridge.bank.envelope import SHANGHAI
from drawbridge.gateway.desk import Desk, open_desk
from drawbridge.gateway.facts import Fact, to_headers
from drawbridge.gateway.work import FactRecord
from drawbridge.law import SCHEMES
from drawbridge.record.journal import Journal
from drawbridge.record.rows import Origin
from drawbridge.replay import Replay
from drawbridge.sending import sender_and_key
from drawbridge.settings import Settings
from drawbridge.simulate import Plan, simulate

SCHEME = SCHEMES["zhenjiang-2013"]
SANDBOX = Settings(clock="messages", operators=("zhenjiang-finance-bureau",))
#: in a sandbox the instant of receipt is the message's own
UNUSED_AT = datetime(2014, 1, 1, tzinfo=SHANGHAI)


def city(seed: int, cases: int = 30, last_on: date = date(2014, 4, 30)) -> list[bytes]:
    """Return the messages of a city that begins with the year 2014, some of them late, altered, repeated or broken."""
    return list(simulate(Plan(SCHEME.id, seed, cases, date(2014, 1, 2), last_on, 0.3, shipped.calendar())))


@dataclass(slots=True)
class DeskAlone:
    """The writer of the only partition, with what was sent to it so far.

    Attributes:
        settings: of a sandbox.
        sent: every line, in the order in which it was decided; replayed, it gives what the journal must be.
    """

    pool: asyncpg.Pool
    settings: Settings = SANDBOX
    sent: list[bytes] = field(default_factory=list)
    _offsets: dict[str, int] = field(default_factory=dict)

    async def open(self, journal: Journal | None = None) -> Desk:
        """Become the writer, as a worker that starts."""
        own = journal or Journal(self.pool)
        return await open_desk(self.settings, own, shipped.calendar(), partition=0, partitions=1, holder="test")

    async def say(self, desk: Desk, lines: Sequence[bytes]) -> None:
        """Have lines decided in one batch."""
        await desk.take(self.facts(desk.writer.next_offset, lines))

    def facts(self, offset: int, lines: Sequence[bytes]) -> list[FactRecord]:
        """Return lines as intake forwards them, from an offset of `facts` on, and count them as sent."""
        records = []
        for number, line in enumerate(lines):
            sender, _ = sender_and_key(line)
            topic = "unknown" if sender is None else f"{sender.role}.{sender.name}.in"
            place = self._offsets[topic] = self._offsets.get(topic, -1) + 1
            fact = Fact(Origin(topic, 0, place), UNUSED_AT, line, (("content-type", b"application/cloudevents+json"),))
            records.append(FactRecord(offset + number, line, tuple(to_headers(fact))))
        self.sent += lines
        return records

    def replayed(self) -> tuple[list[bytes], list[bytes]]:
        """Return the events and receipts of a replay of all that was sent."""
        replay, events, receipts = Replay(SCHEME, shipped.calendar()), list[bytes](), list[bytes]()
        for line in self.sent:
            decision = replay.answer(line)
            events += [event.line for event in decision.events]
            if decision.receipt is not None:
                receipts.append(decision.receipt)
        return events, receipts

    async def journalled(self) -> tuple[list[bytes], list[bytes]]:
        """Return the events and receipts that stand in the database."""
        events = [line async for line in Journal(self.pool).event_lines(SCHEME.id)]
        rows = await self.pool.fetch("SELECT receipt FROM messages WHERE scheme = $1 ORDER BY decided", SCHEME.id)
        return events, [row["receipt"] for row in rows]
