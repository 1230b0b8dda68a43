"""The State Council's yearly notice: it replaces a year's working days."""

import re
from datetime import date

from drawbridge.bank.messages.calendar_notice import CalendarNotice
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.event import Event
from drawbridge.law.state import State
from drawbridge.law.turn import Turn
from drawbridge.law.working_days import Calendar

CALENDAR_SUBJECT = re.compile("calendar/CN")
#: a year has had between 248 and 251 working days since 2008
_FEWEST, _MOST = 246, 252
_SATURDAY = 5


def announce(turn: Turn, data: CalendarNotice) -> None:
    """Take a notice, when it can be one."""
    off = [(span.from_, span.to) for span in data.off]
    wrong = _implausible(data.year, off, data.work)
    if wrong is None:
        announced = turn.state.calendar.with_notice(data.year, off, data.work)
        if not _FEWEST <= _working_days_of(announced, data.year) <= _MOST:
            wrong = f"the year would not have {_FEWEST} to {_MOST} working days"
    if wrong is not None:
        raise Rejected(Code.CALENDAR_IMPLAUSIBLE, f"{wrong}: check it against the notice")
    article = turn.state.scheme.profile.close_of_business.article  # where the scheme counts in working days
    turn.emit("calendar.announced.v1", turn.subject, {"calendar": announced.fingerprint}, article)


def calendar_announced(state: State, event: Event) -> None:
    """Count by the new table from now on."""
    told = event.data
    off = [(date.fromisoformat(span["from"]), date.fromisoformat(span["to"])) for span in told["off"]]
    work = [date.fromisoformat(day) for day in told["work"]]
    state.calendar = state.calendar.with_notice(told["year"], off, work)


def _implausible(year: int, off: list[tuple[date, date]], work: list[date]) -> str | None:
    """Say what a notice cannot be, or None."""
    if not date.min.year < year < date.max.year:
        return "there is no such year"
    first, last = date(year - 1, 12, 1), date(year + 1, 1, 31)
    days = [day for span in off for day in span] + work
    if any(not first <= day <= last for day in days):
        return "a day lies outside the year and its neighbouring December and January"
    if any(to < from_ for from_, to in off):
        return "a range ends before it begins"
    if any(day.weekday() < _SATURDAY for day in work):
        return "a make-up day is a weekday"
    if any(from_ <= day <= to for from_, to in off for day in work):
        return "a day is both off and work"
    return None


def _working_days_of(calendar: Calendar, year: int) -> int:
    first = date(year, 1, 1).toordinal()
    last = date(year, 12, 31).toordinal()
    return sum(calendar.is_working(date.fromordinal(day)) for day in range(first, last + 1))
