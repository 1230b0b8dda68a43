"""What a late fact undoes: a lapse holds by the facts up to its instant.

When a fact recorded later says that it does not, it is rescinded, or contested when it is settled. Shortfalls,
instructions and allocations are never worked out anew.
"""

from collections.abc import Callable
from datetime import date

from drawbridge.law.case import Lapse
from drawbridge.law.event import Event
from drawbridge.law.parties.contest import may_undo
from drawbridge.law.pool.book import book_of, pool_profile
from drawbridge.law.pool.case import (
    COMPENSATION_LATE,
    CONTRIBUTION,
    DEBIT_AUTHORISED,
    FILING_VIOLATED,
    INSTALMENT_MISSED,
    OVERDUE,
    RISK_FUND,
    WINDOW_LAPSED,
    PoolCase,
)
from drawbridge.law.pool.deadlines import CONCLUDES
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


def follow_up(turn: Turn, case: PoolCase) -> None:
    """Undo what no longer holds, in the order in which it was concluded."""
    for lapse in list(case.lapses):
        if not _HOLDS[lapse.type](turn.state, case, lapse) and may_undo(turn, case.subject, lapse):
            _rescind(turn, case, lapse)


def take_back(turn: Turn) -> None:
    """Rescind what a calendar notice undoes, in the order in which it was concluded; no limit applies."""
    undone = [
        (int(lapse.event_id.rpartition("-")[2]), case, lapse)
        for subject in book_of(turn.state).outstanding
        for case in [turn.state.cases[subject]]
        for lapse in case.lapses
        if lapse.type in CONCLUDES and not lapse.contested
        if lapse.at > turn.recorded_at or not _HOLDS[lapse.type](turn.state, case, lapse)
    ]
    for _, case, lapse in sorted(undone, key=lambda one: one[0]):
        _rescind(turn, case, lapse)


def _rescind(turn: Turn, case: PoolCase, lapse: Lapse) -> None:
    """Take a lapse back, with the data of what is withdrawn."""
    told = {key: value for key, value in lapse.data.items() if key not in ("basis", "outside_validity")}
    turn.emit(f"{lapse.type.removesuffix('.v1')}.rescinded.v1", case.subject, told, *lapse.data["basis"])


def rescinded(state: State, event: Event) -> None:
    """It was not so; where a notice has moved its day to one yet to come, that day is waited for."""
    case: PoolCase = state.cases[event.subject]
    type_ = event.type.replace(".rescinded", "")
    number = event.data.get("instalment", 0)
    lapse = case.lapse(type_, str(number) if number else None)
    assert lapse is not None  # noqa: S101 - only a standing lapse is rescinded
    case.lapses.remove(lapse)
    if lapse.type in CONCLUDES and lapse.at > event.recorded_at:
        state.set_timer(event, CONCLUDES[lapse.type], lapse.at, number=number)


def third_day_before(state: State, disbursed_on: date) -> date:
    """Return the third working day before a disbursement."""
    return state.calendar.back(disbursed_on, pool_profile(state).filing_working_days.value).due_on


def is_filed_in_time(state: State, case: PoolCase, disbursed_on: date, third: date) -> bool:
    """Tell whether some filing known so far was in time, by the profile's reading."""
    days = [at.date() for at in case.filed_at]
    if pool_profile(state).filing_reading.value == "within":
        return any(third <= day < disbursed_on for day in days)
    return any(day <= third for day in days)


def _is_unfiled(state: State, case: PoolCase, lapse: Lapse) -> bool:
    told = lapse.data
    days = date.fromisoformat(told["disbursed_on"]), date.fromisoformat(told["third_working_day_before"])
    return not is_filed_in_time(state, case, *days)


def _is_line_unpaid(_state: State, case: PoolCase, lapse: Lapse) -> bool:
    return case.unpaid_of_line_fen(lapse.data["instalment"], lapse.at) > 0


def _is_outstanding(_state: State, case: PoolCase, lapse: Lapse) -> bool:
    return case.is_outstanding(lapse.at)


def _is_unclaimed(_state: State, case: PoolCase, lapse: Lapse) -> bool:
    return case.is_outstanding(lapse.at) and not is_claimed_by(case, lapse)


def is_claimed_by(case: PoolCase, lapse: Lapse) -> bool:
    """Tell whether the risk fund was claimed on by a lapse's instant."""
    claim = case.instructions.get(RISK_FUND)
    return claim is not None and claim.claimed_at <= lapse.at


def _is_first_unpaid(_state: State, case: PoolCase, lapse: Lapse) -> bool:
    return case.unpaid_fen(CONTRIBUTION, lapse.at, until=lapse.at) > 0


def _is_second_unpaid(_state: State, case: PoolCase, lapse: Lapse) -> bool:
    return case.unpaid_fen(RISK_FUND, lapse.at, until=lapse.at) > 0


_HOLDS: dict[str, Callable[[State, PoolCase, Lapse], bool]] = {
    FILING_VIOLATED: _is_unfiled,
    INSTALMENT_MISSED: _is_line_unpaid,
    OVERDUE: _is_outstanding,
    DEBIT_AUTHORISED: _is_first_unpaid,
    WINDOW_LAPSED: _is_unclaimed,
    COMPENSATION_LATE: _is_second_unpaid,
}
