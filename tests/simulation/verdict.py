"""What must hold at the end of a history, worked out from what was sent alone: by replay, and by counting."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
from aiokafka import TopicPartition

from drawbridge.record.rows import Answered, Buried, Happened, Origin
from drawbridge.relay.cursor import read_cursor
from drawbridge.relay.records import Recorder
from drawbridge.topics import ALERTS, CREDIT_RECORDS, DEAD_LETTERS, EVENTS, RELAY_CURSOR
from drawbridge.watch.alerts import alerts_by_scheme
from simulation import verdict_on_rulings
from simulation.letters import SCHEMES
from simulation.staff import agencies
from simulation.tables import owed

if TYPE_CHECKING:
    from simulation.history import History

Row = Answered | Happened | Buried


def unfinished(history: "History", *, clock_too: bool) -> str | None:
    """Say what is still to be done, or None: every message in the journal, every row published, every timer fired."""
    tables = history.database.tables
    if left := len(history.sent.keys() - tables.settled):
        return f"{left} of {len(history.sent)} messages are not in the journal"
    for partition in range(history.plan.settings.facts_partitions):
        written = len(tables.rows.get(partition, ()))
        if tables.cursors.get(partition, 0) < written:
            return f"of partition {partition} the database knows {tables.cursors.get(partition, 0)} of {written}"
        if (cursor := published(history, partition)) < written:
            return f"of partition {partition} rows {cursor + 1} to {written} are not published"
    for logs in history.broker.topics.values():
        for log in logs:
            if log.stable < log.end:
                return f"{log.topic}/{log.number} has an open transaction"
    if clock_too and (left := sum(map(len, due_events(history).values()))):
        return f"{left} events of deadlines that have passed are not in the journal"
    return None


def published(history: "History", partition: int) -> int:
    """Return the position of the last cursor that a reader of committed records sees."""
    place = TopicPartition(RELAY_CURSOR, partition)
    found = history.broker.committed(place)
    return read_cursor(found[-1].value or b"").position if found else 0


def due_events(history: "History") -> dict[str, list[bytes]]:
    """Return the events of deadlines that have passed for good and are not in the journal, by scheme."""
    margin = timedelta(milliseconds=history.plan.settings.clock_margin_ms + 2_000)
    by, events = history.world.wall() - margin, history.database.tables.events
    return {scheme: history.shadows[scheme].events(by)[len(events.get(scheme, [])) :] for scheme in SCHEMES}


def prove(history: "History") -> None:
    """Prove everything.

    Raises:
        AssertionError: something is lost, doubled, out of order or not what replay says.
    """
    _every_message_once(history)
    verdict_on_rulings.prove(history)
    for scheme in SCHEMES:
        _journal_is_its_replay(history, scheme)
    _outputs_are_whole(history)


def _every_message_once(history: "History") -> None:
    """Each message has one receipt or dead letter, and one more for each time that an operator resubmitted it.

    A topic's messages are decided in its order, as far as the first time goes.
    """
    tables = history.database.tables
    found = Counter(row.origin for rows in tables.rows.values() for row, _ in rows if not isinstance(row, Happened))
    expected = Counter(Origin(topic, 0, offset) for topic, offset in history.sent)
    for rulings in tables.rulings.values():
        for ruled in rulings:
            expected[ruled.origin] -= 1  # what came of it stands there for what it is about
            if ruled.about is not None:
                expected[ruled.about] += 1
    assert found == +expected, f"messages answered: {found - expected} too many, {expected - found} missing"
    for rows in tables.rows.values():
        last: dict[str, int] = {}
        seen: set[Origin] = set()
        for row, _ in rows:
            if isinstance(row, Happened) or row.origin in seen:
                continue
            seen.add(row.origin)
            assert row.origin.offset > last.get(row.origin.topic, -1), "a topic's messages out of order"
            last[row.origin.topic] = row.origin.offset


def _journal_is_its_replay(history: "History", scheme: str) -> None:
    """Events and receipts are, byte for byte, what a replay of the messages gives."""
    tables, shadow = history.database.tables, history.shadows[scheme]
    found = [event.line for event in tables.events.get(scheme, [])]
    # deadlines of the last seconds may not have been looked at yet
    _same(shadow.events(history.world.wall())[: len(found)], found, f"journal of {scheme}")
    _same(shadow.receipts(), [row.receipt for row in tables.decided.get(scheme, [])], f"receipts of {scheme}")
    assert [orjson.loads(line)["sequence"] for line in found] == list(range(1, len(found) + 1)), "sequence"
    recorded = [row.recorded_at for row in tables.decided.get(scheme, [])]
    assert recorded == sorted(recorded), "the clock went back"


def _outputs_are_whole(history: "History") -> None:
    """Each output holds what each partition of the journal owes it: once, in order, and nothing else."""
    settings, staff = history.plan.settings, history.staff
    expected: dict[tuple[str, int], dict[int, list[tuple[bytes, bytes]]]] = defaultdict(lambda: defaultdict(list))
    for partition, rows in history.database.tables.rows.items():
        recorder = Recorder(settings, staff.partitions, agencies, alerts_by_scheme())
        for position, row in enumerate(rows, 1):
            for record in recorder.records(owed(position, *row)):
                expected[record.topic, record.partition][partition].append((record.key, record.value))
    for topic, logs in history.broker.topics.items():
        if topic not in (EVENTS, ALERTS, CREDIT_RECORDS, DEAD_LETTERS) and not topic.endswith(".out"):
            continue
        for log in logs:
            place = TopicPartition(topic, log.number)
            found = [(entry.key or b"", entry.value or b"") for entry in history.broker.committed(place)]
            due = expected[topic, log.number]
            of = {record: partition for partition, records in due.items() for record in records}
            for told in found:
                assert told in of, f"{place} holds what was never owed: {told!r}"
            for partition, records in due.items():
                theirs = [told for told in found if of[told] == partition]
                _same(records, theirs, f"{topic}/{log.number} of partition {partition}")


def _same(expected: Sequence[object], found: Sequence[object], what: str) -> None:
    """Hold one list against another, and say where they part."""
    if expected == found:
        return
    at = next((n for n, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(expected), len(found)) if at is None else at
    raise AssertionError(
        f"{what}: {len(found)} instead of {len(expected)}; number {at + 1} is\n{found[at : at + 1]!r}\ninstead of\n"
        f"{expected[at : at + 1]!r}"
    )
