"""Time passes: timers whose instant has come are concluded, in order."""

from datetime import datetime

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.event import Event, Origin
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


def fire_due(state: State, until: datetime) -> list[Event]:
    """Conclude every timer that fires at or before an instant, in the order of (instant, subject, rank)."""
    events: list[Event] = []
    while (timer := state.timers.due(until)) is not None:
        state.pass_timer(timer)
        turn = Turn(state, Origin(timer.due_at, timer.fires_at, timer.name, is_timer=True), timer.subject)
        state.scheme.timers[timer.name].conclude(turn, timer)
        events += turn.events
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
