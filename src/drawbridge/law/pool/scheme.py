"""The assisted loan put together: each message, event and timer with the one function that answers it."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from drawbridge.bank.messages import MODELS
from drawbridge.bank.rejects import Code
from drawbridge.law.event import Event
from drawbridge.law.parties import contest, enrolment
from drawbridge.law.parties.calendar_notice import CALENDAR_SUBJECT
from drawbridge.law.pool import (
    account,
    admission,
    aftermath,
    book,
    calendar_notice,
    case,
    claim,
    closure,
    compensation,
    contract,
    contribution,
    deadlines,
    decision,
    disbursement,
    evasion,
    filing,
    placement,
    recommendation,
    recovery,
    repayment,
)
from drawbridge.law.pool.alerts import POOL_ALERTS
from drawbridge.law.pool.profile import QIANJIANG_2015, PoolProfile
from drawbridge.law.scheme import MessageRule, Party, Scheme, Standing, TimerRule
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

#: the same bank under two names: for the check of the sender, and for that of the data
LOAN_SUBJECT = re.compile(r"pool/(?P<lender>(?P<bank>[0-9]{12}))/(?P<loan_no>.+)")
MEMBER_SUBJECT = re.compile(r"enterprise/(?:(?P<uscc>[0-9A-Z]{18})|(?P<org_code>[0-9A-Z]{9}))")

_of_lender = partial(MessageRule, subject=LOAN_SUBJECT, party=Party.IN_SUBJECT)
_moved = partial(_of_lender, standing=Standing.ANY)
_of_agency = partial(MessageRule, subject=LOAN_SUBJECT)

_RULES = {
    "operator.bank.enrolment.v1": partial(
        MessageRule, subject=enrolment.BANK_SUBJECT, standing=Standing.NONE, decide=enrolment.decide_enrolment
    ),
    "operator.calendar.v1": partial(
        MessageRule,
        subject=CALENDAR_SUBJECT,
        standing=Standing.NONE,
        decide=calendar_notice.decide_calendar_notice,
    ),
    "agency.pool.admission.v1": partial(
        MessageRule, subject=MEMBER_SUBJECT, standing=Standing.NONE, decide=admission.decide_admission
    ),
    "agency.pool.recommendation.v1": partial(
        _of_agency, standing=Standing.NEW, decide=recommendation.decide_recommendation
    ),
    "bank.pool.decision.v1": partial(
        _of_lender, decide=decision.decide_decision, missing=(Code.NOT_RECOMMENDED, ("QJ-14",))
    ),
    "bank.pool.contribution.v1": partial(_moved, decide=contribution.decide_contribution),
    "bank.pool.contract.v1": partial(_of_lender, decide=contract.decide_contract),
    "bank.pool.filing.v1": partial(_of_lender, decide=filing.decide_filing),
    "bank.pool.disbursement.v1": partial(_moved, decide=disbursement.decide_disbursement),
    "bank.pool.repayment.v1": partial(_moved, decide=repayment.decide_repayment),
    "bank.pool.compensation-claim.v1": partial(_of_lender, decide=claim.decide_claim),
    "agency.pool.compensation-payment.v1": partial(
        _of_agency, standing=Standing.ANY, decide=compensation.decide_payment
    ),
    "bank.pool.direct-debit.v1": partial(_moved, decide=compensation.decide_direct_debit),
    "bank.pool.recovery.v1": partial(_moved, decide=recovery.decide_recovery),
    "agency.pool.evasion-finding.v1": partial(_of_agency, standing=Standing.ANY, decide=evasion.decide_finding),
    "operator.credit.ruling.v1": partial(_of_agency, standing=Standing.ANY, decide=evasion.decide_credit_ruling),
}
#: those about the pool's money; its account is the profile's
_ACCOUNT_RULES: dict[str, Callable[[Turn, Any, Any], None]] = {
    "agency.pool.placement.v1": placement.decide_placement,
    "bank.pool.account-entry.v1": account.decide_entry,
    "agency.pool.closure.v1": closure.decide_closure,
}


def _contested(state: State, event: Event) -> None:
    contest.mark_contested(state.cases[event.subject], event.data["lapse"])


#: what an event makes true; an event that is not here is told and changes nothing
_EVENTS = {
    "bank.enrolled.v1": enrolment.bank_enrolled,
    "bank.enrolment.amended.v1": enrolment.bank_enrolled,
    "calendar.announced.v1": calendar_notice.calendar_announced,
    "pool.risk_fund.placed.v1": placement.placed,
    "pool.enterprise.admitted.v1": admission.admitted,
    "pool.loan.recommended.v1": recommendation.recommended,
    "pool.loan.approved.v1": decision.approved,
    "pool.loan.declined.v1": decision.declined,
    "pool.contribution.received.v1": contribution.received,
    "pool.loan.contracted.v1": contract.contracted,
    "pool.loan.filed.v1": filing.filed,
    "pool.loan.disbursed.v1": disbursement.disbursed,
    "pool.filing.violated.v1": filing.violated,
    "pool.repaid.v1": repayment.repaid,
    "pool.overpaid.v1": repayment.repaid,
    "pool.loan.closed.v1": repayment.closed,
    "pool.instalment.missed.v1": deadlines.lapsed,
    "pool.loan.overdue.v1": deadlines.lapsed,
    "pool.direct_debit.authorised.v1": deadlines.lapsed,
    "pool.risk_window.lapsed.v1": deadlines.lapsed,
    "pool.compensation.late.v1": deadlines.lapsed,
    "pool.instalment.missed.rescinded.v1": aftermath.rescinded,
    "pool.loan.overdue.rescinded.v1": aftermath.rescinded,
    "pool.direct_debit.authorised.rescinded.v1": aftermath.rescinded,
    "pool.risk_window.lapsed.rescinded.v1": aftermath.rescinded,
    "pool.compensation.late.rescinded.v1": aftermath.rescinded,
    "pool.filing.violated.rescinded.v1": aftermath.rescinded,
    "pool.deadline.moved.v1": deadlines.deadline_moved,
    "pool.shortfall.shared.v1": claim.shared,
    "pool.compensation.instructed.v1": claim.instructed,
    "pool.compensation.paid.v1": compensation.paid,
    "pool.account.moved.v1": account.moved,
    "pool.recovery.allocated.v1": recovery.allocated,
    "pool.refunded.v1": closure.refunded,
    "credit.blacklist.raised.v1": evasion.blacklisting_told,
    "credit.blacklist.retracted.v1": evasion.blacklisting_told,
    "lapse.contested.v1": _contested,
}

#: what the shared rules answer in this law
_SHARED_ANSWERS: Mapping[Callable[..., Any], tuple[str, ...]] = {
    enrolment.decide_enrolment: ("QJ-2/1",),
}

#: in the order of their rank
_TIMERS = {
    deadlines.INSTALMENT: deadlines.conclude_instalment,
    deadlines.MATURITY: deadlines.conclude_maturity,
    deadlines.STAGE_ONE: deadlines.conclude_stage_one,
    deadlines.WINDOW: deadlines.conclude_window,
    deadlines.WINDOW_END: deadlines.conclude_window_end,
    deadlines.STAGE_TWO: deadlines.conclude_stage_two,
}


def pool_scheme(profile: PoolProfile) -> Scheme:
    """Return an assisted-loan scheme with the figures of a profile."""
    of_account = partial(
        MessageRule, subject=re.compile(f"account/{re.escape(profile.pool.value)}"), standing=Standing.NONE
    )
    messages = {type_: rule(model=MODELS[type_]) for type_, rule in _RULES.items()}
    messages |= {type_: of_account(model=MODELS[type_], decide=decide) for type_, decide in _ACCOUNT_RULES.items()}
    return Scheme(
        profile=profile,
        case_kind="pool",
        messages=messages,
        events=_EVENTS,
        timers={
            name: TimerRule(rank, conclude, has_grace=name != deadlines.WINDOW)
            for rank, (name, conclude) in enumerate(_TIMERS.items())
        },
        book=book.Book,
        case_main_bank=lambda of: str(of.lender),
        finish=lambda _turn: None,
        alerts=POOL_ALERTS,
        shared_answers=_SHARED_ANSWERS,
        write_case=case.write_case,
        read_case=case.read_case,
        write_book=book.write_book,
        read_book=book.read_book,
        snapshot_schema=book.snapshot_schema,
    )


QIANJIANG = pool_scheme(QIANJIANG_2015)
