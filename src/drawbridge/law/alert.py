"""How a scheme says which of its events somebody should look at; `drawbridge.watch` makes alerts of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class AlertRule:
    """How one type of event alerts."""

    severity: Callable[[Mapping[str, Any]], str | None]
    """info, warning, high or critical, from the event's data; None: nobody needs to look."""
    title: str
    """What happened, in Chinese and English."""
    runbook: str
    """The file of the runbooks that says what to do."""


@dataclass(frozen=True, slots=True)
class Rescission:
    """What a rescission undoes."""

    type: str
    """The type of the event that is taken back."""
    told_apart_by: str | None = None
    """The field that tells several of one case apart: the step, the instalment."""


@dataclass(frozen=True, slots=True)
class AlertRules:
    """All that a scheme says of its alerts."""

    rules: Mapping[str, AlertRule] = field(default_factory=dict)
    """By event type."""
    rescinds: Mapping[str, Rescission] = field(default_factory=dict)
    """By the rescinding event's type."""
    closes: frozenset[str] = frozenset()
    """Events that close a case: its alerts are over."""
    clearable: frozenset[str] = frozenset()
    """Kinds of subject with an end at which their alerts are cleared."""


def always(severity: str) -> Callable[[Mapping[str, Any]], str]:
    """Return the same severity whatever the event says."""
    return lambda _: severity
