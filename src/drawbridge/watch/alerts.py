"""Alerts: which events somebody should look at, how urgently, and when that is over. Pure: events in, envelopes out.

An alert is raised with the event that it is about, and cleared when that event is rescinded or its case is closed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drawbridge.law.event import Event, canonical


@dataclass(frozen=True, slots=True)
class Rule:
    """How one type of event alerts.

    Attributes:
        severity: info, warning, high or critical, from the event's data.
        title: what happened, in Chinese and English.
        runbook: the file of the runbooks that says what to do.
    """

    severity: Callable[[Mapping[str, Any]], str | None]
    title: str
    runbook: str


def _always(severity: str) -> Callable[[Mapping[str, Any]], str]:
    """Return the same severity whatever the event says."""
    return lambda _: severity


def _neared(data: Mapping[str, Any]) -> str:
    """Return how urgent a deadline is that draws near: a provisional one may move, so somebody looks earlier."""
    working_days_left = data["working_days_left"]
    if working_days_left <= 1:
        return "high"
    return "warning" if working_days_left <= 3 or data.get("provisional") else "info"  # noqa: PLR2004 - the timer near-3


def _revoked(data: Mapping[str, Any]) -> str | None:
    """Tell of a breach that a ruling undid; one that a late fact undid only clears its alert."""
    return "info" if data.get("ruling") == "revoked" else None


RULES: Mapping[str, Rule] = {
    "bridge.defaulted.v1": Rule(_always("critical"), "周转贷款违约 · bridge loan in default", "defaulted.md"),
    "bank.breached.v1": Rule(_always("critical"), "原贷款银行违约 · original bank in breach", "breached.md"),
    "bridge.entrusted_payment.violated.v1": Rule(
        _always("critical"), "受托支付不符 · entrusted payment violated", "entrusted-payment.md"
    ),
    "bridge.settlement.missed.v1": Rule(
        _always("critical"), "原贷款未结清 · old loan not settled", "settlement-missed.md"
    ),
    "movement.refused.v1": Rule(_always("critical"), "资金划转被拒 · movement of money refused", "movement-refused.md"),
    "bridge.overdue.v1": Rule(_always("high"), "周转贷款逾期 · bridge loan overdue", "overdue.md"),
    "lapse.contested.v1": Rule(_always("high"), "认定存在争议 · lapse contested", "contested.md"),
    "bridge.overpaid.v1": Rule(_always("high"), "多还款 · overpaid", "overpaid.md"),
    "bridge.deadline.neared.v1": Rule(_neared, "还款期限将至 · deadline draws near", "deadline-near.md"),
    "bridge.service_level.missed.v1": Rule(
        _always("warning"), "审批时限已过 · service level missed", "service-level.md"
    ),
    "bridge.order.violated.v1": Rule(_always("warning"), "未按先后顺序 · order violated", "order-violated.md"),
    "report.due.v1": Rule(_always("warning"), "统计表未报送 · monthly report due", "report-due.md"),
    "deposit.penalty.confirmed.v1": Rule(_always("info"), "扣减存款已裁定 · penalty upheld", "penalty-ruled.md"),
    "deposit.penalty.dismissed.v1": Rule(_always("info"), "扣减存款不予支持 · penalty dismissed", "penalty-ruled.md"),
    "bank.breach.rescinded.v1": Rule(_revoked, "扣减存款裁定撤销 · penalty revoked", "penalty-ruled.md"),
    "bank.reinstated.v1": Rule(_always("info"), "银行恢复资格 · bank reinstated", "reinstated.md"),
}

#: what each rescission undoes
RESCINDS: Mapping[str, str] = {
    "bridge.overdue.rescinded.v1": "bridge.overdue.v1",
    "bridge.default.rescinded.v1": "bridge.defaulted.v1",
    "bank.breach.rescinded.v1": "bank.breached.v1",
    "bridge.settlement.rescinded.v1": "bridge.settlement.missed.v1",
    "bridge.service_level.rescinded.v1": "bridge.service_level.missed.v1",
    "report.due.rescinded.v1": "report.due.v1",
}
CLOSES = frozenset({"bridge.closed.v1", "bridge.declined.v1", "bridge.withdrawn.v1"})
#: kinds of subject with an end at which their alerts are cleared
_CLEARABLE = ("bridge", "pool", "report")


@dataclass(frozen=True, slots=True)
class _Open:
    """An alert that is not cleared."""

    event: str
    type: str
    step: str | None


@dataclass(slots=True)
class Alerts:
    """The alerts of one scheme; it remembers those not cleared, by subject."""

    _open: dict[str, list[_Open]] = field(default_factory=dict)

    def of(self, event: Event) -> list[bytes]:
        """Return the alerts that follow an event, as canonical envelopes: what it clears, then what it raises."""
        cleared = [self._clear(event, alert) for alert in self._over(event)]
        rule = RULES.get(event.type)
        severity = rule.severity(event.data) if rule else None
        if rule is None or severity is None:
            return cleared
        if event.subject.split("/", 1)[0] in _CLEARABLE and event.type not in RESCINDS:
            alert = _Open(event.id, event.type, event.data.get("step"))
            self._open.setdefault(event.subject, []).append(alert)
        told = {
            "severity": severity,
            "title": rule.title,
            "event": event.id,
            "runbook": rule.runbook,
            "due": event.data.get("due_at"),
        }
        return [*cleared, _envelope(event, "alert.raised.v1", f"{event.id}-alert", told)]

    def open_events(self) -> list[str]:
        """Return the ids of the events whose alerts are not cleared."""
        return [alert.event for alerts in self._open.values() for alert in alerts]

    def _over(self, event: Event) -> list[_Open]:
        """Take out and return the alerts that are over with this event, in the order in which they were raised."""
        open_here = self._open.get(event.subject, [])
        if event.type in CLOSES:
            over = list(open_here)
        else:
            undone, step = RESCINDS.get(event.type), event.data.get("step")
            over = [alert for alert in open_here if alert.type == undone and alert.step == step][-1:]
        left = [alert for alert in open_here if alert not in over]
        if left:
            self._open[event.subject] = left
        else:
            self._open.pop(event.subject, None)
        return over

    @staticmethod
    def _clear(event: Event, alert: _Open) -> bytes:
        """Return the envelope that clears an alert."""
        return _envelope(event, "alert.cleared.v1", f"{alert.event}-cleared", {"event": alert.event})


def _envelope(event: Event, type_: str, id_: str, data: dict[str, Any]) -> bytes:
    """Return an alert's envelope; its cause is the event that it follows."""
    scheme = event.id.rsplit("-", 1)[0]
    return canonical(
        {
            "specversion": "1.0",
            "id": id_,
            "source": f"urn:drawbridge:{scheme}",
            "type": type_,
            "subject": event.subject,
            "time": event.time.isoformat(),
            "recordedtime": event.recorded_at.isoformat(),
            "scheme": scheme,
            "causationid": f"urn:drawbridge:{scheme}#{event.id}",
            "datacontenttype": "application/json",
            "data": data,
        }
    )


def alerts_by_scheme() -> Callable[[Event], list[bytes]]:
    """Return what tells the alerts of events of several schemes: each has its own memory."""
    schemes: dict[str, Alerts] = {}

    def alerts_of(event: Event) -> list[bytes]:
        return schemes.setdefault(event.id.rsplit("-", 1)[0], Alerts()).of(event)

    return alerts_of
