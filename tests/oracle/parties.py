"""Operators' messages: enrolments, deposits, reinstatement, calendar, rulings; and the banks' report filings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .conclude import credit, penalty_figures, rescind_or_contest, restore_standing, settle_record, undo_breach
from .days import ImplausibleError
from .schedule import recalculate
from .waiting import drain
from .world import Bank, Case, Cause, RejectError, World

if TYPE_CHECKING:
    from .envelope import Message
    from .journal import Journal


def enrolment(world: Journal, cause: Cause, message: Message) -> None:
    """Annex 5: a bank is enrolled, or its enrolment amended."""
    code = message.subject.split("/")[1]
    kind = "enrolment.amended" if code in world.banks else "enrolled"
    world.banks.setdefault(code, Bank()).enrolments.append(message.data)
    world.tell(cause, f"bank.{kind}.v1", message.subject, {})


def enrolled(world: World, message: Message) -> Bank:
    """The bank of the subject.

    Raises:
        RejectError: it is not enrolled.
    """
    bank = world.banks.get(message.subject.split("/")[1])
    if bank is None:
        raise RejectError("bank-not-enrolled")
    return bank


def deposit(world: World, cause: Cause, message: Message) -> None:
    """A deposit is placed anew or adjusted; a special fund's capacity follows (ZJ-3, ZJ-20)."""
    bank, data, placed = enrolled(world, message), message.data, "placement" in message.type
    kind = data["kind"]
    before = bank.deposits[kind]
    after = data["amount_fen"] if placed else before + data["delta_fen"]
    if after < 0:
        raise RejectError("deposit-below-zero")
    bank.deposits[kind] = after
    figures = {"before_fen": before, "after_fen": after}
    world.tell(cause, f"deposit.{'placed' if placed else 'adjusted'}.v1", message.subject, figures)
    drain(world, cause, message.subject.split("/")[1])


def reinstatement(world: World, cause: Cause, message: Message) -> None:
    """An operator lets a suspended bank speak again."""
    bank = enrolled(world, message)
    if not bank.suspended:
        raise RejectError("not-suspended")
    bank.suspended = False
    world.tell(cause, "bank.reinstated.v1", message.subject, {})


def announce(world: Journal, cause: Cause, message: Message) -> None:
    """The State Council's yearly notice replaces a year of the day table.

    Raises:
        RejectError: it is not plausible.
    """
    try:
        world.days = world.days.with_notice(message.data)
    except (ImplausibleError, ValueError, OverflowError) as problem:
        raise RejectError("calendar-implausible") from problem
    world.tell(cause, "calendar.announced.v1", message.subject, {})


def calendar(world: World, cause: Cause, message: Message) -> None:
    """A calendar notice, and the deadlines that it moves."""
    announce(world, cause, message)
    recalculate(world, cause)


def penalty_ruling(world: World, cause: Cause, case: Case, message: Message) -> None:
    """An operator rules on the tenfold penalty."""
    ruling, penalty, code = message.data["ruling"], case.penalty, case.original
    if ruling == "revoked":
        if penalty is None or penalty.status != "confirmed":
            raise RejectError("no-penalty-confirmed")
        undo_breach(world, cause, case, penalty)
        return
    if penalty is None or penalty.status != "proposed":
        raise RejectError("no-penalty-proposed")
    penalty.breach.ruled = True
    if ruling == "dismissed":
        penalty.status, penalty.breach.standing = "dismissed", False
        penalty.dismissed_at = message.time
        figures = {"bank": code, "default_amount_fen": penalty.base_fen, "penalty_fen": penalty.penalty_fen}
        world.tell(cause, "deposit.penalty.dismissed.v1", case.subject, figures)
        restore_standing(world, cause, case)
        return
    confirmed = penalty_figures(world, code, message.data.get("default_amount_fen", penalty.base_fen), penalty)
    penalty.status, penalty.base_fen = "confirmed", confirmed["default_amount_fen"]
    penalty.penalty_fen, penalty.reducible_fen = confirmed["penalty_fen"], confirmed["reducible_fen"]
    world.tell(cause, "deposit.penalty.confirmed.v1", case.subject, {**confirmed, "status": "confirmed"})
    deposits = world.banks[code].deposits
    before = deposits["fiscal"]
    deposits["fiscal"] -= penalty.reducible_fen
    reduced: dict[str, Any] = {"bank": code, "case": case.subject, "kind": "fiscal"}
    reduced |= {"before_fen": before, "after_fen": deposits["fiscal"]}
    world.tell(cause, "deposit.reduced.v1", f"bank/{code}", reduced)


def credit_ruling(world: World, cause: Cause, case: Case, message: Message) -> None:
    """An operator rules on a credit record (ZJ-23 and the right of objection)."""
    ruling, state = message.data["ruling"], case.record.get("state")
    if ruling == "retract":
        if state not in ("raised", "settled") or "who" in message.data:
            raise RejectError("no-record-raised")
    elif state != "withheld":
        raise RejectError("no-record-withheld")
    for one in case.lapses:
        one.ruled |= one.type == "bridge.defaulted.v1" and one.standing
    credit(world, cause, case, {"raise": "raised", "drop": "dropped", "retract": "retracted"}[ruling])
    settle_record(world, cause, case)


def filing(world: World, cause: Cause, message: Message) -> None:
    """ZJ-18: the monthly report was sent."""
    _, main, month = message.subject.split("/")
    world.filings.append((message.subject, message.time))
    world.tell(cause, "report.filed.v1", message.subject, {"main_bank": main, "month": month})
    for one in world.report_lapses:
        fits = one.subject == message.subject and one.standing and not one.contested
        if fits and message.time <= one.instant:
            rescind_or_contest(world, cause, None, one)
