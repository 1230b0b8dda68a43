"""The bridge loan put together: each message, event and timer with the one function that answers it."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from drawbridge.bank.messages import MODELS
from drawbridge.bank.messages.report_filing import ReportFiling
from drawbridge.bank.rejects import Code
from drawbridge.law.bridge import (
    abandonment,
    application,
    book_snapshot,
    calendar_notice,
    capacity,
    case,
    contract,
    deadlines,
    disbursement,
    extension,
    forwarding,
    notice,
    refusal,
    renewal,
    repayment,
    review,
    seizure,
    settlement,
    withdrawal,
)
from drawbridge.law.bridge.alerts import BRIDGE_ALERTS
from drawbridge.law.bridge.profile import ZHENJIANG_2013, BridgeProfile
from drawbridge.law.event import Event
from drawbridge.law.parties import breach, contest, credit, deposits, enrolment, reports
from drawbridge.law.parties.calendar_notice import CALENDAR_SUBJECT, calendar_announced
from drawbridge.law.scheme import MessageRule, Party, Scheme, Standing, TimerRule
from drawbridge.law.state import State
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn

BRIDGE_SUBJECT = re.compile(r"bridge/(?P<bank>[0-9]{12})/(?P<notice_no>.+)")


def _decide_filing(turn: Turn, _case: None, data: ReportFiling) -> None:
    reports.decide_filing(turn, capacity.book_of(turn.state).reports, data)


def _conclude_report_due(turn: Turn, timer: Timer) -> None:
    reports.conclude_report_due(turn, timer, capacity.book_of(turn.state).reports)


def _owe_next_report(state: State, timer: Timer) -> None:
    reports.owe_next_report(state, timer, capacity.book_of(state).reports)


def _contested(state: State, event: Event) -> None:
    """Mark the lapse that is contested, on a case or on a month's report."""
    if event.data["lapse_type"] == reports.DUE:
        reports.due_contested(capacity.book_of(state).reports, event)
    else:
        contest.mark_contested(state.cases[event.subject], event.data["lapse"])


def _finish(turn: Turn) -> None:
    """Drain the queue of the main bank whose capacity a message may have freed."""
    of_case = turn.state.cases.get(turn.subject)
    main_bank = turn.named.get("bank", "") if of_case is None else of_case.main_bank
    if main_bank in capacity.book_of(turn.state).funds:
        capacity.drain_queue(turn, main_bank)


_operator = partial(MessageRule, subject=enrolment.BANK_SUBJECT, standing=Standing.NONE)
_of_original = partial(MessageRule, subject=BRIDGE_SUBJECT, party=Party.IN_SUBJECT)
_of_main = partial(MessageRule, subject=BRIDGE_SUBJECT, party=Party.IN_CASE)
_of_either = partial(MessageRule, subject=BRIDGE_SUBJECT, party=Party.EITHER)
_ruling = partial(MessageRule, subject=BRIDGE_SUBJECT, standing=Standing.ANY)

