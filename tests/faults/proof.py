"""What must hold after a fault: every message answered once as replay has it, each journal replayed, each output whole.

Three things are held against each other: what the broker took from the senders, what stands in the journals, and what
an independent reader found. Replay, from each scheme's recorded order alone, says what should have been decided.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
import orjson
from retold import Retold
from town import Place
from witness import Witness

from drawbridge.delivery import Outgoing
from drawbridge.law import SCHEMES, read_event
from drawbridge.record.export import export_events, export_messages
from drawbridge.record.owed import Outbox
from drawbridge.relay.records import Recorder
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, EVENTS, FACTS
from drawbridge.watch.alerts import alerts_by_scheme

#: more than a test's journal ever holds
ALL = 1_000_000_000
_ANSWERED = """
SELECT origin_topic, origin_offset, bytes FROM messages
UNION ALL SELECT origin_topic, origin_offset, bytes FROM dead_letters
"""
_HOW_MANY = "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM dead_letters) AS answered"


@dataclass(frozen=True, slots=True)
class Tally:
    """What is wrong, in records and messages; all zeros when nothing is."""

    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    wrong: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.disordered or self.wrong)

    def __add__(self, other: "Tally") -> "Tally":
        """Add up."""
        return Tally(
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.disordered + other.disordered,
            self.wrong + other.wrong,
        )


def compare(expected: Sequence[object], found: Sequence[object], what: str) -> Tally:
    """Hold what was found against what should be there, once each and in order."""
    wanted, there = Counter(expected), Counter(found)
    lost, doubled = wanted - there, there - wanted
    common = wanted & there
    moved = sum(a != b for a, b in zip(_only(expected, common), _only(found, common), strict=True))
    examples = [
        f"{name} {str(item)[:900]}" for some, name in ((lost, "lost:"), (doubled, "found:")) for item in list(some)[:2]
    ]
    wrong = (f"{what}: {lost.total()} lost, {doubled.total()} too many, {moved} moved", *examples)
    return Tally(lost.total(), doubled.total(), moved, wrong if lost or doubled or moved else ())


def _only(items: Sequence[object], wanted: "Counter[object]") -> list[object]:
    """Return the first ones of those wanted, in their order."""
    left = Counter(wanted)
    kept = []
    for item in items:
        if left[item]:
            left[item] -= 1
            kept.append(item)
    return kept


@dataclass(slots=True)
class Books:
    """Reads the journals and proves."""

    settings: Settings
    dsn: str
    partitions: int
    owed: dict[int, list[Outgoing]] = field(default_factory=lambda: defaultdict(list))
    _positions: Counter[int] = field(default_factory=Counter)
    _recorders: dict[int, Recorder] = field(default_factory=dict)
    _retold: list[Retold] = field(default_factory=lambda: [Retold(scheme) for scheme in SCHEMES])

    def answered(self) -> int:
        """Return how many messages have a receipt or a dead letter."""
        return int(asyncio.run(self._rows(_HOW_MANY))[0]["answered"])

    def take_owed(self) -> None:
        """Learn what the journal owes to the world by now, in the order of each of its partitions."""
        asyncio.run(self._take_owed())

    def published(self, witness: Witness) -> bool:
        """Whether the witness has as much as is owed."""
        return sum(map(len, witness.found.values())) >= sum(map(len, self.owed.values()))

    def prove(self, sent: dict[Place, bytes], witness: Witness) -> Tally:
        """Prove everything, from the beginning."""
        tally = self.every_message_is_answered(sent)
        for retold in self._retold:
            tally += asyncio.run(self._journal_is_its_replay(retold))
        return tally + self.outputs_are_whole(witness)

    def every_message_is_answered(self, sent: dict[Place, bytes]) -> Tally:
        """Each record that the broker took stands in the journal once, as it was sent."""
        rows = asyncio.run(self._rows(_ANSWERED))
        found = [(row["origin_topic"], row["origin_offset"], row["bytes"]) for row in rows]
        return compare(sorted((*place, line) for place, line in sent.items()), sorted(found), "messages answered")

    async def _journal_is_its_replay(self, retold: Retold) -> Tally:
        """A scheme's events and receipts are, byte for byte, what a replay of its exported messages gives."""
        scheme = retold.scheme
        connection = await asyncpg.connect(self.dsn)
        try:
            messages = [line async for line in export_messages(connection, scheme)]
            events = [line async for line in export_events(connection, scheme)]
            query = "SELECT receipt FROM messages WHERE scheme = $1 AND decided > 0 ORDER BY decided"
            receipts = [row["receipt"] for row in await connection.fetch(query, scheme)]
        finally:
            await connection.close()
        retold.go_on(messages, read_event(events[-1]).recorded_at if events else None)
        tally = compare(retold.events, events, f"journal of {scheme}")
        return tally + compare(retold.receipts, receipts, f"receipts in the journal of {scheme}")

    def outputs_are_whole(self, witness: Witness) -> Tally:
        """Each output holds what is owed, once, in the order of the journal; events count without a gap."""
        tally = Tally()
        expected: dict[tuple[str, int], dict[int, list[object]]] = defaultdict(lambda: defaultdict(list))
        for partition, records in self.owed.items():
            for record in records:
                place = record.topic.removeprefix(self.settings.topic_prefix), record.partition
                expected[place][partition].append((record.key, record.value))
        for place in expected.keys() | witness.found.keys():
            found = [(record.key, record.value) for record in witness.found[place]]
            # several relays write to one output here and there: each has an order of its own
            of = {record: partition for partition, records in expected[place].items() for record in records}
            unknown = [record for record in found if record not in of]
            tally += compare([], unknown, f"{place} (never owed)")
            for partition, due in expected[place].items():
                theirs = [record for record in found if of.get(record) == partition]
                tally += compare(due, theirs, f"{place} of partition {partition}")
        return tally + self._told_is_right(witness)

    def _told_is_right(self, witness: Witness) -> Tally:
        """In each scheme a subscriber who counts finds no gap, and hears the alerts of the events.

        The feed's last state of each key, over all schemes, is the journals'.
        """
        events, alerts = (
            [
                orjson.loads(r.value) | {"line": r.value}
                for place, rs in witness.found.items()
                if place[0] == topic
                for r in rs
            ]
            for topic in (EVENTS, ALERTS)
        )
        tally = Tally()
        for retold in self._retold:
            counted = [event["sequence"] for event in events if event["scheme"] == retold.scheme]
            tally += compare(list(range(1, len(retold.events) + 1)), counted, f"sequence of {retold.scheme}")
            heard = [alert["line"] for alert in alerts if alert["scheme"] == retold.scheme]
            tally += compare(retold.alerts, heard, f"alerts of {retold.scheme}")
        last = {r.key: r.value for place, rs in witness.found.items() if place[0] == CREDIT_RECORDS for r in rs}
        due = {key: line for retold in self._retold for key, line in retold.credit.items()}
        return tally + compare(sorted(due.items()), sorted(last.items()), "last states of the credit feed")

    async def _rows(self, query: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.dsn)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(query)
        finally:
            await connection.close()
        return rows

    def _agencies(self, scheme: str) -> Sequence[str]:
        """Return the agencies of a scheme."""
        return self.settings.agencies if SCHEMES[scheme].has_agency else ()

    async def _take_owed(self) -> None:
        async with asyncpg.create_pool(self.dsn, min_size=1, max_size=2) as pool:
            outbox = Outbox(pool)
            for partition in range(self.partitions):
                if partition not in self._recorders:
                    counts = dict.fromkeys((FACTS, EVENTS, CREDIT_RECORDS, ALERTS), self.partitions)
                    self._recorders[partition] = Recorder(self.settings, counts, self._agencies, alerts_by_scheme())
                for row in await outbox.after(partition, self._positions[partition], ALL):
                    self.owed[partition] += self._recorders[partition].records(row)
                    self._positions[partition] = row.position
