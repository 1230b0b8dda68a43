"""A writer that begins with what a database tells decides as if it had never ended."""

from datetime import UTC, timedelta

import orjson
from told import random_lines

from drawbridge.law import SCHEMES
from drawbridge.law.clock import pass_time
from drawbridge.replay import Replay
from drawbridge.shipped import calendar

SCHEME = SCHEMES["zhenjiang-2013"]
LINES = random_lines(1)


def test_the_zone_in_which_a_database_tells_an_instant_changes_no_byte() -> None:
    """The same clock in UTC gives the receipts and events that it gave in the law's zone, every instant at +08:00."""
    unbroken, restarted = Replay(SCHEME, calendar()), Replay(SCHEME, calendar())
    for line in LINES:
        wanted, found = unbroken.answer(line), restarted.answer(line)
        assert found.receipt == wanted.receipt
        assert [event.line for event in found.events] == [event.line for event in wanted.events]
        if restarted.state.clock is not None:
            pass_time(restarted.state, restarted.state.clock.astimezone(UTC))
    clock = restarted.state.clock
    assert clock is not None
    early = orjson.loads(LINES[-1]) | {"id": "early", "recordedtime": (clock - timedelta(days=1)).isoformat()}
    assert restarted.answer(orjson.dumps(early)).receipt == unbroken.answer(orjson.dumps(early)).receipt


def test_the_last_message_does_not_turn_the_clock_back_behind_a_timer() -> None:
    """Timers fired after the last message: what is recorded next is not recorded before them."""
    replay = Replay(SCHEME, calendar())
    for line in LINES:
        replay.answer(line)
    told = replay.state.clock
    assert told is not None
    replay.until(told + timedelta(days=30))
    pass_time(replay.state, told)
    assert replay.state.clock == told + timedelta(days=30)