_RULES = {
    "operator.bank.enrolment.v1": partial(_operator, decide=enrolment.decide_enrolment),
    "operator.deposit.placement.v1": partial(_operator, decide=deposits.decide_placement),
    "operator.deposit.adjustment.v1": partial(_operator, decide=deposits.decide_adjustment),
    "operator.bank.reinstatement.v1": partial(_operator, decide=deposits.decide_reinstatement),
    "operator.calendar.v1": partial(
        MessageRule,
        subject=CALENDAR_SUBJECT,
        standing=Standing.NONE,
        decide=calendar_notice.decide_calendar_notice,
    ),
    "bank.bridge.notice.v1": partial(_of_original, standing=Standing.NEW, decide=notice.decide_notice),
    "bank.bridge.application.v1": partial(
        _of_main, decide=application.decide_application, missing=(Code.NOTICE_MISSING, ("ZJ-6.3",))
    ),
    "bank.bridge.review.v1": partial(_of_main, decide=review.decide_review),
    "bank.bridge.contract.v1": partial(_of_main, decide=contract.decide_contract),
    "bank.bridge.disbursement.v1": partial(_of_main, standing=Standing.ANY, decide=disbursement.decide_disbursement),
    "bank.bridge.settlement.v1": partial(_of_original, standing=Standing.ANY, decide=settlement.decide_settlement),
    "bank.bridge.renewal.v1": partial(_of_original, standing=Standing.ANY, decide=renewal.decide_renewal),
    "bank.bridge.forwarding.v1": partial(_of_original, standing=Standing.ANY, decide=forwarding.decide_forwarding),
    "bank.bridge.repayment.v1": partial(_of_main, standing=Standing.ANY, decide=repayment.decide_repayment),
    "bank.bridge.extension.v1": partial(_of_main, decide=extension.decide_extension),
    "bank.bridge.abandonment.v1": partial(_of_either, decide=abandonment.decide_abandonment),
    "bank.bridge.refusal.v1": partial(_of_original, decide=refusal.decide_refusal),
    "bank.bridge.withdrawal.v1": partial(_of_main, decide=withdrawal.decide_withdrawal),
    "bank.bridge.seizure.v1": partial(_of_either, decide=seizure.decide_seizure),
    "operator.penalty.ruling.v1": partial(_ruling, decide=breach.decide_penalty_ruling),
    "operator.credit.ruling.v1": partial(_ruling, decide=credit.decide_credit_ruling),
    "bank.report.filing.v1": partial(
        MessageRule,
        subject=reports.REPORT_SUBJECT,
        standing=Standing.NONE,
        party=Party.IN_SUBJECT,
        decide=_decide_filing,
    ),
}

#: what an event makes true; an event that is not here is told and changes nothing
_EVENTS = {
    "bank.enrolled.v1": enrolment.bank_enrolled,
    "bank.enrolment.amended.v1": enrolment.bank_enrolled,
    "deposit.placed.v1": deposits.deposit_changed,
    "deposit.adjusted.v1": deposits.deposit_changed,
    "deposit.reduced.v1": deposits.deposit_changed,
    "deposit.restored.v1": deposits.deposit_changed,
    "calendar.announced.v1": calendar_announced,
    "bridge.noticed.v1": notice.noticed,
    "bridge.applied.v1": application.applied,
    "bridge.capacity.reserved.v1": capacity.reserved,
    "bridge.queued.v1": capacity.queued,
    "bridge.approved.v1": review.approved,
    "bridge.declined.v1": review.declined,
    "bridge.service_level.missed.v1": review.step_missed,
    "bridge.service_level.rescinded.v1": review.step_rescinded,
    "bridge.contracted.v1": contract.contracted,
    "bridge.withdrawn.v1": withdrawal.withdrawn,
    "bridge.withdrawal.rescinded.v1": disbursement.withdrawal_rescinded,
    "bridge.disbursed.v1": disbursement.disbursed,
    "bridge.deadline.set.v1": deadlines.deadline_set,
    "bridge.deadline.moved.v1": deadlines.deadline_moved,
    "bridge.original_loan.settled.v1": settlement.original_loan_settled,
    "bridge.settlement.missed.v1": disbursement.settlement_missed,
    "bridge.settlement.rescinded.v1": disbursement.settlement_rescinded,
    "bridge.renewed.v1": renewal.renewed,
    "bridge.forwarded.v1": forwarding.forwarded,
    "bridge.repaid.v1": repayment.repaid,
    "bridge.overpaid.v1": repayment.repaid,
    "bridge.closed.v1": repayment.closed,
    "bridge.renewal.refused.v1": refusal.refused,
    "bridge.overdue.v1": deadlines.overdue,
    "bridge.overdue.rescinded.v1": deadlines.overdue_rescinded,
    "bridge.defaulted.v1": deadlines.defaulted,
    "bridge.default.rescinded.v1": deadlines.default_rescinded,
    "lapse.contested.v1": _contested,
    "bank.breached.v1": refusal.breached,
    "bank.breach.cured.v1": breach.breach_cured,
    "bank.breach.rescinded.v1": breach.breach_rescinded,
    "bank.suspended.v1": breach.suspended,
    "bank.reinstated.v1": breach.reinstated,
    "bank.incentives.cancelled.v1": breach.incentives_cancelled,
    "bank.incentives.restored.v1": breach.incentives_restored,
    "deposit.penalty.raised.v1": breach.penalty_raised,
    "deposit.penalty.confirmed.v1": breach.penalty_confirmed,
    "deposit.penalty.dismissed.v1": breach.penalty_dismissed,
    "credit.record.raised.v1": credit.record_told,
    "credit.record.withheld.v1": credit.record_told,
    "credit.record.settled.v1": credit.record_told,
    "credit.record.retracted.v1": credit.record_told,
    "credit.record.dropped.v1": credit.record_told,
    "report.filed.v1": lambda state, event: reports.filed(capacity.book_of(state).reports, event),
    "report.due.v1": lambda state, event: reports.due(capacity.book_of(state).reports, event),
    "report.due.rescinded.v1": lambda state, event: reports.due_rescinded(capacity.book_of(state).reports, event),
}

