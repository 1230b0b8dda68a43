"""What every scheme's profile has: figures, each with its article, and the dates in force."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

from drawbridge.bank.envelope import SHANGHAI

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Figure(Generic[ValueT]):
    """A figure of the law, or a reading of it, with the article that gives it."""

    value: ValueT
    article: str
    meaning: str
    """What it is, with its unit."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A scheme's identity, its dates, and the readings that every scheme names."""

    id: str
    valid_from: date
    valid_to: date | None
    """The last day in force; None when no end is set."""
    close_of_business: Figure[time]
    reporting_grace: Figure[timedelta]
    """How long after its instant a lapse is concluded, so that a fact in time may still arrive."""
    rescission_limit_working_days: Figure[int]
    """A late fact rescinds until the close of this working day after the lapse's instant."""
    enrolment: Figure[str]
    """By what a bank joins."""

    def covers(self, at: datetime) -> bool:
        """Tell whether the scheme is in force on the day of that instant (in the law's zone)."""
        day = at.date()
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def close_on(self, day: date) -> datetime:
        """Return the close of business of that day."""
        return datetime.combine(day, self.close_of_business.value, SHANGHAI)


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A published rate and the day from which it holds."""

    since: date
    annual_rate: Decimal


def rate_on(table: tuple[DatedRate, ...], day: date) -> Decimal | None:
    """Return the rate in force that day from a table in date order; None before the first."""
    in_force = [row.annual_rate for row in table if row.since <= day]
    return in_force[-1] if in_force else None
