"""The days of an assisted loan: instalments, maturity, the two stages and the window between, each with its proof."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.article import answers
from drawbridge.law.case import Lapse
from drawbridge.law.event import Event
from drawbridge.law.pool.book import pool_profile
from drawbridge.law.pool.case import (
    COMPENSATION_LATE,
    CONTRIBUTION,
    DEBIT_AUTHORISED,
    INSTALMENT_MISSED,
    OVERDUE,
    RISK_FUND,
    WINDOW_LAPSED,
    PoolCase,
)
from drawbridge.law.proof import STATED, count_deadline, rolled_deadline
from drawbridge.law.state import State, at_time
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn
from drawbridge.law.working_days import months_after

INSTALMENT, MATURITY, STAGE_ONE = "instalment", "maturity", "stage-one"
WINDOW, WINDOW_END, STAGE_TWO = "risk-window", "risk-window-end", "stage-two"
MOVED = "pool.deadline.moved.v1"
#: the deadline at which a lapse is concluded
CONCLUDES = {
    INSTALMENT_MISSED: INSTALMENT,
    OVERDUE: MATURITY,
    DEBIT_AUTHORISED: STAGE_ONE,
    WINDOW_LAPSED: WINDOW_END,
    COMPENSATION_LATE: STAGE_TWO,
}
_MIDNIGHT = time(0)
_DAY = timedelta(days=1)


def due_day(state: State, case: PoolCase) -> date:
    """Return the due day: the day of maturity, rolled forward to a working day."""
    return state.calendar.roll_forward(case.matures_on)


def month_end(state: State, case: PoolCase) -> date:
    """Return the day one calendar month after the due day, rolled forward to a working day."""
    months = pool_profile(state).overdue_months.value
    return state.calendar.roll_forward(months_after(due_day(state, case), months))


def window_end(state: State, case: PoolCase) -> date:
    """Return the last of the working days in which the risk fund is claimed on."""
    return state.calendar.add(month_end(state, case), pool_profile(state).claim_working_days.value).due_on


# --- each deadline by the calendar as it is now


def _rolled(state: State, day: date) -> dict[str, Any]:
    due_on = state.calendar.roll_forward(day)
    return rolled_deadline(state, day, state.scheme.profile.close_on(due_on), due_on)


def _instalment(state: State, case: PoolCase, number: int) -> dict[str, Any]:
    return _rolled(state, case.schedule[number - 1].due_on)


def _maturity(state: State, case: PoolCase, _number: int) -> dict[str, Any]:
    return _rolled(state, case.matures_on)


def _stage_one(state: State, case: PoolCase, _number: int) -> dict[str, Any]:
    claimed_at = case.instructions[CONTRIBUTION].claimed_at
    due_at = state.close_of_business(claimed_at)
    return rolled_deadline(state, claimed_at.date(), due_at, due_at.date())


def _window(state: State, case: PoolCase, _number: int) -> dict[str, Any]:
    last = month_end(state, case)
    return rolled_deadline(state, due_day(state, case), at_time(last + _DAY, _MIDNIGHT), last)


def _window_end(state: State, case: PoolCase, _number: int) -> dict[str, Any]:
    return count_deadline(state, month_end(state, case), pool_profile(state).claim_working_days.value)


def _stage_two(state: State, case: PoolCase, _number: int) -> dict[str, Any]:
    claimed_on = case.instructions[RISK_FUND].claimed_at.date()
    return count_deadline(state, claimed_on, pool_profile(state).payment_working_days.value)


_WORKED_OUT: dict[str, Callable[[State, PoolCase, int], dict[str, Any]]] = {
    INSTALMENT: _instalment,
    MATURITY: _maturity,
    STAGE_ONE: _stage_one,
    WINDOW: _window,
    WINDOW_END: _window_end,
    STAGE_TWO: _stage_two,
}


def work_out(state: State, case: PoolCase, name: str, number: int = 0) -> dict[str, Any]:
    """Return a deadline as the calendar gives it now, as an event states it."""
    return _WORKED_OUT[name](state, case, number)


def _stated(turn: Turn, case: PoolCase, timer: Timer) -> dict[str, Any]:
    """State a deadline as it is known now: it may have been provisional when it was set."""
    now, before = work_out(turn.state, case, timer.name, timer.number), case.deadlines[timer.key]
    return now if now["due_at"] == before["due_at"] else before


# --- timers


@answers("QJ-12/1", "QJ-16/1")
def conclude_instalment(turn: Turn, timer: Timer) -> None:
    """The timer `instalment`: a part of the schedule's line is unpaid at its day's close."""
    case: PoolCase = turn.state.cases[timer.subject]
    unpaid = case.unpaid_of_line_fen(timer.number, timer.due_at)
    if unpaid:
        line = {"instalment": timer.number, "amount_fen": case.schedule[timer.number - 1].principal_fen}
        told = {**_stated(turn, case, timer), **line, "unpaid_fen": unpaid}
        turn.emit(INSTALMENT_MISSED, case.subject, told, "QJ-12", "QJ-16")


@answers("QJ-10/1", "QJ-17/1")
def conclude_maturity(turn: Turn, timer: Timer) -> None:
    """The timer `maturity`: something is outstanding at the due day's close."""
    _tell_outstanding(turn, timer, OVERDUE, "QJ-17")


