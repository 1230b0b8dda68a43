"""The statements of one batch: a COPY for what is owed, and one statement for what every batch notes beside it.

A round trip is what each costs, however many rows it has: what comes with few batches is a statement of its own.
"""

from collections.abc import Mapping
from datetime import date

import asyncpg

from drawbridge import crash
from drawbridge.record import months
from drawbridge.record.rows import Answered, Batch, Buried, Happened, Writer, readable, subject_key
from drawbridge.record.rulings import write_rulings
from drawbridge.record.saved import write_saved

_MESSAGE_COLUMNS = (
    *("scheme", "decided", "partition", "position", "message_key", "is_first", "digest", "recorded_at", "source", "id"),
    *("type", "bytes", "told_time", "receipt", "receipt_topic", "origin_topic", "origin_partition", "origin_offset"),
    "traceparent",
)
_EVENT_COLUMNS = (
    "scheme",
    "sequence",
    "partition",
    "position",
    "recorded_at",
    "type",
    "subject",
    "line",
    "banks",
    "cause_hidden_from",
    "traceparent",
)
_DEAD_COLUMNS = (
    *("partition", "position", "scheme", "reason", "detail", "recorded_at", "line", "bytes", "header_names"),
    *("header_values", "origin_topic", "origin_partition", "origin_offset"),
)
_KEPT_COLUMNS = ("partition", "position", "scheme", "subject", "line", "ends_alerts")
#: $1 is the partition; then the origins seen, the months' spans, and the messages to be remembered, a column each
_NOTE = """
WITH seen AS (
    INSERT INTO origins SELECT $1::integer, * FROM unnest($2::text[], $3::integer[], $4::bigint[])
    ON CONFLICT (partition, topic, topic_partition) DO UPDATE SET last_offset = excluded.last_offset
), spans AS (
    INSERT INTO months (partition, scheme, month_on, first_position, last_position, first_sequence)
    SELECT $1, * FROM unnest($5::text[], $6::date[], $7::bigint[], $8::bigint[], $9::bigint[])
    ON CONFLICT (scheme, month_on, partition) DO UPDATE SET last_position = excluded.last_position,
        first_sequence = coalesce(months.first_sequence, excluded.first_sequence)
)
INSERT INTO remembered (scheme, message_key, digest, recorded_at, decided)
SELECT * FROM unnest($10::text[], $11::bytea[], $12::bytea[], $13::timestamptz[], $14::bigint[])
"""
#: what is kept for the alerts of a case whose end is published
_FORGET = """
DELETE FROM kept_events AS kept USING kept_events AS ended
WHERE ended.partition = $1 AND ended.ends_alerts
    AND ended.position <= (SELECT position FROM relay_cursors WHERE partition = $1)
    AND kept.partition = $1 AND kept.scheme = ended.scheme AND kept.subject = ended.subject
    AND kept.position <= ended.position
"""


async def write_batch(
    connection: asyncpg.Connection, writer: Writer, batch: Batch, spans: Mapping[tuple[str, date], months.Span]
) -> None:
    """Write all that a batch caused, within its transaction; `spans` says where it stands."""
    await _copy(connection, writer, batch)
    crash.point("journal.copied")
    await _note(connection, writer.partition, batch, spans)
    await _write_rare(connection, batch)
    await write_rulings(connection, writer, batch)
    await write_saved(connection, batch.saved)
    if batch.saved:
        await connection.execute(_FORGET, writer.partition)
    crash.point("journal.noted")


async def _copy(connection: asyncpg.Connection, writer: Writer, batch: Batch) -> None:
    """COPY what is owed into its tables, each row with its position."""
    messages, events, dead, kept = [], [], [], []
    for position, (row, trace) in enumerate(batch.traced(), writer.position + 1):
        place = (writer.partition, position)
        match row:
            case Answered():
                messages.append((*_message_record(row, place), trace))
            case Happened():
                told = (row.recorded_at, row.type, readable(row.subject), row.line)
                events.append((row.scheme, row.sequence, *place, *told, row.banks, row.cause_hidden_from, trace))
                if row.is_kept:
                    kept.append((*place, row.scheme, readable(row.subject), row.line, row.ends_alerts))
            case Buried():
                dead.append(_dead_record(row, place))
    for table, columns, records in (
        ("messages", _MESSAGE_COLUMNS, messages),
        ("events", _EVENT_COLUMNS, events),
        ("dead_letters", _DEAD_COLUMNS, dead),
        ("kept_events", _KEPT_COLUMNS, kept),
    ):
        if records:
            await connection.copy_records_to_table(table, records=records, columns=columns)


def _message_record(row: Answered, place: tuple[int, int]) -> tuple[object, ...]:
    """Return a message's columns."""
    named = (row.recorded_at, readable(row.source), readable(row.id), readable(row.type))
    origin = (row.origin.topic, row.origin.partition, row.origin.offset)
    head = (row.scheme if row.decided else "", row.decided, *place, row.key, row.is_first, row.digest)
    return (*head, *named, row.raw, row.told_time, row.receipt, row.receipt_topic, *origin)


def _dead_record(row: Buried, place: tuple[int, int]) -> tuple[object, ...]:
    """Return a dead letter's columns."""
    headers = ([readable(name) for name, _ in row.headers], [value for _, value in row.headers])
    origin = (row.origin.topic, row.origin.partition, row.origin.offset)
    told = (readable(row.scheme), row.reason, readable(row.detail), row.recorded_at)
    return (*place, *told, row.line, row.raw, *headers, *origin)


async def _note(
    connection: asyncpg.Connection, partition: int, batch: Batch, spans: Mapping[tuple[str, date], months.Span]
) -> None:
    """Write the origins seen, where the months' rows stand, and the messages of which a repetition is known by."""
    if not (batch.origins or spans):
        return
    firsts = [row for row in batch.outbound if isinstance(row, Answered) and row.is_first]
    await connection.execute(
        _NOTE,
        partition,
        [topic for topic, _ in batch.origins],
        [topic_partition for _, topic_partition in batch.origins],
        list(batch.origins.values()),
        [scheme for scheme, _ in spans],
        [month_on for _, month_on in spans],
        [span.first_position for span in spans.values()],
        [span.last_position for span in spans.values()],
        [span.first_sequence for span in spans.values()],
        [row.scheme for row in firsts],
        [row.key for row in firsts],
        [row.digest for row in firsts],
        [row.recorded_at for row in firsts],
        [row.decided for row in firsts],
    )


async def _write_rare(connection: asyncpg.Connection, batch: Batch) -> None:
    """Write the cases that left memory and the banks enrolled."""
    if batch.closed:
        await connection.execute(
            "INSERT INTO closed_cases SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[],"
            " $5::bigint[]) ON CONFLICT (scheme, subject_key) DO UPDATE"
            " SET snapshot = excluded.snapshot, at_sequence = excluded.at_sequence",
            [scheme for scheme, _ in batch.closed],
            [subject_key(subject) for _, subject in batch.closed],
            [readable(subject) for _, subject in batch.closed],
            [snapshot for snapshot, _ in batch.closed.values()],
            [sequence for _, sequence in batch.closed.values()],
        )
    enrolled = [row for row in batch.outbound if isinstance(row, Happened) and row.type == "bank.enrolled.v1"]
    if enrolled:
        await connection.execute(
            "INSERT INTO enrolled_banks SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING",
            [row.scheme for row in enrolled],
            [row.subject.removeprefix("bank/") for row in enrolled],
        )
