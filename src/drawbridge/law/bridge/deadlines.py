"""The agreed day and the limit of 20 working days: set, neared, moved, passed."""

from datetime import date, datetime
from typing import Any

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.article import answers
from drawbridge.law.bridge.case import DEFAULTED, OVERDUE, BridgeCase, Deadline
from drawbridge.law.bridge.notice import bridge_profile
from drawbridge.law.case import Lapse
from drawbridge.law.event import Event
from drawbridge.law.parties.credit import raise_or_withhold
from drawbridge.law.proof import STATED, count_deadline
from drawbridge.law.state import State, at_time
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn

AGREED, LIMIT = "agreed", "limit"
MOVED = "bridge.deadline.moved.v1"


@answers("ZJ-11/1")
def set_deadlines(turn: Turn, case: BridgeCase) -> None:
    """Set the agreed day and the limit, both counted from the disbursement."""
    maximum = bridge_profile(turn.state).maximum_term_working_days.value
    for name, working_days in ((AGREED, case.term_working_days), (LIMIT, maximum)):
        stated = count_deadline(turn.state, turn.time.date(), working_days)
        turn.emit("bridge.deadline.set.v1", case.subject, {"name": name, **stated}, "ZJ-11")


def move_deadline(turn: Turn, case: BridgeCase, name: str, working_days: int) -> None:
    """Move a deadline to where its count ends now."""
    before = deadline_of(case, name)
    stated = count_deadline(turn.state, before.trigger_on, working_days)
    told = {"name": name, "before_due_on": before.due_on.isoformat(), **stated}
    turn.emit(MOVED, case.subject, told, "ZJ-11")


def deadline_of(case: BridgeCase, name: str) -> Deadline:
    """Return the agreed day or the limit of a disbursed loan."""
    deadline = case.agreed if name == AGREED else case.limit
    assert deadline is not None  # noqa: S101 - both are set by the disbursement
    return deadline


def _stated(state: State, deadline: Deadline) -> dict[str, Any]:
    """State a deadline as it is known now: it may have been provisional when it was set."""
    now = count_deadline(state, deadline.trigger_on, deadline.working_days)
    return now if now["due_on"] == deadline.stated["due_on"] else deadline.stated


# --- timers


@answers("ZJ-11/1")
def conclude_near(turn: Turn, timer: Timer) -> None:
    """The timers `near-…`: the agreed day comes near and something is outstanding."""
    case: BridgeCase = turn.state.cases[timer.subject]
    if case.is_outstanding(timer.due_at):
        left = int(timer.name.removeprefix("near-"))
        stated = _stated(turn.state, deadline_of(case, AGREED))
        turn.emit("bridge.deadline.neared.v1", case.subject, {"working_days_left": left, **stated}, "ZJ-11")


@answers("ZJ-11/1")
def conclude_agreed(turn: Turn, timer: Timer) -> None:
    """The timer `agreed`: by the agreed day something is outstanding."""
    case: BridgeCase = turn.state.cases[timer.subject]
    if case.lapse(OVERDUE) is None and case.is_outstanding(timer.due_at):
        _tell_lapse(turn, case, OVERDUE, AGREED)


@answers("ZJ-11/1", "ZJ-23/1")
def conclude_limit(turn: Turn, timer: Timer) -> None:
    """The timer `limit`: by the 20th working day something is outstanding: a default, the borrower's or the bank's."""
    case: BridgeCase = turn.state.cases[timer.subject]
    if not case.is_outstanding(timer.due_at) or case.lapse(DEFAULTED) is not None:
        return
    if case.lapse(OVERDUE) is None:
        _tell_lapse(turn, case, OVERDUE, LIMIT)
    is_banks = case.breach is not None and case.breach.stood_at(timer.due_at)
    attributable_to = "original-bank" if is_banks else "borrower"
    outstanding = case.balance(timer.due_at).outstanding_fen
    _tell_lapse(turn, case, DEFAULTED, LIMIT, attributable_to=attributable_to)
    raise_or_withhold(turn, case, outstanding, withheld=is_banks)


def _tell_lapse(turn: Turn, case: BridgeCase, type_: str, name: str, **more: str) -> None:
    balance = case.balance(turn.time)
    told = {
        **_stated(turn.state, deadline_of(case, name)),
        "outstanding_principal_fen": balance.principal_fen,
        "outstanding_interest_fen": balance.interest_fen,
        **more,
    }
    turn.emit(type_, case.subject, told, "ZJ-11")


# --- what the events make true


