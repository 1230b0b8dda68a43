"""State from events: what a journal says, and nothing else, rebuilds the very state that wrote it."""

from collections.abc import Iterable

from drawbridge.law.clock import pass_time
from drawbridge.law.event import Event, timer_cause
from drawbridge.law.state import State


def fold(state: State, events: Iterable[Event]) -> None:
    """Apply a journal's events, in order, to a state.

    Between two events lie messages that were refused and timers that found nothing: they leave no event, but time
    passed over them, and each event says until when. After the last event, `pass_time` up to the last message recorded.
    """
    for event in events:
        _pass_time_before(state, event)
        state.apply(event)


def _pass_time_before(state: State, event: Event) -> None:
    """Take off the timers that came up before an event, its own cause included."""
    if not event.causationid.startswith("timer:"):
        pass_time(state, event.recorded_at)
        return
    # one that fired before may have set the cause: a month's report sets the next month's
    while (timer := state.timers.next()) is not None and timer.fires_at < event.recorded_at:
        state.pass_timer(timer)
    of_subject = state.timers.pending.get(event.subject, {}).values()
    causes = [
        t
        for t in of_subject
        if t.fires_at == event.recorded_at and timer_cause(t.name, t.due_at.isoformat()) == event.causationid
    ]
    if not causes:  # a further event of the timer that has just been taken off
        return
    last = min(cause.order for cause in causes)
    while (timer := state.timers.next()) is not None and timer.order <= last:
        state.pass_timer(timer)
    state.clock = event.recorded_at
