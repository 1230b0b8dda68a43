"""The monthly report: which main bank owes one for which month, and when it is missed."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from drawbridge.bank.messages.report_filing import ReportFiling
from drawbridge.law.case import Lapse
from drawbridge.law.event import Event
from drawbridge.law.parties.contest import may_undo
from drawbridge.law.parties.enrolment import parties_profile
from drawbridge.law.state import State
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn

REPORT_SUBJECT = re.compile(r"report/(?P<bank>[0-9]{12})/(?P<month>[0-9]{4}-(?:0[1-9]|1[0-2]))")
DUE = "report.due.v1"
TIMER = "report"
_TO = ["regulator", "economic-bureau"]
_DECEMBER = 12


@dataclass(slots=True)
class MonthlyReport:
    """What is known of one main bank's report for one month."""

    filed_at: list[datetime] = field(default_factory=list)
    due: Lapse | None = None


@dataclass(slots=True)
class Reports:
    """The reports of all main banks, and how many of their loans were outstanding in which month."""

    months: dict[str, MonthlyReport] = field(default_factory=dict)
    """By subject."""
    begun: dict[str, dict[str, int]] = field(default_factory=dict)
    """By main bank and month: loans disbursed."""
    ended: dict[str, dict[str, int]] = field(default_factory=dict)
    """By main bank and month: loans of which nothing was outstanding any more."""

    def count(self, bank: str, month: str) -> int:
        """Return how many loans of that bank were outstanding at any moment of that month."""
        begun = sum(n for m, n in self.begun.get(bank, {}).items() if m <= month)
        return begun - sum(n for m, n in self.ended.get(bank, {}).items() if m < month)

    def add(self, to: dict[str, dict[str, int]], bank: str, month: str, loans: int) -> None:
        """Count loans into (or out of) a month of `begun` or `ended`."""
        of_bank = to.setdefault(bank, {})
        of_bank[month] = of_bank.get(month, 0) + loans


def month_of(at: datetime) -> str:
    """Return the month of an instant, `YYYY-MM`."""
    return f"{at:%Y-%m}"


def next_month(month: str) -> str:
    """Return the month after `YYYY-MM`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1:04}-01" if number == _DECEMBER else f"{year:04}-{number + 1:02}"


def report_due_at(state: State, month: str) -> datetime:
    """Return when a month's report is due: the 10th of the next month, close of business, holiday or not."""
    profile = parties_profile(state)
    following = next_month(month)
    return profile.close_on(date(int(following[:4]), int(following[5:]), profile.report_day.value))


def owe_reports(state: State, event: Event, reports: Reports, bank: str, since: datetime) -> None:
    """Set the timers of a new loan: its first month, and all months since when it is recorded late."""
    month, last = month_of(since), month_of(event.recorded_at)
    while True:
        subject = f"report/{bank}/{month}"
        if state.timers.get(subject, TIMER) is None and _is_open(reports, subject):
            state.set_timer(event, TIMER, report_due_at(state, month), subject=subject)
        if month >= last:
            return
        month = next_month(month)


def owe_next_report(state: State, timer: Timer, reports: Reports) -> None:
    """Set the next month's timer when a loan is still out as a month's timer comes up."""
    _, bank, month = timer.subject.split("/")
    following = next_month(month)
    subject = f"report/{bank}/{following}"
    if reports.count(bank, following) and state.timers.get(subject, TIMER) is None and _is_open(reports, subject):
        due_at = report_due_at(state, following)
        state.put_timer(Timer(subject, TIMER, due_at, due_at, timer.rank))


def _is_open(reports: Reports, subject: str) -> bool:
    """Tell whether no missing report stands for that month yet."""
    known = reports.months.get(subject)
    return known is None or known.due is None


def conclude_report_due(turn: Turn, timer: Timer, reports: Reports) -> None:
    """A report is missed: not filed by its instant for a month with a loan outstanding."""
    _, bank, month = timer.subject.split("/")
    known = reports.months.get(timer.subject, MonthlyReport())
    if known.due or not reports.count(bank, month) or any(at <= timer.due_at for at in known.filed_at):
        return
    due = {"main_bank": bank, "month": month, "due_at": timer.due_at.isoformat(), "to": _TO}
    turn.emit(DUE, timer.subject, due, parties_profile(turn.state).report_day.article)


def decide_filing(turn: Turn, reports: Reports, _data: ReportFiling) -> None:
    """Take note that a report was sent; one in time takes back what was concluded without it."""
    article = parties_profile(turn.state).report_day.article
    filed = {"main_bank": turn.named["bank"], "month": turn.named["month"]}
    turn.emit("report.filed.v1", turn.subject, filed, article)
    lapse = reports.months[turn.subject].due
    if lapse is not None and turn.time <= lapse.at and may_undo(turn, turn.subject, lapse):
        turn.emit("report.due.rescinded.v1", turn.subject, {**filed, "due_at": lapse.at.isoformat()}, article)


def filed(reports: Reports, event: Event) -> None:
    """A report was sent."""
    reports.months.setdefault(event.subject, MonthlyReport()).filed_at.append(event.time)


def due(reports: Reports, event: Event) -> None:
    """A report is missing."""
    report = reports.months.setdefault(event.subject, MonthlyReport())
    report.due = Lapse(DUE, event.id, event.time, event.data["month"], event.data)


def due_rescinded(reports: Reports, event: Event) -> None:
    """It was not missing."""
    reports.months[event.subject].due = None


def due_contested(reports: Reports, event: Event) -> None:
    """Somebody says late that it was not missing."""
    lapse = reports.months[event.subject].due
    assert lapse is not None  # noqa: S101 - only a standing lapse is contested
    lapse.contested = True
