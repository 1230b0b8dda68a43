"""Working days and what waits for them: announced far enough ahead for the open deadlines, and fired when they came."""

from datetime import datetime, timedelta

import asyncpg

from drawbridge import shipped
from drawbridge.bank.envelope import SHANGHAI, instant_text
from drawbridge.duty.finding import Finding, fail, ok, warn
from drawbridge.gateway.office import open_office
from drawbridge.law import SCHEMES, State
from drawbridge.record.journal import Journal
from drawbridge.settings import Settings

#: seconds after its instant within which a timer fires when nothing else is wrong
LATE_S, TOO_LATE_S = 60, 900
#: days ahead of the first day not announced at which somebody should ask for the notice
AHEAD = timedelta(days=30)
_SEND = "send `operator.calendar.v1` as soon as the State Council's notice is out: it moves what has to move"


async def check_days(settings: Settings, pool: asyncpg.Pool) -> list[Finding]:
    """Open each scheme as a desk would, writing nothing, and look at its deadlines."""
    journal, calendar, found = Journal(pool), shipped.calendar(), []
    for scheme in [SCHEMES[name] for name in settings.schemes or SCHEMES if name in SCHEMES]:
        state = (await open_office(journal, scheme, calendar)).state
        now = state.clock if settings.sandbox else datetime.now(SHANGHAI)
        if now is not None:
            found += judge(scheme.id, state, now)
    return found or [ok("calendar", "no scheme has begun: no deadline is open")]


def judge(scheme: str, state: State, now: datetime) -> list[Finding]:
    """Judge a scheme's calendar and timers as of an instant."""
    return [_calendar(scheme, state, now), _timers(scheme, state, now)]


def _calendar(scheme: str, state: State, now: datetime) -> Finding:
    """Judge whether the days are announced on which the open deadlines fall."""
    days, dues = state.calendar, [timer.due_at for of in state.timers.pending.values() for timer in of.values()]
    provisional = [due for due in dues if days.is_provisional(due.date())]
    said = f"{scheme}: working days are announced up to {days.last_announced_year}"
    if now.year > days.last_announced_year:
        return fail("calendar", f"{said}: today's year is not", f"deadlines are concluded on guessed days: {_SEND}")
    if provisional:
        first = instant_text(min(provisional))
        return warn("calendar", f"{said}; {len(provisional)} open deadlines lie beyond, the first {first}", _SEND)
    if days.is_provisional((now + AHEAD).date()):
        return warn("calendar", f"{said}: deadlines set from now on soon lie beyond", _SEND)
    last = f"the last of {len(dues)} open deadlines is {instant_text(max(dues))}" if dues else "no deadline is open"
    return ok("calendar", f"{said}; {last}")


def _timers(scheme: str, state: State, now: datetime) -> Finding:
    """Judge whether timers fire when their instant has come."""
    due = state.next_due()
    late_s = 0.0 if due is None else (now - due).total_seconds()
    if due is None or late_s <= LATE_S:
        told = "no timer waits" if due is None else f"the next timer fires {instant_text(due)}"
        return ok("timers", f"{scheme}: {told}")
    said = f"{scheme}: a timer should have fired {instant_text(due)}, {late_s:.0f} s ago"
    advice = "time passes once all that was received by then has gone through: see intake, desk and workers"
    return warn("timers", said, advice) if late_s <= TOO_LATE_S else fail("timers", said, advice)
