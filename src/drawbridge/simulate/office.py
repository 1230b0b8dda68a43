"""When people in a bank do things: on working days, in office hours."""

from datetime import date, datetime, timedelta
from random import Random

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law.working_days import Calendar

_DAY = timedelta(days=1)


class Office:
    """Working days and office hours of the law's zone."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    def days(self, first_on: date, last_on: date) -> list[date]:
        """Return the working days of a range, both ends included."""
        every = (first_on + _DAY * n for n in range((last_on - first_on).days + 1))
        return [day for day in every if self._calendar.is_working(day)]

    def after(self, day: date, working_days: int) -> date:
        """Return the n-th working day after a day; with 0 the day itself, or the next working day."""
        return self._calendar.add(day, working_days).due_on if working_days else self._calendar.roll_forward(day)

    def before(self, day: date, working_days: int) -> date:
        """Return the n-th working day before a day, n at least 1."""
        return self._calendar.back(day, working_days).due_on


def at(day: date, dice: Random, from_minute: int, to_minute: int) -> datetime:
    """Return an instant of that day between two minutes of the day, to the second."""
    return midnight(day) + timedelta(seconds=dice.randrange(from_minute * 60, to_minute * 60))


def midnight(day: date) -> datetime:
    """Return the first instant of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def minute(hour: int, minutes: int = 0) -> int:
    """Return the minute of the day of a time of day."""
    return hour * 60 + minutes
