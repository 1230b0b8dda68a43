"""What waits at each stage, and for how long: before intake, before the desk, before the relay."""

from datetime import datetime

import asyncpg
from aiokafka import TopicPartition

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.duty.finding import Finding, fail, ok, warn
from drawbridge.duty.patient import Side
from drawbridge.record.journal import next_offsets
from drawbridge.record.owed import Outbox
from drawbridge.relay.cursor import CursorError, agreed
from drawbridge.settings import Settings

#: seconds for which the oldest record of a stage may wait
LATE_S, TOO_LATE_S = 30, 300


async def check_intake(side: Side) -> list[Finding]:
    """See what waits in the senders' topics."""
    ends, forwarded = await side.positions.inbound_ends(), await side.positions.intake_positions()
    found = []
    for place, end in sorted(ends.items()):
        found += await _waiting(side, "intake", place, forwarded.get(place, 0), end)
    advice = (
        "is intake at work (see workers)? Its log says why it stops; a sender's open transaction holds back his own"
    )
    return [_judged(*late, advice) for late in found] or [ok("intake", "nothing waits in the senders' topics")]


async def check_desk(side: Side, pool: asyncpg.Pool) -> list[Finding]:
    """See what waits in `facts`."""
    decided = await next_offsets(pool)
    places = await side.facts()
    ends = await side.stable.end_offsets(places) if places else {}
    found = []
    for place, end in sorted(ends.items()):
        found += await _waiting(side, "desk", place, decided.get(place.partition, 0), end)
    advice = "is a desk at work (see workers), and does the database let it write (see database)? Its log says more"
    return [_judged(*late, advice) for late in found] or [ok("desk", "nothing waits in facts")]


async def check_relay(settings: Settings, side: Side | None, pool: asyncpg.Pool) -> list[Finding]:
    """See what of the journal is not published, and whether broker and database agree on how far it is."""
    outbox, found = Outbox(pool), []
    for row in await pool.fetch("SELECT partition, position FROM writers ORDER BY partition"):
        number, written = row.values()
        try:
            at = await outbox.published(number) if side is None else await _published(side, outbox, number)
        except CursorError as why:
            found.append(fail("relay", str(why), "see “What is in a backup” in the operator's guide"))
            continue
        if at < written:
            recorded_at = await outbox.recorded_at(number, at + 1)
            # a sandbox's messages tell instants of their own
            age_s = 0.0 if settings.sandbox or recorded_at is None else _age_s(recorded_at)
            said = f"journal/{number}: {written - at} rows are not published, the oldest of them {age_s:.0f} s old"
            advice = "is a relay at work? Its log says why it begins anew; see also topics and transactions"
            found.append(_judged("relay", said, age_s, advice))
    return found or [ok("relay", "everything in the journal is published")]


async def _published(side: Side, outbox: Outbox, partition: int) -> int:
    """Return how far a partition of the journal is published.

    Raises:
        CursorError: broker and database disagree.
    """
    remembered = await outbox.published(partition)
    if side.broker.embedded:
        return remembered
    for _ in range(3):
        cursor, before = await side.cursor(partition), remembered
        remembered, (_, written) = await outbox.published(partition), await outbox.writer(partition)
        if remembered == before:  # else the relay has gone on meanwhile, and the two readings do not belong together
            return agreed(partition, cursor, remembered, written)
    return remembered  # it goes on all the time: they do not disagree


async def _waiting(side: Side, check: str, place: TopicPartition, at: int, end: int) -> list[tuple[str, str, float]]:
    """Return check, words and age in seconds of what waits at a place: nothing when only markers do."""
    first = await side.positions.read_first(place, at, end) if at < end else None
    if first is None:
        return []
    age_s = _age_s(datetime.fromtimestamp(first.timestamp / 1000, SHANGHAI))
    said = f"{place.topic}/{place.partition}: {end - first.offset} records wait from offset {first.offset} on"
    return [(check, f"{said}, the oldest for {age_s:.0f} s", age_s)]


def _judged(check: str, said: str, age_s: float, advice: str) -> Finding:
    """Return something that waits: what has only just come is as it should be."""
    if age_s < LATE_S:
        return ok(check, said)
    return warn(check, said, advice) if age_s < TOO_LATE_S else fail(check, said, advice)


def _age_s(at: datetime) -> float:
    """Return for how many seconds something has been there."""
    return max(0.0, (datetime.now(SHANGHAI) - at).total_seconds())
