"""What must hold after a fault: every message answered once as replay has it, the journal replayed, each output whole.

Three things are held against each other: what the broker took from the senders, what stands in the journal, and what an
independent reader found. Replay, from the recorded order alone, says what should have been decided.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
import orjson
from running_service import SCHEME
from town import Place
from witness import Witness

from drawbridge import shipped
from drawbridge.delivery import Outgoing
from drawbridge.law import SCHEMES
from drawbridge.record.export import export_events, export_messages
from drawbridge.record.owed import Outbox
from drawbridge.relay.records import Recorder
from drawbridge.replay import Replay
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, EVENTS, FACTS
from drawbridge.watch.alerts import alerts_by_scheme

#: more than a test's journal ever holds
ALL = 1_000_000_000
_ANSWERED = """
SELECT origin_topic, origin_offset, bytes FROM messages
UNION ALL SELECT origin_topic, origin_offset, bytes FROM dead_letters
"""


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
    """Reads the journal and proves; what was replayed once is not replayed again."""

    settings: Settings
    dsn: str
    partitions: int
    owed: dict[int, list[Outgoing]] = field(default_factory=lambda: defaultdict(list))
    _positions: Counter[int] = field(default_factory=Counter)
    _recorders: dict[int, Recorder] = field(default_factory=dict)
    _replay: Replay = field(default_factory=lambda: Replay(SCHEMES[SCHEME], shipped.calendar()))
    _replayed: int = 0
    _events: list[bytes] = field(default_factory=list)
    _receipts: list[bytes] = field(default_factory=list)

    def answered(self) -> int:
        """Return how many messages have a receipt or a dead letter."""
        return len(asyncio.run(self._rows(_ANSWERED)))

    def take_owed(self) -> None:
        """Learn what the journal owes to the world by now, in the order of each of its partitions."""
        asyncio.run(self._take_owed())

    def published(self, witness: Witness) -> bool:
        """Whether the witness has as much as is owed."""
        return sum(map(len, witness.found.values())) >= sum(map(len, self.owed.values()))

    def prove(self, sent: dict[Place, bytes], witness: Witness) -> Tally:
        """Prove everything, from the beginning."""
        tally = self.every_message_is_answered(sent)
        tally += asyncio.run(self._journal_is_its_replay())
        return tally + self.outputs_are_whole(witness)

    def every_message_is_answered(self, sent: dict[Place, bytes]) -> Tally:
        """Each record that the broker took stands in the journal once, as it was sent."""
        rows = asyncio.run(self._rows(_ANSWERED))
        found = [(row["origin_topic"], row["origin_offset"], row["bytes"]) for row in rows]
        return compare(sorted((*place, line) for place, line in sent.items()), sorted(found), "messages answered")

    async def _journal_is_its_replay(self) -> Tally:
        """Events and receipts are, byte for byte, what a replay of the exported messages gives."""
        connection = await asyncpg.connect(self.dsn)
        try:
            messages = [line async for line in export_messages(connection, SCHEME)]
            events = [line async for line in export_events(connection, SCHEME)]
            query = "SELECT receipt FROM messages WHERE scheme = $1 AND decided > 0 ORDER BY decided"
            receipts = [row["receipt"] for row in await connection.fetch(query, SCHEME)]
        finally:
            await connection.close()
        for line in messages[self._replayed :]:
            decision = self._replay.answer(line)
            self._events += [event.line for event in decision.events]
            assert decision.receipt is not None
            self._receipts.append(decision.receipt)
        self._replayed = len(messages)
        return compare(self._events, events, "journal") + compare(self._receipts, receipts, "receipts in the journal")

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
        """A subscriber who counts finds no gap, and the feed's last state of each key is the journal's."""
        told = [orjson.loads(r.value) for place, rs in witness.found.items() if place[0] == EVENTS for r in rs]
        counted = compare(list(range(1, len(self._events) + 1)), [event["sequence"] for event in told], "sequence")
        last = {r.key: r.value for place, rs in witness.found.items() if place[0] == CREDIT_RECORDS for r in rs}
        due = {}
        for line in self._events:
            event = orjson.loads(line)
            if event["type"].startswith("credit."):
                due[f"{SCHEME}/{event['subject']}/{event['data']['case']}".encode()] = line
        return counted + compare(sorted(due.items()), sorted(last.items()), "last states of the credit feed")

    async def _rows(self, query: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.dsn)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(query)
        finally:
            await connection.close()
        return rows

    async def _take_owed(self) -> None:
        async with asyncpg.create_pool(self.dsn, min_size=1, max_size=2) as pool:
            outbox = Outbox(pool)
            for partition in range(self.partitions):
                if partition not in self._recorders:
                    counts = dict.fromkeys((FACTS, EVENTS, CREDIT_RECORDS, ALERTS), self.partitions)
                    alerts = alerts_by_scheme()
                    self._recorders[partition] = Recorder(self.settings, counts, lambda _scheme: (), alerts)
                for row in await outbox.after(partition, self._positions[partition], ALL):
                    self.owed[partition] += self._recorders[partition].records(row)
                    self._positions[partition] = row.position
