"""An enterprise joins the pool: four offices are asked, eight conditions are attested."""

from drawbridge.bank.messages.pool.admission import PoolAdmission
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.case import org_code_of
from drawbridge.law.event import Event
from drawbridge.law.pool.book import book_of, pool_profile, refuse_when_closed
from drawbridge.law.state import State
from drawbridge.law.turn import Turn
from drawbridge.law.working_days import months_after


@answers("QJ-2/4", "QJ-3.4/1", "QJ-13/2", "QJ-13/3")
def decide_admission(turn: Turn, _case: None, data: PoolAdmission) -> None:
    """Admit an enterprise. After the 10th its application counts for the next month; that bars nothing."""
    if org_code_of(turn.said) in book_of(turn.state).members:  # before the closing: it stands for the envelope's check
        raise Rejected(Code.CASE_EXISTS, "the enterprise is in the pool already")
    refuse_when_closed(turn)
    profile = pool_profile(turn.state)
    answered = data.inquiries.model_dump(by_alias=True)
    objections = sorted(office for office in profile.inquiries.value if answered[office] != "clear")
    if objections:
        raise Rejected(Code.INQUIRY_OBJECTION, f"there is an objection: {', '.join(objections)}", "QJ-13")
    _check_conditions(turn, data)
    month = data.applied_on.replace(day=1)
    if data.applied_on.day > profile.application_day.value:
        month = months_after(month, 1)
    told = {"effective_month": f"{month:%Y-%m}"}
    turn.emit("pool.enterprise.admitted.v1", turn.subject, told, "QJ-7", "QJ-13")


@answers("QJ-7.1/1", "QJ-7.2/1", "QJ-7.2/2", "QJ-7.3/1", "QJ-7.4/1", "QJ-7.5/1", "QJ-7.6/1", "QJ-7.7/1", "QJ-7.8/1")
def _check_conditions(turn: Turn, data: PoolAdmission) -> None:
    """All eight conditions are attested."""
    missing = sorted(pool_profile(turn.state).conditions.value - set(data.conditions))
    if missing:
        raise Rejected(Code.CONDITIONS_MISSING, f"still missing: {', '.join(missing)}", "QJ-7")


def admitted(state: State, event: Event) -> None:
    """The enterprise is a member."""
    book_of(state).members[org_code_of(event.data)] = event.data["name"]
