"""Timers: which are due, in what order, and what each concludes at its instant (bridge.md, "Timers"; ZJ-18)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from .asking import miss
from .conclude import STANDING, breach, credit, cure, lapse, settle_record
from .days import add_months, close, shanghai_day
from .envelope import written
from .money import effective, owed, position, promised, renewed, settled, to_forward
from .world import GRACE, Case, Cause, Lapse, Penalty, Timer, World


def paid_off_day(case: Case, until: datetime) -> date | None:
    """The day of the payment that left nothing outstanding, by the facts until an instant, or None."""
    times = sorted(effective(case, one) for one in case.all("repayment"))
    return next((shanghai_day(at) for at in times if at <= until and owed(case, at) == 0), None)


def months_of(case: Case, until: datetime) -> list[date]:
    """The first days of the months of a loan whose report falls due until an instant."""
    month = shanghai_day(case.the("disbursement").time).replace(day=1)
    months = list[date]()
    over = paid_off_day(case, until)
    while report_due(month) <= until and (over is None or month <= over):
        months.append(month)
        month = add_months(month, 1)
    return months


def report_due(month: date) -> datetime:
    """The instant by which the report on a month is due."""
    return close(add_months(month, 1).replace(day=10))


def report_timers(world: World, until: datetime) -> list[tuple[Timer, tuple[str, str]]]:
    """The report timers of all disbursed cases that did not run yet."""
    timers = []
    for case in world.cases.values():
        if not case.all("disbursement"):
            continue
        for month in months_of(case, until):
            subject = f"report/{case.main}/{month:%Y-%m}"
            key = case.subject, subject
            if key not in world.reports_run:
                at = report_due(month)
                firing = max(at, case.the("disbursement").recorded + GRACE)
                timers.append((Timer(subject, "report", at, firing), key))
    return timers


def fire_due(world: World, until: datetime) -> None:
    """Fires every timer due by an instant, in order of firing instant, subject and rank."""
    while True:
        reports = [(timer, key) for timer, key in report_timers(world, until) if timer.firing <= until]
        due = [timer for timer in world.timers if timer.firing <= until] + [timer for timer, _ in reports]
        if not due:
            return
        first = min(due, key=lambda timer: timer.key)
        cause = Cause(f"timer:{first.name}@{written(first.instant)}", first.instant, first.firing)
        if first.name == "report":
            world.reports_run |= {key for timer, key in reports if timer == first}
            report(world, cause, first)
        else:
            world.timers.remove(first)
            conclude(world, cause, world.cases[first.subject], first)


def report(world: World, cause: Cause, timer: Timer) -> None:
    """Concludes that a month's report was not sent."""
    _, main, month = timer.subject.split("/")
    start = date.fromisoformat(f"{month}-01")
    following = add_months(start, 1)
    filed = any(subject == timer.subject and at <= timer.instant for subject, at in world.filings)
    told = any(one.subject == timer.subject and one.standing for one in world.report_lapses)
    if filed or told:
        return
    for case in world.cases.values():
        paid_out = case.last("disbursement")
        if case.main != main or paid_out is None or not shanghai_day(paid_out.time) < following:
            continue
        over = paid_off_day(case, timer.instant)
        if over is None or over >= start:
            data = {"main_bank": main, "month": month, "due_at": written(timer.instant)}
            to = ["regulator", "economic-bureau"]
            told_id = world.tell(cause, "report.due.v1", timer.subject, {**data, "to": to})
            lapse_ = Lapse(told_id, "report.due.v1", "", timer.instant, data, timer.subject)
            world.report_lapses.append(lapse_)
            return


def reviewed_or_closed(case: Case, at: datetime) -> bool:
    """Whether by an instant the case was reviewed, or closed before any money went out."""
    return any(one.time <= at for one in case.facts if one.kind in ("review", "withdrawal", "refusal"))


def conclude(world: World, cause: Cause, case: Case, timer: Timer) -> None:
    """Concludes what a timer of a case is for."""
    at, name = timer.instant, timer.name
    if name in ("review", "notify"):
        if not reviewed_or_closed(case, at):
            step = "review" if name == "review" else "notice"
            miss(world, cause, case, step, shanghai_day(at).isoformat())
        return
    if name == "settlement":
        paid, wanted = settled(case, at), case.the("disbursement").data["amount_fen"]
        if paid < wanted:
            lapse(world, cause, case, "bridge.settlement.missed.v1", {"settled_fen": paid, "disbursed_fen": wanted})
        return
    if owed(case, at) == 0:
        return
    if name.startswith("near"):
        agreed = case.agreed
        near = {"working_days_left": int(name[-1]), "due_on": agreed["due_on"], "due_at": agreed["due_at"]}
        world.tell(cause, "bridge.deadline.neared.v1", case.subject, near)
    elif name == "promise":
        missing = promised(case) - renewed(case, at)
        if missing > 0:
            short = renewed(case, at) > 0
            amount = min(owed(case, at), missing) if short else owed(case, at)
            breach(world, cause, case, "renewal-short" if short else "renewal-not-disbursed", at, amount)
    elif name == "forward":
        breach(world, cause, case, "renewal-not-forwarded", at, to_forward(case, at, at))
    else:
        overdue(world, cause, case, name)
    cure(world, cause, case)
    settle_record(world, cause, case)


def stood(penalty: Penalty, at: datetime) -> bool:
    """Whether a breach stood at an instant, by what is known now."""
    later = penalty.dismissed_at is not None and penalty.dismissed_at > at
    return penalty.breach.instant <= at and (penalty.status in STANDING or later)


def overdue(world: World, cause: Cause, case: Case, name: str) -> None:
    """Concludes that the loan is overdue, and at the limit that it is in default (ZJ-11, ZJ-23)."""
    now = position(case, cause.time)
    data: dict[str, Any] = {
        "due_at": written(cause.time),
        "outstanding_principal_fen": now.principal,
        "outstanding_interest_fen": now.interest,
    }
    if not any(one.type == "bridge.overdue.v1" and one.standing for one in case.lapses):
        lapse(world, cause, case, "bridge.overdue.v1", data, timer=name)
    if name == "agreed":
        return
    guilty = any(stood(one, cause.time) for one in case.penalties)
    by = "original-bank" if guilty else "borrower"
    lapse(world, cause, case, "bridge.defaulted.v1", {**data, "attributable_to": by}, timer=name)
    case.record["amount_fen"] = now.owed
    credit(world, cause, case, "withheld" if guilty else "raised")
