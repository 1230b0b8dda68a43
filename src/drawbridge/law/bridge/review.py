"""The main bank's review: in time, in order, and agreed with the original bank."""

from drawbridge.bank.messages.review import Review
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.bridge.capacity import leave_queue, leave_unreviewed, overtaken_by, recount
from drawbridge.law.bridge.case import SERVICE_LEVEL_MISSED, BridgeCase
from drawbridge.law.case import Lapse
from drawbridge.law.event import Event
from drawbridge.law.parties.contest import may_undo
from drawbridge.law.state import State
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn

REVIEW, NOTICE = "review", "notice"
_STEP_OF_TIMER = {"review": REVIEW, "notify": NOTICE}


@answers("ZJ-7.2/1", "ZJ-6.1/1", "ZJ-6.2/1")
def decide_review(turn: Turn, case: BridgeCase, data: Review) -> None:
    """Take the main bank's review; approval attests what it must look at itself (ZJ-6.1, ZJ-6.2)."""
    application = case.application
    if application is None:
        raise Rejected(Code.NOT_APPLIED, "there is no application on this case yet")
    if case.reviewed_at is not None:
        raise Rejected(Code.ALREADY_REVIEWED, "there is a review on this case already")
    approved = data.outcome == "approved"
    if approved and data.original_bank_confirmed_on is None:
        detail = "confirm in writing with the original bank first"
        raise Rejected(Code.CONFIRMATION_MISSING, detail, "ZJ-7.2")
    if data.approved_amount_fen is not None and data.approved_amount_fen > application.amount_fen:
        detail = f"{application.amount_fen} fen were applied for: approve no more"
        raise Rejected(Code.AMOUNT_OVER_APPLICATION, detail)
    overtaken = overtaken_by(turn, case)
    if approved:
        turn.emit("bridge.approved.v1", case.subject, {}, "ZJ-6.1", "ZJ-6.2", "ZJ-7.2")
    else:
        turn.emit("bridge.declined.v1", case.subject, {}, "ZJ-7.2")
    if overtaken:
        told = {"main_bank": case.main_bank, "overtaken": overtaken}
        turn.emit("bridge.order.violated.v1", case.subject, told, "ZJ-21")
    _tell_lateness(turn, case, data)


def _tell_lateness(turn: Turn, case: BridgeCase, data: Review) -> None:
    """Say which step came too late, and take back what was concluded before this review arrived."""
    application = case.application
    assert application is not None  # noqa: S101 - checked by the caller
    close = turn.state.scheme.profile.close_on
    is_review_late = turn.time > close(application.latest_review_on)
    is_notice_late = data.applicant_notified_on > application.latest_notice_on
    if is_review_late:
        miss_step(turn, case, REVIEW)
    if is_notice_late:
        miss_step(turn, case, NOTICE)
    if not is_review_late:
        _take_back(turn, case, REVIEW)
    if not is_notice_late and turn.time <= close(application.latest_notice_on):
        _take_back(turn, case, NOTICE)


def miss_step(turn: Turn, case: BridgeCase, step: str) -> None:
    """Conclude that a step was not done in time; each step once."""
    application = case.application
    assert application is not None  # noqa: S101 - its timers are set by the application
    if step in case.missed_steps:
        return
    due_on = application.latest_review_on if step == REVIEW else application.latest_notice_on
    told = {"step": step, "by": case.main_bank, "due_on": due_on.isoformat()}
    turn.emit(SERVICE_LEVEL_MISSED, case.subject, told, "ZJ-7.2")


def _take_back(turn: Turn, case: BridgeCase, step: str) -> None:
    """A review in time that comes after the timer takes back what it concluded."""
    lapse = case.lapse(SERVICE_LEVEL_MISSED, step)
    if lapse is not None and may_undo(turn, case.subject, lapse):
        told = {"step": step, "by": case.main_bank, "due_on": lapse.data["due_on"]}
        turn.emit("bridge.service_level.rescinded.v1", case.subject, told, "ZJ-7.2")


@answers("ZJ-7.2/1")
def conclude_step(turn: Turn, timer: Timer) -> None:
    """The timers `review` and `notify`: by their instant the application was neither reviewed nor closed."""
    case: BridgeCase = turn.state.cases[timer.subject]
    done_at = [at for at in (case.reviewed_at, case.withdrawn_at) if at is not None]
    if all(at > timer.due_at for at in done_at):
        miss_step(turn, case, _STEP_OF_TIMER[timer.name])


def approved(state: State, event: Event) -> None:
    """An application is approved."""
    case = state.cases[event.subject]
    case.reviewed_at = event.time
    case.approved_fen = event.data["approved_amount_fen"]
    leave_unreviewed(state, case)
    recount(state, case)


def declined(state: State, event: Event) -> None:
    """An application is declined: the case is closed."""
    case = state.cases[event.subject]
    case.reviewed_at = event.time
    case.closed = True
    leave_unreviewed(state, case)
    leave_queue(state, case)
    recount(state, case)


def step_missed(state: State, event: Event) -> None:
    """A step was not done in time."""
    case, told = state.cases[event.subject], event.data
    case.missed_steps.append(told["step"])
    application = case.application
    due_on = application.latest_review_on if told["step"] == REVIEW else application.latest_notice_on
    at = state.scheme.profile.close_on(due_on)
    case.lapses.append(Lapse(SERVICE_LEVEL_MISSED, event.id, at, told["step"], told))


def step_rescinded(state: State, event: Event) -> None:
    """It was done in time after all."""
    case = state.cases[event.subject]
    case.lapses = [x for x in case.lapses if (x.type, x.name) != (SERVICE_LEVEL_MISSED, event.data["step"])]
