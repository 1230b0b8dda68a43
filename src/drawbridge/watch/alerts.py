"""Alerts: which events somebody should look at, how urgently, and when that is over. Pure: events in, envelopes out.

An alert is raised with the event that it is about, and cleared when that event is rescinded or its case is closed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drawbridge.law import SCHEMES
from drawbridge.law.alert import AlertRule, Rescission
from drawbridge.law.event import Event, canonical

#: what the schemes say, together: an event's type tells whose it is, and what schemes share they say alike
RULES: Mapping[str, AlertRule] = {
    type_: rule for scheme in SCHEMES.values() for type_, rule in scheme.alerts.rules.items()
}
RESCINDS: Mapping[str, Rescission] = {
    type_: undone for scheme in SCHEMES.values() for type_, undone in scheme.alerts.rescinds.items()
}
CLOSES = frozenset[str]().union(*(scheme.alerts.closes for scheme in SCHEMES.values()))
_CLEARABLE = frozenset[str]().union(*(scheme.alerts.clearable for scheme in SCHEMES.values()))
#: the types of events that raise or clear an alert; no other changes what is remembered
CONCERNED = frozenset({*RULES, *RESCINDS, *CLOSES})


def may_clear(type_: str, subject: str) -> bool:
    """Tell whether an event raises an alert that may be cleared later, or clears one: a relay has to know it."""
    return type_ in CONCERNED and subject.split("/", 1)[0] in _CLEARABLE


@dataclass(frozen=True, slots=True)
class _Open:
    """An alert that is not cleared."""

    event: str
    type: str
    data: Mapping[str, Any]
    """The event's, of which a rescission repeats what tells it apart."""


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
            alert = _Open(event.id, event.type, event.data)
            self._open.setdefault(event.subject, []).append(alert)
        told = {
            "severity": severity,
            "title": rule.title,
            "event": event.id,
            "runbook": rule.runbook,
            "due": event.data.get("due_at"),
        }
        return [*cleared, _envelope(event, "alert.raised.v1", f"{event.id}-alert", told)]

    def _over(self, event: Event) -> list[_Open]:
        """Take out and return the alerts that are over with this event, in the order in which they were raised."""
        open_here = self._open.get(event.subject, [])
        undone = [alert for alert in open_here if _undoes(event, alert)]
        over = list(open_here) if event.type in CLOSES else undone[-1:]
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


def _undoes(event: Event, alert: _Open) -> bool:
    """Tell whether an event takes back what an alert is about."""
    undone = RESCINDS.get(event.type)
    if undone is None or undone.type != alert.type:
        return False
    apart = undone.told_apart_by
    return apart is None or alert.data.get(apart) == event.data.get(apart)


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
