"""What a relay has to know of alerts when it starts: no more than is open, however long the journal is."""

from dataclasses import replace
from random import Random

import pytest
from desk_alone import SANDBOX, SCHEME, DeskAlone, city

from drawbridge.law import read_event
from drawbridge.record.owed import Outbox
from drawbridge.watch.alerts import Alerts


def folded(lines: list[bytes]) -> Alerts:
    """Return the alerts that are open after these events."""
    alerts = Alerts()
    for line in lines:
        alerts.of(read_event(line))
    return alerts


@pytest.mark.parametrize("seed", range(3))
async def test_the_kept_events_say_what_all_events_say(desk_alone: DeskAlone, seed: int) -> None:
    """At every position at which a relay may begin: where it was noted, and behind it."""
    desk_alone.settings = replace(SANDBOX, snapshot_events=30)
    dice, outbox = Random(seed), Outbox(desk_alone.pool)  # noqa: S311 - chance, not a secret
    desk, published, most = await desk_alone.open(), 0, 0
    lines = city(seed, cases=20)
    for start in range(0, len(lines), 20):
        await desk_alone.say(desk, lines[start : start + 20])
        published = dice.randrange(published, desk.writer.position + 1)
        await outbox.remember(0, published)
        for position in (published, desk.writer.position):
            kept = [line for _, line in await outbox.event_lines(0, position)]
            rows = await desk_alone.pool.fetch(
                "SELECT line FROM events WHERE position <= $1 ORDER BY position", position
            )
            everything = [row["line"] for row in rows]
            assert folded(kept) == folded(everything)
            most = max(most, len(folded(everything)._open))
    assert most > 1, "there was something to know"
    await outbox.remember(0, desk.writer.position)
    await desk.save()
    await desk_alone.say(desk, city(seed + 50, cases=3)[-30:])
    await desk.save()
    ended = await desk_alone.pool.fetchval("SELECT count(*) FROM kept_events WHERE ends_alerts")
    closed = await desk_alone.pool.fetchval("SELECT count(*) FROM events WHERE type = 'bridge.closed.v1'")
    assert closed > 10
    assert ended < closed / 2, f"what is over has gone: {SCHEME.id}"
