"""Conclusions and their undoing: breaches, rescissions, what is contested, credit records (ZJ-16, ZJ-23)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .days import close, shanghai_day
from .money import owed, promised, renewed, settled, to_forward
from .world import Case, Cause, Lapse, Penalty, World

if TYPE_CHECKING:
    from datetime import datetime

MULTIPLE = 10
LIMIT_DAYS = 5
STANDING = ("proposed", "confirmed")
TO = ["regulator", "finance-bureau"]


def lapse(  # noqa: PLR0913 - a conclusion is told with all that it needs
    world: World, cause: Cause, case: Case, type_: str, data: dict[str, Any], *, kind: str = "", timer: str = ""
) -> Lapse:
    """Tells a conclusion and remembers it."""
    told = world.tell(cause, type_, case.subject, data)
    instant = cause.time
    one = Lapse(told, type_, kind, instant, data, case.subject, timer)
    case.lapses.append(one)
    return one


def holds(case: Case, one: Lapse) -> bool:
    """Whether a conclusion is true at its instant by all facts that are known now."""
    at = one.instant
    if one.type == "bridge.service_level.missed.v1":
        review = case.last("review")
        if review is None or review.time > at:
            return True
        return one.kind == "notice" and bool(review.data["applicant_notified_on"] > one.data["due_on"])
    if one.type == "bridge.settlement.missed.v1":
        return settled(case, at) < int(case.the("disbursement").data["amount_fen"])
    if one.kind == "renewal-not-forwarded":
        return to_forward(case, at, at) > 0
    return owed(case, at) > 0 and (one.type != "bank.breached.v1" or renewed(case, at) < promised(case))


def breach_standing(world: World, bank: str) -> bool:
    """Whether a breach of a bank stands on any case."""
    cases = [case for case in world.cases.values() if case.original == bank]
    return any(one.status in STANDING for case in cases for one in case.penalties)


def proposed_reductions(world: World, bank: str, leave: Penalty | None = None) -> int:
    """The reductions already proposed of a bank's fiscal deposit."""
    every = [one for case in world.cases.values() if case.original == bank for one in case.penalties]
    return sum(one.reducible_fen for one in every if one.status == "proposed" and one is not leave)


def penalty_figures(world: World, bank: str, base_fen: int, leave: Penalty | None = None) -> dict[str, Any]:
    """The figures of a penalty on a base."""
    deposit = world.banks[bank].deposits["fiscal"]
    penalty = MULTIPLE * base_fen
    reducible = max(0, min(penalty, deposit - proposed_reductions(world, bank, leave)))
    return {
        "bank": bank,
        "default_amount_fen": base_fen,
        "multiple": MULTIPLE,
        "penalty_fen": penalty,
        "deposit_fen": deposit,
        "reducible_fen": reducible,
        "shortfall_fen": penalty - reducible,
    }


def breach(world: World, cause: Cause, case: Case, kind: str, instant: datetime, amount: int) -> None:  # noqa: PLR0913, PLR0917 - all that a breach states
    """Concludes a breach with its consequences, unless one was concluded or the amount is 0."""
    if case.penalty is not None or amount <= 0:
        return
    code = case.original
    bank, who = world.banks[code], {"bank": code, "case": case.subject}
    data = {**who, "kind": kind, "default_amount_fen": amount}
    one = lapse(world, cause, case, "bank.breached.v1", data, kind=kind)
    one.instant = instant
    if not bank.suspended:
        bank.suspended = True
        world.tell(cause, "bank.suspended.v1", f"bank/{code}", who)
    figures = penalty_figures(world, code, amount)
    case.penalties.append(Penalty(one, amount, figures["penalty_fen"], figures["reducible_fen"]))
    world.tell(cause, "deposit.penalty.raised.v1", case.subject, {**figures, "status": "proposed"})
    if not bank.cancelled:
        bank.cancelled = True
        world.tell(cause, "bank.incentives.cancelled.v1", f"bank/{code}", who)
    world.tell(cause, "regulator.notified.v1", case.subject, {**data, "to": TO})


def restore_standing(world: World, cause: Cause, case: Case) -> None:
    """Gives a bank its standing back when no breach of it stands any more."""
    code = case.original
    bank, who = world.banks[code], {"bank": code}
    if breach_standing(world, code):
        return
    if bank.suspended:
        bank.suspended = False
        world.tell(cause, "bank.reinstated.v1", f"bank/{code}", who)
    if bank.cancelled:
        bank.cancelled = False
        world.tell(cause, "bank.incentives.restored.v1", f"bank/{code}", who)


