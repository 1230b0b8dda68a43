"""Alerts: raised by the contract's table, cleared with their event or their case, the same for service and replay."""

import json
from typing import Any

import pytest

from drawbridge.bank.events import EVENTS
from drawbridge.law.event import canonical, read_event
from drawbridge.watch.alerts import CLOSES, CONCERNED, RESCINDS, RULES, Alerts

CASE = "bridge/105314000041/V-1"
AT = "2014-04-21T17:00:00+08:00"


class Journal:
    """Writes events one after another and shows what follows each."""

    def __init__(self) -> None:
        """Begin with no event and no alert."""
        self.alerts = Alerts()
        self.count = 0

    def tell(self, type_: str, subject: str = CASE, **data: Any) -> list[tuple[str, dict[str, Any]]]:
        """Return type and data of the alerts that follow an event."""
        self.count += 1
        event = {"id": f"zhenjiang-2013-{self.count}", "sequence": self.count, "type": type_, "subject": subject}
        line = canonical({**event, "time": AT, "recordedtime": AT, "causationid": "timer:x@y", "data": data})
        return [(alert["type"], alert["data"]) for alert in map(json.loads, self.alerts.of(read_event(line)))]


@pytest.mark.parametrize(
    ("type_", "data", "severity"),
    [
        ("bridge.defaulted.v1", {"due_at": "2014-04-21T17:00:00+08:00"}, "critical"),
        ("bank.breached.v1", {}, "critical"),
        ("bridge.entrusted_payment.violated.v1", {}, "critical"),
        ("bridge.settlement.missed.v1", {}, "critical"),
        ("movement.refused.v1", {}, "critical"),
        ("bridge.overdue.v1", {}, "high"),
        ("lapse.contested.v1", {}, "high"),
        ("bridge.overpaid.v1", {}, "high"),
        ("bridge.deadline.neared.v1", {"working_days_left": 1, "provisional": True}, "high"),
        ("bridge.deadline.neared.v1", {"working_days_left": 3, "provisional": False}, "warning"),
        ("bridge.deadline.neared.v1", {"working_days_left": 5, "provisional": True}, "warning"),
        ("bridge.deadline.neared.v1", {"working_days_left": 5, "provisional": False}, "info"),
        ("bridge.service_level.missed.v1", {"step": "review"}, "warning"),
        ("bridge.order.violated.v1", {}, "warning"),
        ("report.due.v1", {}, "warning"),
        ("deposit.penalty.confirmed.v1", {}, "info"),
        ("deposit.penalty.dismissed.v1", {}, "info"),
        ("bank.breach.rescinded.v1", {"ruling": "revoked"}, "info"),
        ("bank.reinstated.v1", {}, "info"),
        ("pool.account.violated.v1", {}, "critical"),
        ("pool.loan.overdue.v1", {"due_at": "2016-08-31T17:00:00+08:00"}, "high"),
        ("pool.risk_window.lapsed.v1", {}, "high"),
        ("pool.claim.late.v1", {}, "high"),
        ("pool.compensation.late.v1", {}, "high"),
        ("pool.overpaid.v1", {}, "high"),
        ("pool.instalment.missed.v1", {"instalment": 1}, "warning"),
        ("pool.filing.violated.v1", {}, "warning"),
        ("pool.amount.violated.v1", {}, "warning"),
        ("pool.risk_fund.insufficient.v1", {}, "warning"),
    ],
)
def test_an_event_alerts_as_urgently_as_the_contract_says(type_: str, data: dict[str, Any], severity: str) -> None:
    """The alert names its event, and the instant by which something is due where the event names one."""
    [(told, alert)] = Journal().tell(type_, **data)
    assert told == "alert.raised.v1"
    assert (alert["severity"], alert["event"], alert["due"]) == (severity, "zhenjiang-2013-1", data.get("due_at"))
    assert alert["title"]
    assert alert["runbook"].endswith(".md")


def test_a_rescission_clears_the_alert_of_what_it_undoes() -> None:
    """The same step for a service level; a second rescission has nothing to clear."""
    journal = Journal()
    journal.tell("bridge.service_level.missed.v1", step="review")
    journal.tell("bridge.service_level.missed.v1", step="notice")
    cleared = [("alert.cleared.v1", {"event": "zhenjiang-2013-1"})]
    assert journal.tell("bridge.service_level.rescinded.v1", step="review") == cleared
    assert journal.tell("bridge.service_level.rescinded.v1", step="review") == []