def deadline_set(state: State, event: Event) -> None:
    """A deadline stands, and its timers wait."""
    case, told = state.cases[event.subject], event.data
    _hold(case, told)
    state.set_timer(event, told["name"], deadline_of(case, told["name"]).due_at)
    if told["name"] == AGREED:
        case.reminded_since = event.time
        _set_reminders(state, event, case, None)
        _set_promise(state, event, case)


def _set_promise(state: State, event: Event, case: BridgeCase) -> None:
    """The promised day, rolled forward to a working day; the agreed day, when it lies before the disbursement."""
    promised_at = state.scheme.profile.close_on(state.calendar.roll_forward(case.promised_on))
    is_past = promised_at < case.not_before_disbursement(promised_at)
    state.set_timer(event, "promise", deadline_of(case, AGREED).due_at if is_past else promised_at)


def deadline_moved(state: State, event: Event) -> None:
    """A deadline stands on another day; by a calendar notice, what was concluded on it takes the new instant."""
    case, told = state.cases[event.subject], event.data
    name = told["name"]
    before = deadline_of(case, name)
    deadline = _hold(case, told)
    is_extension = deadline.working_days != before.working_days
    if is_extension or state.timers.get(case.subject, name) is not None:
        state.set_timer(event, name, deadline.due_at)
    if is_extension:
        case.reminded_since = event.time
        _move_promise(state, event, case, before)
        _set_reminders(state, event, case, None)
        return
    for lapse in case.lapses:
        if lapse.type in (OVERDUE, DEFAULTED) and lapse.name == name:
            lapse.at = deadline.due_at
    if name == AGREED:
        _set_reminders(state, event, case, event.time)


def _move_promise(state: State, event: Event, case: BridgeCase, before: Deadline) -> None:
    """A promise that lay before the disbursement is due on the agreed day, also on an extended one."""
    promise = state.timers.get(case.subject, "promise")
    if promise is not None and promise.due_at == before.due_at and case.promised_on <= before.trigger_on:
        state.set_timer(event, "promise", deadline_of(case, AGREED).due_at)


def _instant(text: str) -> datetime:
    """Read an instant of the journal into the law's zone (one zone for all instants: they compare faster)."""
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


def _hold(case: BridgeCase, told: dict[str, Any]) -> Deadline:
    due_on = date.fromisoformat(told["due_on"])
    stated = {key: told[key] for key in STATED}
    deadline = Deadline(
        date.fromisoformat(told["trigger_on"]),
        told["working_days"],
        due_on,
        _instant(told["due_at"]),
        stated,
    )
    if told["name"] == AGREED:
        case.agreed = deadline
    else:
        case.limit = deadline
    return deadline


def _set_reminders(state: State, event: Event, case: BridgeCase, moved_at: datetime | None) -> None:
    """Set the reminders before the agreed day.

    One that has been given already is given again for a new day only when that lies ahead of the notice that moved it.
    """
    profile = bridge_profile(state)
    due_on = deadline_of(case, AGREED).due_on
    since = case.reminded_since
    assert since is not None  # noqa: S101 - set by the disbursement
    for left in profile.near_working_days.value:
        name = f"near-{left}"
        at = at_time(state.calendar.back(due_on, left).due_on, profile.near_at.value)
        is_pending = state.timers.get(case.subject, name) is not None
        state.timers.cancel(case.subject, name)
        if at > since and (moved_at is None or is_pending or at > moved_at):
            state.set_timer(event, name, at)


def overdue(state: State, event: Event) -> None:
    """The loan is overdue."""
    case = state.cases[event.subject]
    name = event.causationid.removeprefix("timer:").split("@", 1)[0]
    case.lapses.append(Lapse(OVERDUE, event.id, event.time, name, event.data))


def defaulted(state: State, event: Event) -> None:
    """The loan is in default."""
    state.cases[event.subject].lapses.append(Lapse(DEFAULTED, event.id, event.time, LIMIT, event.data))


def overdue_rescinded(state: State, event: Event) -> None:
    """It was not overdue; where its day is still to come, it waits for it again."""
    _forget(state, event, OVERDUE)


def default_rescinded(state: State, event: Event) -> None:
    """It was not in default; where the day is still to come, it waits for it again."""
    _forget(state, event, DEFAULTED)


def _forget(state: State, event: Event, type_: str) -> None:
    case = state.cases[event.subject]
    lapse = case.lapse(type_)
    case.lapses.remove(lapse)
    deadline = deadline_of(case, lapse.name)
    if deadline.due_at > event.recorded_at:
        state.set_timer(event, lapse.name, deadline.due_at)
