"""Working days, counted one by one (README, "Time").

The table is a plain mapping from day to working or not; whatever it does not name is Monday to Friday.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

SHANGHAI = timezone(timedelta(hours=8))
ONE_DAY = timedelta(days=1)
TABLE = Path(__file__).parents[2] / "src" / "drawbridge" / "data" / "workdays_CN.csv"
FEWEST, MOST = 246, 252
SATURDAY = 5


class ImplausibleError(ValueError):
    """A calendar notice that cannot be right."""


def shanghai_day(at: datetime) -> date:
    """The day on which an instant falls in the law's zone."""
    return at.astimezone(SHANGHAI).date()


def at_clock(day: date, hour: int) -> datetime:
    """The full hour of a day in the law's zone."""
    return datetime.combine(day, time(hour), SHANGHAI)


def close(day: date) -> datetime:
    """Close of business of a day, 17:00."""
    return at_clock(day, 17)


def add_months(day: date, months: int) -> date:
    """The corresponding day some months later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    last = (following - ONE_DAY).day
    return first.replace(day=min(day.day, last))


@dataclass
class Days:
    """The day table in force."""

    table: dict[date, bool] = field(default_factory=dict)
    last_year: int = 0

    @classmethod
    def shipped(cls) -> Days:
        """The table that comes with the product."""
        days = cls()
        with TABLE.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                days.table[date.fromisoformat(row["date"])] = row["working"] == "1"
        days.last_year = max(day.year for day in days.table)
        return days

    def working(self, day: date) -> bool:
        """Whether a day is a working day as far as is known."""
        return self.table.get(day, day.weekday() < SATURDAY)

    def unsure(self, day: date) -> bool:
        """Whether a notice that is still to come may change this day."""
        return day > date(self.last_year, 12, 28)

    def count(self, trigger: date, number: int) -> dict[str, Any]:
        """The fields of a deadline of some working days after its trigger."""
        day, counted = trigger, list[date]()
        while len(counted) < number:
            day += ONE_DAY
            if self.working(day):
                counted.append(day)
        return {
            "trigger_on": trigger.isoformat(),
            "working_days": number,
            "due_on": day.isoformat(),
            "due_at": close(day).isoformat(),
            "provisional": self.unsure(day),
            "counted": [one.isoformat() for one in counted],
        }

    def after(self, trigger: date, number: int) -> date:
        """The n-th working day after a day."""
        return date.fromisoformat(self.count(trigger, number)["due_on"])

    def before(self, day: date, number: int) -> date:
        """The n-th working day before a day, that day not counted."""
        left = number
        while left:
            day -= ONE_DAY
            left -= self.working(day)
        return day

    def roll(self, day: date) -> date:
        """The day itself, or the next working day."""
        while not self.working(day):
            day += ONE_DAY
        return day

    def next_close(self, at: datetime) -> datetime:
        """The earliest close of business of a working day that is not before an instant."""
        day = shanghai_day(at)
        while not self.working(day) or close(day) < at:
            day += ONE_DAY
        return close(day)

    def with_notice(self, data: dict[str, Any]) -> Days:
        """The table after a calendar notice.

        Raises:
            ImplausibleError: the notice cannot be right.
        """
        year: int = data["year"]
        off, work = set[date](), {date.fromisoformat(one) for one in data["work"]}
        for each in data["off"]:
            first, last = date.fromisoformat(each["from"]), date.fromisoformat(each["to"])
            if last < first:
                raise ImplausibleError
            off |= {first + ONE_DAY * n for n in range((last - first).days + 1)}
        first, last = date(year - 1, 12, 1), date(year + 1, 1, 31)
        if off & work or any(one.weekday() < SATURDAY for one in work):
            raise ImplausibleError
        if any(not first <= one <= last for one in off | work):
            raise ImplausibleError
        table = {day: working for day, working in self.table.items() if day.year != year}
        every = [date(year, 1, 1) + ONE_DAY * n for n in range(366)]
        table |= {day: day.weekday() < SATURDAY for day in every if day.year == year}
        table |= dict.fromkeys(off, False) | dict.fromkeys(work, True)
        if not FEWEST <= sum(table[day] for day in every if day.year == year) <= MOST:
            raise ImplausibleError
        return Days(table, max(self.last_year, year))