#: what the shared rules answer in this law
_SHARED_ANSWERS: Mapping[Callable[..., Any], tuple[str, ...]] = {
    enrolment.decide_enrolment: ("ZJ-4/1", "ZJ-4/2", "ZJ-annex-5/1"),
    deposits.decide_placement: ("ZJ-2/1", "ZJ-3/1"),
    deposits.decide_adjustment: ("ZJ-20/1",),
    deposits.decide_reinstatement: ("ZJ-16/1",),
    breach.conclude_breach: ("ZJ-16/1",),
    breach.decide_penalty_ruling: ("ZJ-16/1",),
    reports.conclude_report_due: ("ZJ-18/1",),
    reports.decide_filing: ("ZJ-18/1",),
    credit.raise_or_withhold: ("ZJ-23/1",),
    credit.decide_credit_ruling: ("ZJ-23/1",),
}

#: in the order of their rank
_TIMERS = {
    "review": review.conclude_step,
    "notify": review.conclude_step,
    "settlement": disbursement.conclude_settlement,
    "near-5": deadlines.conclude_near,
    "near-3": deadlines.conclude_near,
    "near-1": deadlines.conclude_near,
    "promise": renewal.conclude_promise,
    "forward": forwarding.conclude_forward,
    "agreed": deadlines.conclude_agreed,
    "limit": deadlines.conclude_limit,
    "report": _conclude_report_due,
}
_WITHOUT_GRACE = ("near-5", "near-3", "near-1", "report")


def bridge_scheme(profile: BridgeProfile) -> Scheme:
    """Return a bridge-loan scheme with the figures of a profile."""
    return Scheme(
        profile=profile,
        case_kind="bridge",
        messages={type_: rule(model=MODELS[type_]) for type_, rule in _RULES.items()},
        events=_EVENTS,
        timers={
            name: TimerRule(
                rank,
                conclude,
                has_grace=name not in _WITHOUT_GRACE,
                follow=_owe_next_report if name == reports.TIMER else None,
            )
            for rank, (name, conclude) in enumerate(_TIMERS.items())
        },
        book=capacity.Book,
        case_main_bank=lambda of: str(of.main_bank),
        finish=_finish,
        alerts=BRIDGE_ALERTS,
        shared_answers=_SHARED_ANSWERS,
        write_case=case.write_case,
        read_case=case.read_case,
        write_book=book_snapshot.write_book,
        read_book=book_snapshot.read_book,
        snapshot_schema=book_snapshot.snapshot_schema,
    )


ZHENJIANG = bridge_scheme(ZHENJIANG_2013)