def test_each_instalment_has_an_alert_of_its_own() -> None:
    """Only that of the instalment which is taken back is cleared."""
    journal, loan = Journal(), "pool/105688000013/7"
    journal.tell("pool.instalment.missed.v1", loan, instalment=1)
    journal.tell("pool.instalment.missed.v1", loan, instalment=2)
    cleared = [("alert.cleared.v1", {"event": "zhenjiang-2013-1"})]
    assert journal.tell("pool.instalment.missed.rescinded.v1", loan, instalment=1) == cleared


@pytest.mark.parametrize("closing", sorted(CLOSES))
def test_a_closed_case_clears_all_its_alerts_and_no_others(closing: str) -> None:
    """In the order in which they were raised."""
    journal = Journal()
    journal.tell("bridge.overdue.v1")
    journal.tell("bridge.overdue.v1", "bridge/105314000041/V-2")
    journal.tell("bridge.defaulted.v1")
    assert [data["event"] for _, data in journal.tell(closing)] == ["zhenjiang-2013-1", "zhenjiang-2013-3"]
    assert journal.tell("bridge.default.rescinded.v1") == []
    assert journal.alerts._open.keys() == {"bridge/105314000041/V-2"}


def test_what_is_not_alerted_has_a_reason() -> None:
    """Every event type has a rule here, or is named below as something nobody has to look at."""
    quiet = (
        *("bank.breach.cured", "bank.enrolled", "bank.enrolment.amended", "bank.incentives.cancelled"),
        *("bank.incentives.restored", "bank.suspended", "calendar.announced", "regulator.notified", "report.filed"),
        *("bridge.applied", "bridge.approved", "bridge.capacity.reserved", "bridge.contracted", "bridge.queued"),
        *("bridge.deadline.moved", "bridge.deadline.set", "bridge.disbursed", "bridge.extended", "bridge.forwarded"),
        *("bridge.noticed", "bridge.original_loan.settled", "bridge.payment.instructed", "bridge.renewed"),
        *("bridge.renewal.abandoned", "bridge.renewal.enforced", "bridge.renewal.refused", "bridge.repaid"),
        *("bridge.assets.seized", "bridge.assistance.required", "bridge.withdrawal.rescinded"),
        *("credit.record.raised", "credit.record.settled", "credit.record.retracted", "credit.record.withheld"),
        *("credit.record.dropped", "deposit.adjusted", "deposit.placed", "deposit.reduced", "deposit.restored"),
        *("pool.account.moved", "pool.compensation.instructed", "pool.compensation.paid", "pool.contribution.received"),
        *("pool.deadline.moved", "pool.enterprise.admitted", "pool.loan.approved", "pool.loan.contracted"),
        *("pool.direct_debit.authorised", "pool.direct_debit.authorised.rescinded"),  # the lender's right, no task
        *(
            "pool.loan.disbursed",
            "pool.loan.filed",
            "pool.loan.recommended",
            "pool.recovery.allocated",
            "pool.refunded",
        ),
        *("pool.repaid", "pool.risk_fund.placed", "pool.risk_window.opened", "pool.shortfall.shared"),
        *("credit.blacklist.raised", "credit.blacklist.retracted"),
        *("deposit.penalty.raised", "deposit.penalty.rescinded"),  # beside the breach, which alerts
    )
    known = set(RULES) | set(RESCINDS) | CLOSES | {f"{name}.v1" for name in quiet}
    assert set(EVENTS) - known == set()


def test_only_the_events_named_change_what_is_remembered() -> None:
    """A relay that begins reads those alone: any other event leaves every alert as it is."""
    journal = Journal()
    journal.tell("bridge.overdue.v1")
    journal.tell("bridge.service_level.missed.v1", step="review")
    assert [told for type_ in sorted(set(EVENTS) - CONCERNED) for told in journal.tell(type_, step="review")] == []
    [(cleared, _)] = journal.tell("bridge.overdue.rescinded.v1")
    assert cleared == "alert.cleared.v1"


def test_a_pools_end_clears_the_alerts_of_its_account() -> None:
    """The account is closed with its pool; what is wrong with it afterwards is an alert of its own."""
    journal, account = Journal(), "account/qianjiang"
    journal.tell("pool.risk_fund.insufficient.v1", account)
    journal.tell("pool.account.violated.v1", account, code="entry-not-explained")
    cleared = [("alert.cleared.v1", {"event": f"zhenjiang-2013-{number}"}) for number in (1, 2)]
    assert journal.tell("pool.refunded.v1", account) == cleared
    [(told, _)] = journal.tell("pool.account.violated.v1", account, code="entry-not-explained")
    assert told == "alert.raised.v1"
