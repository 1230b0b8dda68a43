"""Time passes: timers whose instant has come are concluded, in order."""

from datetime import datetime

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.event import Event, Origin
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


def fire_due(
    state: State, until: datetime, at_most: int | None = None, timers_at_most: int | None = None
) -> list[Event]:
    """Conclude every timer that fires at or before an instant, in the order of (instant, subject, rank).

    Args:
        state: it is brought forward.
        until: the instant.
        at_most: ends after the timer that brings the events to so many: the rest fires when it is called again. None:
            all fire at once, and the clock stands at `until`.
        timers_at_most: ends after so many timers too, whatever they told, when more are due. The caller goes on before
            anything else is asked of the state: the clock is only moved in the end.
    """
    events: list[Event] = []
    fired = 0
    while (timer := state.timers.due(until)) is not None:
        if fired == timers_at_most:
            return events
        fired += 1
        state.pass_timer(timer)
        turn = Turn(state, Origin(timer.due_at, timer.fires_at, timer.name, is_timer=True), timer.subject)
        state.scheme.timers[timer.name].conclude(turn, timer)
        events += turn.events
        if at_most is not None and turn.events and len(events) >= at_most:
            # as the fold of the last event leaves it: others of that very instant may still wait
            _move_clock(state, timer.fires_at)
            return events
    _move_clock(state, until)
    return events


def pass_time(state: State, until: datetime) -> None:
    """Let time pass over timers that had nothing to tell; whatever they told is in the journal."""
    while (timer := state.timers.due(until)) is not None:
        state.pass_timer(timer)
    _move_clock(state, until)


def _move_clock(state: State, until: datetime) -> None:
    """Move the clock forward, never back, and in the law's zone: a database tells the same instant in another one."""
    if state.clock is None or until > state.clock:
        state.clock = until if until.tzinfo is SHANGHAI else until.astimezone(SHANGHAI)
