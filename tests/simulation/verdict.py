"""What must hold at the end of a history, worked out from what was sent alone: by replay, and by counting."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson
from aiokafka import TopicPartition

from drawbridge.gateway.facts import at_milliseconds
from drawbridge.law import SCHEMES
from drawbridge.record.export import with_recordedtime
from drawbridge.record.rows import Answered, Buried, Happened
from drawbridge.relay.cursor import read_cursor
from drawbridge.relay.records import Recorder
from drawbridge.replay import Replay
from drawbridge.topics import ALERTS, CREDIT_RECORDS, DEAD_LETTERS, EVENTS, RELAY_CURSOR
from drawbridge.watch.alerts import alerts_by_scheme
from simulation.letters import SCHEME
from simulation.staff import CALENDAR
from simulation.tables import owed

if TYPE_CHECKING:
    from simulation.history import History

Row = Answered | Happened | Buried


def unfinished(history: "History", *, clock_too: bool) -> str | None:
    """Say what is still to be done, or None: every message in the journal, every row published, every timer fired."""
    tables = history.database.tables
    rows = sum(not isinstance(row, Happened) for rows in tables.rows.values() for row, _ in rows)
    if rows < len(history.sent):
        return f"{len(history.sent) - rows} of {len(history.sent)} messages are not in the journal"
    for partition in range(history.plan.settings.facts_partitions):
        written = len(tables.rows.get(partition, ()))
        cursor = published(history, partition)
        if cursor < written:
            return f"of partition {partition} rows {cursor + 1} to {written} are not published"
        if tables.cursors.get(partition, 0) < written:
            return f"of partition {partition} the database knows {tables.cursors.get(partition, 0)} of {written}"
    for logs in history.broker.topics.values():
        for log in logs:
            if log.stable < log.end:
                return f"{log.topic}/{log.number} has an open transaction"
    if clock_too and (left := due_events(history)):
        return f"{len(left)} events of deadlines that have passed are not in the journal"
    return None


def published(history: "History", partition: int) -> int:
    """Return the position of the last cursor that a reader of committed records sees."""
    place = TopicPartition(RELAY_CURSOR, partition)
    found = history.broker.committed(place)
    return read_cursor(found[-1].value or b"").position if found else 0


def prove(history: "History") -> None:
    """Prove everything.

    Raises:
        AssertionError: something is lost, doubled, out of order or not what replay says.
    """
    _every_message_once(history)
    _journal_is_its_replay(history)
    _outputs_are_whole(history)


def _rows(history: "History") -> list[Row]:
    """Return the journal, partition by partition."""
    return [row for _, rows in sorted(history.database.tables.rows.items()) for row, _ in rows]


def _every_message_once(history: "History") -> None:
    """Each message has one receipt or dead letter, and those of a topic are decided in its order."""
    answered = [row.origin for row in _rows(history) if not isinstance(row, Happened)]
    places = sorted((origin.topic, origin.offset) for origin in answered)
    assert places == sorted(history.sent), "messages answered"
    for rows in history.database.tables.rows.values():
        last: dict[str, int] = {}
        for row, _ in rows:
            if not isinstance(row, Happened):
                assert row.origin.offset > last.get(row.origin.topic, -1), "a topic's messages out of order"
                last[row.origin.topic] = row.origin.offset


def replayed(history: "History") -> tuple[list[bytes], list[bytes], Replay]:
    """Return the events and receipts that a replay gives of what was sent, with the instants of the broker."""
    replay = Replay(SCHEMES[SCHEME], CALENDAR)
    events, receipts = [], []
    for row in history.database.tables.decided.get(SCHEME, []):
        value, at_ms = history.sent[row.origin.topic, row.origin.offset]
        decision = replay.answer(with_recordedtime(value, at_milliseconds(at_ms)))
        events += [event.line for event in decision.events]
        if decision.receipt is not None:
            receipts.append(decision.receipt)
    return events, receipts, replay


def due_events(history: "History") -> list[bytes]:
    """Return the events of deadlines that have passed for good and are not in the journal."""
    events, _, replay = replayed(history)
    margin_ms = history.plan.settings.clock_margin_ms + 2_000
    by = at_milliseconds(round(history.world.wall().timestamp() * 1000) - margin_ms)
    if replay.state.clock is None or by > replay.state.clock:
        events += [event.line for event in replay.until(by)]
    return events[len(history.database.tables.events.get(SCHEME, [])) :]


def _journal_is_its_replay(history: "History") -> None:
    """Events and receipts are, byte for byte, what a replay of the messages gives."""
    tables = history.database.tables
    events, receipts, replay = replayed(history)
    events += [event.line for event in replay.until(history.world.wall())]
    found = [event.line for event in tables.events.get(SCHEME, [])]
    # deadlines of the last seconds may not have been looked at yet
    _same(events[: len(found)], found, "journal")
    _same(receipts, [row.receipt for row in tables.decided.get(SCHEME, [])], "receipts")
    assert [orjson.loads(line)["sequence"] for line in found] == list(range(1, len(found) + 1)), "sequence"


def _outputs_are_whole(history: "History") -> None:
    """Each output holds what each partition of the journal owes it: once, in order, and nothing else."""
    settings, staff = history.plan.settings, history.staff
    expected: dict[tuple[str, int], dict[int, list[tuple[bytes, bytes]]]] = defaultdict(lambda: defaultdict(list))
    for partition, rows in history.database.tables.rows.items():
        recorder = Recorder(settings, staff.partitions, lambda _: (), alerts_by_scheme())
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