@answers("QJ-17/2")
def conclude_stage_one(turn: Turn, timer: Timer) -> None:
    """The timer `stage-one`: the office has not paid in full, so the lender may debit the rest."""
    case: PoolCase = turn.state.cases[timer.subject]
    unpaid = case.unpaid_fen(CONTRIBUTION, timer.due_at, until=timer.due_at)
    if unpaid:
        turn.emit(DEBIT_AUTHORISED, case.subject, {**_stated(turn, case, timer), "amount_fen": unpaid}, "QJ-17")


@answers("QJ-18/1")
def conclude_window(turn: Turn, timer: Timer) -> None:
    """The timer `risk-window`: a month overdue, the risk fund may be claimed on."""
    case: PoolCase = turn.state.cases[timer.subject]
    closes_on = window_end(turn.state, case).isoformat()
    _tell_outstanding(turn, timer, "pool.risk_window.opened.v1", "QJ-18", closes_on=closes_on)


@answers("QJ-18/1")
def conclude_window_end(turn: Turn, timer: Timer) -> None:
    """The timer `risk-window-end`: the window closes without a claim."""
    case: PoolCase = turn.state.cases[timer.subject]
    claim = case.instructions.get(RISK_FUND)
    if claim is None or claim.claimed_at > timer.due_at:
        _tell_outstanding(turn, timer, WINDOW_LAPSED, "QJ-18")


@answers("QJ-18/1")
def conclude_stage_two(turn: Turn, timer: Timer) -> None:
    """The timer `stage-two`: the risk fund has not paid in time."""
    case: PoolCase = turn.state.cases[timer.subject]
    unpaid = case.unpaid_fen(RISK_FUND, timer.due_at, until=timer.due_at)
    if unpaid:
        turn.emit(COMPENSATION_LATE, case.subject, {**_stated(turn, case, timer), "unpaid_fen": unpaid}, "QJ-18")


def _tell_outstanding(turn: Turn, timer: Timer, type_: str, article: str, **more: str) -> None:
    """Tell what is outstanding at a timer's instant, if anything is."""
    case: PoolCase = turn.state.cases[timer.subject]
    balance = case.balance(timer.due_at)
    if balance.outstanding_fen:
        outstanding = {
            "outstanding_principal_fen": balance.principal_fen,
            "outstanding_interest_fen": balance.interest_fen,
        }
        turn.emit(type_, case.subject, {**_stated(turn, case, timer), **outstanding, **more}, article)


# --- what the events make true


def set_deadline(state: State, event: Event, name: str, number: int = 0) -> None:
    """A deadline stands, and its timer waits."""
    case = state.cases[event.subject]
    case.deadlines[_key(name, number)] = work_out(state, case, name, number)
    _wait(state, event, name, number)


def deadline_moved(state: State, event: Event) -> None:
    """A deadline stands on another day."""
    told = event.data
    name, number = told["name"], told.get("instalment", 0)
    state.cases[event.subject].deadlines[_key(name, number)] = {key: told[key] for key in STATED}
    _wait(state, event, name, number)


def _key(name: str, number: int) -> str:
    """Name a deadline within its case, as its timer is named."""
    return f"{name}#{number}" if number else name


def _wait(state: State, event: Event, name: str, number: int) -> None:
    stated = state.cases[event.subject].deadlines[_key(name, number)]
    due_at = datetime.fromisoformat(stated["due_at"]).astimezone(SHANGHAI)
    state.set_timer(event, name, due_at, number=number)


def lapsed(state: State, event: Event) -> None:
    """Something was not done by its instant."""
    name = str(event.data.get("instalment", event.type))
    lapse = Lapse(event.type, event.id, event.time, name, event.data)
    state.cases[event.subject].lapses.append(lapse)


def take_new_instants(state: State, case: PoolCase) -> None:
    """Have what was concluded stand at the instants that the calendar gives now."""
    for lapse in case.lapses:
        if lapse.type in CONCLUDES:
            name, number = CONCLUDES[lapse.type], lapse.data.get("instalment", 0)
            stated = case.deadlines[_key(name, number)] = work_out(state, case, name, number)
            lapse.at = datetime.fromisoformat(stated["due_at"]).astimezone(SHANGHAI)
