"""A deadline as an event states it: from which day, how many working days, which ones, until which instant."""

from datetime import date, datetime
from typing import Any

from drawbridge.law.state import State

#: the fields that every deadline states
STATED = ("trigger_on", "working_days", "due_on", "due_at", "calendar", "provisional", "counted")


def count_deadline(state: State, trigger_on: date, working_days: int) -> dict[str, Any]:
    """Count a deadline from the day after its trigger, and return it as an event states it."""
    count = state.calendar.add(trigger_on, working_days)
    stated = _stated(state, trigger_on, count.due_on, state.scheme.profile.close_on(count.due_on), count.due_on)
    return {**stated, "working_days": working_days, "provisional": count.provisional, "counted": count.counted_text}


def rolled_deadline(state: State, trigger_on: date, due_at: datetime, looked_at: date) -> dict[str, Any]:
    """State a deadline that no working days are counted to: a day rolled forward to a working day, or one after it.

    Args:
        state: its calendar may not know the days yet.
        trigger_on: where it comes from.
        due_at: its instant.
        looked_at: the last day that was looked at in rolling.
    """
    return _stated(state, trigger_on, due_at.date(), due_at, looked_at)


def _stated(state: State, trigger_on: date, due_on: date, due_at: datetime, looked_at: date) -> dict[str, Any]:
    return {
        "trigger_on": trigger_on.isoformat(),
        "working_days": 0,
        "due_on": due_on.isoformat(),
        "due_at": due_at.isoformat(),
        "calendar": state.calendar.fingerprint,
        "provisional": state.calendar.is_provisional(looked_at),
        "counted": [],
    }
