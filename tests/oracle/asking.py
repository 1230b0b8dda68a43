"""Requests on a bridge case, before and beside the money: their checks in order, and what they cause."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from .conclude import breach, lapse
from .days import add_months, close, shanghai_day
from .money import disbursed, effective, owed, promised, renewed
from .schedule import extend
from .shapes import MATERIALS
from .waiting import CAP_FEN, capacity, counts, drain, org_code, overtaken, queue, reserve
from .world import Case, Cause, RejectError, World, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .envelope import Message

DISTRICTS = ("丹徒区", "京口区", "润州区", "镇江新区")
RATES = {
    "2012-07-06": "0.0560",
    "2014-11-22": "0.0560",
    "2015-03-01": "0.0535",
    "2015-05-11": "0.0510",
    "2015-06-28": "0.0485",
    "2015-08-26": "0.0460",
    "2015-10-24": "0.0435",
}
PRINCIPALS = {"owner", "legal-representative", "controller", "shareholder"}
LONGEST, USUAL = 20, 15


def at_bank(world: World, account: dict[str, str], bank: str, day: date) -> bool:
    """Whether an account is at a bank or one of its enrolled branches."""
    branches = world.banks[bank].in_force(day).get("branches", []) if bank in world.banks else []
    return account["bank_code"] in [bank, *branches]


def notice(world: World, cause: Cause, message: Message) -> None:
    """Annex 3: the renewal notice opens the case."""
    data, bank, day = message.data, message.subject.split("/")[1], shanghai_day(message.time)
    main = data["main_bank"]
    wrong_bank = not at_bank(world, data["payee_account"], bank, day)
    refuse(
        ("bank-not-enrolled", not world.has_role(bank, "original", day)),
        ("bank-suspended", world.banks[bank].suspended),
        ("not-main-bank", not world.has_role(main, "main", day)),
        ("original-is-main", main == bank),
        ("mortgage-not-registered", not data["mortgage_registered"]),
        ("promise-before-formalities", data["renewal"]["promised_on"] < data["formalities_completed_on"]),
        ("account-not-at-bank", wrong_bank or not at_bank(world, data["collection_account"], main, day)),
    )
    case = world.cases[message.subject] = Case(message.subject)
    world.add(case, message)
    apply_by = world.days.before(date.fromisoformat(data["original_loan"]["matures_on"]), 15)
    world.tell(cause, "bridge.noticed.v1", case.subject, {"apply_by": apply_by.isoformat()})


def application(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-5 to ZJ-9: the enterprise applies through the main bank."""
    data, day, told = message.data, shanghai_day(message.time), case.the("notice").data
    enterprise = data["enterprise"]
    mine = org_code(enterprise)
    needed = set(MATERIALS) - ({"organisation-code"} if enterprise["size"] == "sole-proprietor" else set())
    loan = told["original_loan"]
    others = [one for one in world.cases.values() if one is not case]
    same = [one for one in others if org_code(one.the("notice").data["enterprise"]) == mine]
    refuse(
        ("enterprise-mismatch", mine != org_code(told["enterprise"])),
        ("already-applied", bool(case.all("application"))),
        ("bank-suspended", world.banks[case.original].suspended),
        ("district-not-covered", enterprise["district"] not in DISTRICTS),
        ("established-under-one-year", add_months(date.fromisoformat(enterprise["established_on"]), 12) > day),
        ("materials-missing", not needed <= set(data["materials"])),
        ("applied-too-late", day > world.days.before(date.fromisoformat(loan["matures_on"]), 15)),
        ("amount-over-original-loan", data["amount_fen"] > loan["principal_fen"]),
        ("amount-over-cap", data["amount_fen"] + sum(map(counts, same)) > CAP_FEN),
    )
    world.add(case, message)
    review_on, notice_on = world.days.after(day, 2), world.days.after(day, 3)
    latest = {"latest_review_on": review_on.isoformat(), "latest_notice_on": notice_on.isoformat()}
    world.tell(cause, "bridge.applied.v1", case.subject, latest)
    case.agreed = latest  # until the disbursement there is no agreed deadline
    world.set_timer(case.subject, "review", close(review_on))
    world.set_timer(case.subject, "notify", close(notice_on))
    waiting = queue(world, case.main)
    if waiting[0] is case and counts(case) <= capacity(world, case.main):
        reserve(world, cause, case)
    else:
        position = {"main_bank": case.main, "amount_fen": counts(case), "position": waiting.index(case) + 1}
        world.tell(cause, "bridge.queued.v1", case.subject, position)
    drain(world, cause, case.main)


def told_steps(case: Case) -> set[str]:
    """The steps of the service level that were told as missed."""
    return {one.kind for one in case.lapses if one.type == "bridge.service_level.missed.v1"}


def miss(world: World, cause: Cause, case: Case, step: str, due_on: str) -> None:
    """Tells once that a step of the service level was missed."""
    if step not in told_steps(case):
        data = {"step": step, "by": case.main, "due_on": due_on}
        one = lapse(world, cause, case, "bridge.service_level.missed.v1", data, kind=step)
        one.instant = close(date.fromisoformat(due_on))


