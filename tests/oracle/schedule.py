"""The deadlines of a disbursed case, and how they move (ZJ-11, ZJ-13, ZJ-14, README "Time")."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .conclude import holds, rescind_or_contest, undo
from .days import at_clock, close, shanghai_day

if TYPE_CHECKING:
    from .world import Case, Cause, Lapse, World

NEAR = (5, 3, 1)


def due(deadline: dict[str, Any]) -> datetime:
    """The instant of a deadline."""
    return datetime.fromisoformat(deadline["due_at"])


def set_near(world: World, case: Case, after: datetime, *, moved: bool = False) -> None:
    """Sets the near timers anew: those after the time of the message that set or moved the agreed deadline.

    A calendar notice also takes along those that are still pending, wherever their day moves.
    """
    names = {f"near-{left}" for left in NEAR}
    pending = {one.name for one in world.timers if one.subject == case.subject and one.name in names}
    world.drop_timers(case.subject, names)
    told = max(one.time for one in case.facts if one.kind in ("disbursement", "extension"))
    for left in NEAR:
        at = at_clock(world.days.before(date.fromisoformat(case.agreed["due_on"]), left), 9)
        if at > told and (at > after or (moved and f"near-{left}" in pending)):
            world.set_timer(case.subject, f"near-{left}", at)


def promise_day(world: World, case: Case) -> datetime:
    """Close of business of the day by which the renewal was promised."""
    return close(world.days.roll(date.fromisoformat(case.the("notice").data["renewal"]["promised_on"])))


def set_deadlines(world: World, cause: Cause, case: Case) -> None:
    """Sets what a disbursement starts: agreed, limit, near, settlement, promise."""
    at, subject = case.the("disbursement").time, case.subject
    day = shanghai_day(at)
    case.agreed = world.days.count(day, case.the("contract").data["term_working_days"])
    case.limit = world.days.count(day, 20)
    for name, deadline in (("agreed", case.agreed), ("limit", case.limit)):
        world.tell(cause, "bridge.deadline.set.v1", subject, {"name": name, **deadline})
        world.set_timer(subject, name, due(deadline))
    set_near(world, case, at)
    world.set_timer(subject, "settlement", world.days.next_close(at))
    promise = promise_day(world, case)
    world.set_timer(subject, "promise", promise if promise >= at else due(case.agreed))


def move(world: World, cause: Cause, case: Case, name: str, after: dict[str, Any]) -> None:
    """Tells that a deadline moved."""
    before = case.agreed if name == "agreed" else case.limit
    data = {"name": name, "before_due_on": before["due_on"], **after}
    world.tell(cause, "bridge.deadline.moved.v1", case.subject, data)
    if name == "agreed":
        case.agreed = after
    else:
        case.limit = after


def extend(world: World, cause: Cause, case: Case, term: int, time: datetime) -> None:
    """Moves the agreed deadline to a new term; an overdue on the old date falls."""
    old = due(case.agreed)
    move(world, cause, case, "agreed", world.days.count(shanghai_day(case.the("disbursement").time), term))
    world.drop_timers(case.subject, {"agreed"})
    world.set_timer(case.subject, "agreed", due(case.agreed))
    set_near(world, case, time)
    told = any(one.subject == case.subject and one.name == "promise" and one.instant == old for one in world.timers)
    if told and promise_day(world, case) < case.the("disbursement").time:
        world.drop_timers(case.subject, {"promise"})
        world.set_timer(case.subject, "promise", due(case.agreed))
    for one in case.lapses:
        if one.type == "bridge.overdue.v1" and one.instant == old and one.standing and not one.contested:
            rescind_or_contest(world, cause, case, one)


def recalculate(world: World, cause: Cause) -> None:
    """After a calendar notice: moves the deadlines of outstanding loans, then rescinds what no longer holds."""
    fallen: list[tuple[int, Case, Lapse]] = []
    for case in sorted(world.cases.values(), key=lambda one: one.subject):
        if case.closed or not case.all("disbursement"):
            continue
        for name, before in (("agreed", case.agreed), ("limit", case.limit)):
            after = world.days.count(date.fromisoformat(before["trigger_on"]), before["working_days"])
            if after["due_on"] == before["due_on"]:
                continue
            move(world, cause, case, name, after)
            reset_pending(world, cause, case, name)
            for one in case.lapses:
                if one.timer == name and one.standing and not one.contested:
                    one.instant = due(after)
                    if one.instant > world.now or not holds(case, one):
                        fallen.append((int(one.id.rsplit("-", 1)[1]), case, one))
    again: set[tuple[str, str]] = set()
    for _, case, one in sorted(fallen, key=lambda item: item[0]):
        undo(world, cause, case, one)
        if (case.subject, one.timer) not in again:
            again.add((case.subject, one.timer))
            world.set_timer(case.subject, one.timer, one.instant)


def reset_pending(world: World, cause: Cause, case: Case, name: str) -> None:
    """Moves the timers of a deadline that did not fire yet."""
    if any(one.subject == case.subject and one.name == name for one in world.timers):
        world.drop_timers(case.subject, {name})
        world.set_timer(case.subject, name, due(case.agreed if name == "agreed" else case.limit))
    if name == "agreed":
        set_near(world, case, cause.time, moved=True)
