"""What the oracle remembers of the bridge loan's scheme: cases and penalties, and the reports filed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .days import shanghai_day
from .journal import GRACE, Bank, Cause, Fact, Facts, Journal, Lapse, RejectError, Timer, refuse

__all__ = [
    "GRACE",
    "Bank",
    "Case",
    "Cause",
    "Fact",
    "Lapse",
    "Penalty",
    "RejectError",
    "Timer",
    "World",
    "outside_validity",
    "refuse",
]
VALID_FROM, VALID_TO = date(2013, 11, 5), date(2014, 11, 5)


@dataclass
class Penalty:
    """The tenfold penalty of one breach."""

    breach: Lapse
    base_fen: int
    penalty_fen: int
    reducible_fen: int
    status: str = "proposed"
    cured: bool = False
    dismissed_at: datetime | None = None


@dataclass
class Case(Facts):
    """One bridge loan: its facts, and what was concluded."""

    penalties: list[Penalty] = field(default_factory=list)
    reserved: bool = False
    agreed: dict[str, Any] = field(default_factory=dict)
    limit: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def original(self) -> str:
        """B."""
        return self.subject.split("/")[1]

    @property
    def main(self) -> str:
        """M."""
        return str(self.the("notice").data["main_bank"])

    @property
    def penalty(self) -> Penalty | None:
        """The penalty of the one breach that was not rescinded."""
        return next((one for one in self.penalties if one.status != "rescinded"), None)


@dataclass
class World(Journal):
    """Everything that the writer of the bridge loan's scheme knows."""

    cases: dict[str, Case] = field(default_factory=dict)
    filings: list[tuple[str, datetime]] = field(default_factory=list)
    report_lapses: list[Lapse] = field(default_factory=list)
    reports_run: set[tuple[str, str]] = field(default_factory=set)


def outside_validity(time: datetime) -> bool:
    """Whether an instant is outside the profile's dates in force."""
    return not VALID_FROM <= shanghai_day(time) <= VALID_TO