def review(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-7.2: the main bank approves or declines."""
    data, applied = message.data, case.last("application")
    if applied is None:
        raise RejectError("not-applied")
    approved = data["outcome"] == "approved"
    refuse(
        ("already-reviewed", bool(case.all("review"))),
        ("confirmation-missing", approved and "original_bank_confirmed_on" not in data),
        ("amount-over-application", approved and data["approved_amount_fen"] > applied.data["amount_fen"]),
    )
    world.add(case, message)
    case.closed = not approved
    world.tell(cause, f"bridge.{data['outcome']}.v1", case.subject, {})
    if jumped := overtaken(world, case):
        world.tell(cause, "bridge.order.violated.v1", case.subject, {"main_bank": case.main, "overtaken": jumped})
    review_on, notice_on = case.agreed["latest_review_on"], case.agreed["latest_notice_on"]
    if message.time > close(date.fromisoformat(review_on)):
        miss(world, cause, case, "review", review_on)
    if data["applicant_notified_on"] > notice_on:
        miss(world, cause, case, "notice", notice_on)


def rate_on(day: date) -> Fraction | None:
    """The half-year benchmark rate on a day (ZJ-12)."""
    fitting = [rate for since, rate in RATES.items() if date.fromisoformat(since) <= day]
    return Fraction(fitting[-1]) if fitting else None


def couple(guarantors: Iterable[dict[str, str]], *, unmarried: bool) -> bool:
    """Whether an owner in the wide sense and the spouse (or a declaration that there is none) stand surety."""
    relations = {one["relation"] for one in guarantors}
    return bool(relations & PRINCIPALS) and (unmarried or "spouse" in relations)


def contract(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-9 to ZJ-13: the bridge loan's contract, and the instruction to pay."""
    data, approved = message.data, case.last("review")
    if approved is None:
        raise RejectError("not-approved")
    refuse(
        ("already-contracted", bool(case.all("contract"))),
        ("capacity-not-reserved", not case.reserved),
        ("term-over-maximum", not 1 <= data["term_working_days"] <= LONGEST),
        ("principal-over-approval", data["principal_fen"] > approved.data["approved_amount_fen"]),
        ("rate-not-benchmark", Fraction(data["annual_rate"]) != rate_on(shanghai_day(message.time))),
        ("guarantor-missing", not couple(data["guarantors"], unmarried="unmarried_declaration_no" in data)),
        ("entrustment-missing", not data.get("entrustment_letter_no")),
    )
    world.add(case, message)
    above = data["term_working_days"] > USUAL
    world.tell(cause, "bridge.contracted.v1", case.subject, {"above_usual_term": above})
    payment = {
        "to": case.main,
        "payee_account": case.the("notice").data["payee_account"],
        "amount_fen": data["principal_fen"],
    }
    world.tell(cause, "bridge.payment.instructed.v1", case.subject, payment)


def extension(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-11: a longer term, in all at most 20 working days."""
    term = message.data["term_working_days"]
    refuse(("not-disbursed", not disbursed(case)))
    refuse(
        ("term-over-maximum", not case.agreed["working_days"] < term <= LONGEST),
        ("deadline-passed", message.time > datetime.fromisoformat(case.agreed["due_at"])),
    )
    world.add(case, message)
    world.tell(cause, "bridge.extended.v1", case.subject, {})
    extend(world, cause, case, term, message.time)


def abandonment(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-15: given up or not, the renewal is to be paid out and forwarded."""
    world.add(case, message)
    world.tell(cause, "bridge.renewal.abandoned.v1", case.subject, {})
    world.tell(cause, "bridge.renewal.enforced.v1", case.subject, {"to": case.original})


def refusal(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-16: the original bank says that it will not renew."""
    refuse(("already-renewed", renewed(case) >= promised(case)))
    fact = world.add(case, message)
    world.tell(cause, "bridge.renewal.refused.v1", case.subject, {})
    if disbursed(case):
        at = effective(case, fact)
        breach(world, cause, case, "renewal-refused", at, owed(case, at))
    else:
        case.closed = True
        world.tell(cause, "bridge.withdrawn.v1", case.subject, {"reason": message.data["reason"]})


def withdrawal(world: World, cause: Cause, case: Case, message: Message) -> None:
    """The main bank takes the case back before any money went out."""
    refuse(("already-disbursed", disbursed(case)))
    world.add(case, message)
    case.closed = True
    world.tell(cause, "bridge.withdrawn.v1", case.subject, {})


def seizure(world: World, cause: Cause, case: Case, message: Message) -> None:
    """ZJ-17: assets were seized, the original bank has to assist."""
    refuse(("not-disbursed", not disbursed(case)))
    world.add(case, message)
    world.tell(cause, "bridge.assets.seized.v1", case.subject, {})
    world.tell(cause, "bridge.assistance.required.v1", case.subject, {"to": case.original})