def undo_breach(world: World, cause: Cause, case: Case, penalty: Penalty) -> None:
    """Rescinds a breach and all that followed from it."""
    code, confirmed = case.original, penalty.status == "confirmed"
    penalty.status, penalty.breach.standing = "rescinded", False
    world.tell(cause, "bank.breach.rescinded.v1", case.subject, penalty.breach.data)
    figures = {"bank": code, "default_amount_fen": penalty.base_fen, "penalty_fen": penalty.penalty_fen}
    world.tell(cause, "deposit.penalty.rescinded.v1", case.subject, figures)
    if confirmed:
        deposits = world.banks[code].deposits
        before = deposits["fiscal"]
        deposits["fiscal"] += penalty.reducible_fen
        data = {"before_fen": before, "after_fen": deposits["fiscal"]}
        world.tell(cause, "deposit.restored.v1", f"bank/{code}", data)
    restore_standing(world, cause, case)
    world.tell(cause, "regulator.notified.v1", case.subject, {**penalty.breach.data, "to": TO})


def credit(world: World, cause: Cause, case: Case, state: str) -> None:
    """Tells the state of the case's credit record."""
    enterprise = case.the("notice").data["enterprise"]
    subject = f"enterprise/{enterprise.get('uscc') or enterprise['org_code']}"
    keeps = state in ("raised", "withheld", "dropped")
    data = {
        "case": case.subject,
        "enterprise": enterprise,
        "reason": "bridge-loan-not-repaid",
        "article": "ZJ-23",
        "since": case.limit["due_on"],
        "supersedes": case.record.get("id"),
    }
    if state != "dropped":  # the contract gives no figure for a dropped one
        data["amount_fen"] = case.record["amount_fen"] if keeps else 0
    case.record["id"] = world.tell(cause, f"credit.record.{state}.v1", subject, data)
    case.record["state"] = state


def undo(world: World, cause: Cause, case: Case, one: Lapse) -> None:
    """Rescinds a conclusion with its consequences."""
    one.standing = False
    if one.type == "bank.breached.v1":
        undo_breach(world, cause, case, next(penalty for penalty in case.penalties if penalty.breach is one))
        return
    name = {"bridge.defaulted.v1": "bridge.default.rescinded.v1"}.get(one.type)
    name = name or one.type.replace(".missed", "").replace(".v1", ".rescinded.v1")
    world.tell(cause, name, one.subject, one.data)
    if one.type == "bridge.defaulted.v1" and case.record.get("state") in ("raised", "settled"):
        credit(world, cause, case, "retracted")


def rescind_or_contest(world: World, cause: Cause, case: Case | None, one: Lapse) -> None:
    """Undoes a conclusion that proved wrong, or contests it when it is settled."""
    late = world.now > close(world.days.after(shanghai_day(one.instant), LIMIT_DAYS))
    if late or one.ruled:
        one.contested = True
        reason = "recorded-late" if late else "ruled-on"
        data = {"lapse": one.id, "lapse_type": one.type, "reason": reason}
        world.tell(cause, "lapse.contested.v1", one.subject, data)
    elif case is not None:
        undo(world, cause, case, one)
    else:
        one.standing = False
        world.tell(cause, "report.due.rescinded.v1", one.subject, one.data)


def performed(case: Case, penalty: Penalty) -> bool:
    """Whether the original bank has done by now what it was in breach of."""
    if penalty.breach.kind == "renewal-not-forwarded":
        return to_forward(case, None, None) == 0
    return renewed(case) >= promised(case)


def cure(world: World, cause: Cause, case: Case) -> None:
    """Tells once that a breach which stands was cured."""
    penalty = case.penalty
    if penalty and penalty.status in STANDING and not penalty.cured and performed(case, penalty):
        penalty.cured = True
        data = {"bank": case.original, "kind": penalty.breach.kind}
        world.tell(cause, "bank.breach.cured.v1", case.subject, data)


def settle_record(world: World, cause: Cause, case: Case) -> None:
    """Tells that a raised record of a closed case is settled."""
    if case.closed and case.record.get("state") == "raised":
        credit(world, cause, case, "settled")


def follow(world: World, cause: Cause, case: Case) -> None:
    """What follows from a new fact: rescissions in the order of the conclusions, cure, settled record."""
    for one in list(case.lapses):
        if one.standing and not one.contested and not holds(case, one):
            rescind_or_contest(world, cause, case, one)
    cure(world, cause, case)
    settle_record(world, cause, case)
