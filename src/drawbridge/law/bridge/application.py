"""The application (annex 2, 审批表), which the main bank takes in: who may borrow, how much, and when to ask."""

from datetime import date

from drawbridge.bank.messages.application import Application as ApplicationData
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.bridge.capacity import book_of, recount, reserve_or_queue
from drawbridge.law.bridge.case import Application, BridgeCase
from drawbridge.law.bridge.notice import bridge_profile, refuse_suspended
from drawbridge.law.case import org_code_of
from drawbridge.law.event import Event
from drawbridge.law.state import State
from drawbridge.law.turn import Turn
from drawbridge.law.working_days import months_after

#: an owner's own business has no organisation code (ZJ-6.1: 含以业主身份的个人经营贷款)
_SOLE_PROPRIETOR = "sole-proprietor"


@answers("ZJ-2/1", "ZJ-6.3/1")
def decide_application(turn: Turn, case: BridgeCase, data: ApplicationData) -> None:
    """Take in an application, and reserve what it asks for or let it wait."""
    profile = bridge_profile(turn.state)
    day = turn.time.date()
    named = data.enterprise.model_dump(include={"uscc", "org_code"}, exclude_none=True)
    if org_code_of(named) != case.org_code:
        raise Rejected(Code.ENTERPRISE_MISMATCH, "the notice names another enterprise", "ZJ-6.3")
    if case.application is not None:
        raise Rejected(Code.ALREADY_APPLIED, "there is an application on this case already")
    refuse_suspended(turn.state.banks[case.original_bank])
    _check_applicant(turn, data, day)
    _check_materials(turn, data)
    _check_day(turn, case, day)
    if data.amount_fen > case.original_principal_fen:
        detail = f"the original loan was {case.original_principal_fen} fen: ask for no more"
        raise Rejected(Code.AMOUNT_OVER_ORIGINAL_LOAN, detail, "ZJ-2")
    _check_cap(turn, case, data)
    review = turn.state.calendar.add(day, profile.review_working_days.value)
    notice = turn.state.calendar.add(day, profile.notice_working_days.value)
    told = {"latest_review_on": review.due_on.isoformat(), "latest_notice_on": notice.due_on.isoformat()}
    turn.emit("bridge.applied.v1", case.subject, told, "ZJ-6", "ZJ-7", "ZJ-8", "ZJ-9")
    reserve_or_queue(turn, case)


@answers("ZJ-5/1", "ZJ-6.1/1", "ZJ-6.2/1")
def _check_applicant(turn: Turn, data: ApplicationData, day: date) -> None:
    """The enterprise is in the city's districts and at least a year old."""
    profile = bridge_profile(turn.state)
    if data.enterprise.district not in profile.districts.value:
        districts = " ".join(sorted(profile.districts.value))
        raise Rejected(Code.DISTRICT_NOT_COVERED, f"the scheme covers {districts}", "ZJ-5")
    if months_after(data.enterprise.established_on, 12 * profile.minimum_age_years.value) > day:
        detail = "the enterprise must have been established for at least a year"
        raise Rejected(Code.ESTABLISHED_UNDER_ONE_YEAR, detail, "ZJ-6.2")


@answers("ZJ-8.1", "ZJ-8.2", "ZJ-8.3", "ZJ-8.4", "ZJ-8.5", "ZJ-8.6", "ZJ-8.7")
def _check_materials(turn: Turn, data: ApplicationData) -> None:
    """All materials are there."""
    needed = bridge_profile(turn.state).materials.value
    if data.enterprise.size == _SOLE_PROPRIETOR:
        needed = needed - {"organisation-code"}
    missing = sorted(needed - set(data.materials))
    if missing:
        raise Rejected(Code.MATERIALS_MISSING, f"still missing: {', '.join(missing)}", "ZJ-8")


@answers("ZJ-7.1")
def _check_day(turn: Turn, case: BridgeCase, day: date) -> None:
    """One applies 15 working days before the old loan matures."""
    apply_by = turn.state.calendar.back(case.matures_on, bridge_profile(turn.state).apply_working_days.value)
    if day > apply_by.due_on:
        raise Rejected(Code.APPLIED_TOO_LATE, f"the last day to apply was {apply_by.due_on}", "ZJ-7.1")


@answers("ZJ-9/1")
def _check_cap(turn: Turn, case: BridgeCase, data: ApplicationData) -> None:
    """One enterprise has no more than the cap in all its open cases."""
    cap = bridge_profile(turn.state).cap_fen.value
    counted = book_of(turn.state).counted_fen.get(case.org_code, 0)
    if counted + data.amount_fen > cap:
        raise Rejected(Code.AMOUNT_OVER_CAP, f"{cap - counted} fen are left for this enterprise", "ZJ-9")


def applied(state: State, event: Event) -> None:
    """An application waits for its review."""
    case, told = state.cases[event.subject], event.data
    case.application = Application(
        told["amount_fen"],
        event.time,
        event.sequence,
        told["enterprise"]["nurtured"],
        date.fromisoformat(told["latest_review_on"]),
        date.fromisoformat(told["latest_notice_on"]),
    )
    unreviewed = book_of(state).fund(case.main_bank).unreviewed[case.application.is_nurtured]
    unreviewed.add((*case.application.order, case.subject))
    recount(state, case)
    profile = state.scheme.profile
    state.set_timer(event, "review", profile.close_on(case.application.latest_review_on))
    state.set_timer(event, "notify", profile.close_on(case.application.latest_notice_on))
