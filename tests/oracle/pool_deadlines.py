"""The deadlines of an assisted loan: when they are, what they state, and how a calendar notice moves them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .days import ONE_DAY, add_months, at_clock, close, shanghai_day
from .envelope import written
from .journal import RANKS, Lapse
from .money import disbursed
from .pool_conclude import holds, undo
from .pool_money import owed
from .pool_world import CONTRIBUTION, RISK_FUND

if TYPE_CHECKING:
    from .days import Days
    from .journal import Cause
    from .pool_world import Loan, Pool

Deadline = dict[str, Any]
WINDOW_DAYS = 5


def fixed(trigger: date, due_at: datetime, *, provisional: bool) -> Deadline:
    """A deadline that no working days are counted to."""
    return {
        "trigger_on": trigger.isoformat(),
        "working_days": 0,
        "due_on": shanghai_day(due_at).isoformat(),
        "due_at": written(due_at),
        "provisional": provisional,
        "counted": [],
    }


def rolled(days: Days, day: date) -> Deadline:
    """Close of business of a day, rolled forward to a working day."""
    due_on = days.roll(day)
    return fixed(day, close(due_on), provisional=days.unsure(due_on))


def due_day(days: Days, loan: Loan) -> date:
    """The day on which the loan is due."""
    return days.roll(date.fromisoformat(loan.the("contract").data["matures_on"]))


def month_end(days: Days, loan: Loan) -> date:
    """The day one calendar month after the due day, rolled forward (QJ-18)."""
    return days.roll(add_months(due_day(days, loan), 1))


def window_end(days: Days, loan: Loan) -> date:
    """The last day of the risk window."""
    return days.after(month_end(days, loan), WINDOW_DAYS)


def instructed_by(days: Days, stage: str, claimed: datetime) -> Deadline:
    """By when the pool is to pay a claim of a stage (QJ-17, QJ-18)."""
    day = shanghai_day(claimed)
    if stage == RISK_FUND:
        return days.count(day, WINDOW_DAYS)
    due_at = days.next_close(claimed)
    return fixed(day, due_at, provisional=days.unsure(shanghai_day(due_at)))


def deadline(days: Days, loan: Loan, name: str, line: int) -> Deadline:
    """A deadline by the day table in force."""
    if name == "instalment":
        return rolled(days, date.fromisoformat(loan.the("contract").data["schedule"][line - 1]["due_on"]))
    if name == "maturity":
        return rolled(days, date.fromisoformat(loan.the("contract").data["matures_on"]))
    if name in ("stage-one", "stage-two"):
        stage = CONTRIBUTION if name == "stage-one" else RISK_FUND
        return instructed_by(days, stage, loan.instructions[stage].claim.time)
    end = month_end(days, loan)
    if name == "risk-window":
        return fixed(due_day(days, loan), at_clock(end + ONE_DAY, 0), provisional=days.unsure(end))
    return days.count(end, WINDOW_DAYS)


def due(told: Deadline) -> datetime:
    """The instant of a deadline."""
    return datetime.fromisoformat(told["due_at"])


def set_deadline(pool: Pool, loan: Loan, name: str, line: int = 0) -> None:
    """Sets a deadline and its timer."""
    told = loan.deadlines[name, line] = deadline(pool.days, loan, name, line)
    pool.set_timer(loan.subject, name, due(told), line)


def set_deadlines(pool: Pool, loan: Loan) -> None:
    """Sets what a disbursement starts."""
    for line in range(1, len(loan.the("contract").data["schedule"]) + 1):
        set_deadline(pool, loan, "instalment", line)
    for name in ("maturity", "risk-window", "risk-window-end"):
        set_deadline(pool, loan, name)


def move_pending(pool: Pool, cause: Cause, loan: Loan) -> None:
    """Moves the deadlines of a loan that did not fire yet and whose day changes."""
    mine = [one for one in pool.timers if one.subject == loan.subject]
    for timer in sorted(mine, key=lambda one: (RANKS.index(one.name), one.line)):
        before = loan.deadlines[timer.name, timer.line]
        after = loan.deadlines[timer.name, timer.line] = deadline(pool.days, loan, timer.name, timer.line)
        if after["due_on"] != before["due_on"]:
            pool.timers.remove(timer)
            pool.set_timer(loan.subject, timer.name, due(after), timer.line)
            data = {"name": timer.name, "before_due_on": before["due_on"], **after}
            pool.tell(cause, "pool.deadline.moved.v1", loan.subject, data)


def fallen(pool: Pool, loan: Loan) -> list[Lapse]:
    """What was concluded of a loan and no longer holds at the instant that a calendar notice gives it."""
    gone = list[Lapse]()
    for one in loan.lapses:
        if one.timer and one.standing and not one.contested:
            place = one.timer, int(one.kind)
            after = deadline(pool.days, loan, *place)
            if after["due_on"] != loan.deadlines[place]["due_on"]:
                loan.deadlines[place] = after
                one.instant = due(after)
                if one.instant > pool.now or not holds(pool, loan, one):
                    gone.append(one)
    return gone


def recalculate(pool: Pool, cause: Cause) -> None:
    """After a calendar notice: moves what is pending, then rescinds what no longer holds, and sets it again."""
    lost: list[tuple[int, Loan, Lapse]] = []
    for loan in sorted(pool.loans.values(), key=lambda one: one.subject):
        if disbursed(loan) and owed(loan) > 0:
            move_pending(pool, cause, loan)
            lost += [(int(one.id.rsplit("-", 1)[1]), loan, one) for one in fallen(pool, loan)]
    for _, loan, one in sorted(lost, key=lambda item: item[0]):
        undo(pool, cause, loan, one)
        pool.set_timer(loan.subject, one.timer, one.instant, int(one.kind))
