"""Working days of the law's zone: counting forward and back, and what has not been announced yet.

Days follow the State Council's yearly notices, make-up days (调休) included. A period of n working days starts on the
day after its trigger (Civil Code 201) and ends on its n-th working day (203).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

_DAY = timedelta(days=1)
_MONTHS = 12
_SATURDAY = 5
#: the next year's notice may still move the last days of an announced year (2018-12-29 was moved by 2019's)
_SURE_UNTIL = (12, 28)


def months_after(day: date, months: int) -> date:
    """Return the corresponding day that many months later, or the month's last (Civil Code 202)."""
    whole = day.year * _MONTHS + day.month - 1 + months
    year, month = divmod(whole, _MONTHS)
    last = date.fromordinal(date(year + (month + 1) // _MONTHS, (month + 1) % _MONTHS + 1, 1).toordinal() - 1)
    return date(year, month + 1, min(day.day, last.day))


@dataclass(frozen=True, slots=True)
class Count:
    """Working days counted, in order."""

    due_on: date
    """The last day counted."""
    counted: tuple[date, ...]
    provisional: bool
    """A day was looked at whose year is not announced yet."""
    counted_text: list[str]
    """`counted` as the journal writes it."""


@dataclass(slots=True)
class Calendar:
    """A day table: Monday to Friday work, but for the days that a notice has moved.

    Args:
        moved: the days on which it is otherwise, with whether one works on them.
        last_announced_year: the last year whose notice is known.
    """

    moved: Mapping[date, bool]
    last_announced_year: int
    fingerprint: str = field(init=False)
    """Names this very table: the first 16 hex digits of a SHA-256 over it."""
    _counts: dict[tuple[date, int], Count] = field(init=False, default_factory=dict)
    _sure_until: date = field(init=False)

    def __post_init__(self) -> None:
        text = "".join(f"{day}{'+' if works else '-'}" for day, works in sorted(self.moved.items()))
        self.fingerprint = sha256(f"{self.last_announced_year}:{text}".encode()).hexdigest()[:16]
        self._sure_until = date(self.last_announced_year, *_SURE_UNTIL)

    def is_working(self, day: date) -> bool:
        """Tell whether one works on that day."""
        works = self.moved.get(day)
        return day.weekday() < _SATURDAY if works is None else works

    def is_provisional(self, day: date) -> bool:
        """Tell whether a notice may still move that day."""
        return day > self._sure_until

    def add(self, day: date, working_days: int) -> Count:
        """Count that many working days (at least 1) from the day after `day`."""
        return self._count(day, working_days, _DAY)

    def back(self, day: date, working_days: int) -> Count:
        """Count that many working days (at least 1) back from `day`, which is not counted itself."""
        return self._count(day, -working_days, -_DAY)

    def roll_forward(self, day: date) -> date:
        """Return the day itself, or the next working day when it is none (Civil Code 203)."""
        while not self.is_working(day):
            day += _DAY
        return day

    def with_notice(self, year: int, off: Iterable[tuple[date, date]], work: Iterable[date]) -> "Calendar":
        """Return the table with that year's notice in the place of what stood for the year.

        Args:
            year: the year whose days are replaced.
            off: ranges of days without work, both ends included; they may reach into the neighbouring months.
            work: make-up days.
        """
        moved = {day: works for day, works in self.moved.items() if day.year != year}
        told = {first + _DAY * n: False for first, last in off for n in range((last - first).days + 1)}
        told |= dict.fromkeys(work, True)
        for day, works in told.items():
            if works == (day.weekday() < _SATURDAY):
                moved.pop(day, None)
            else:
                moved[day] = works
        return Calendar(moved, max(self.last_announced_year, year))

    def _count(self, day: date, working_days: int, step: timedelta) -> Count:
        """Count |working_days| in the direction of `step`; remembered, because a city's loans share their days."""
        known = self._counts.get((day, working_days))
        if known is not None:
            return known
        counted: list[date] = []
        at = day
        while len(counted) < abs(working_days):
            at += step
            if self.is_working(at):
                counted.append(at)
        latest = max(at, day + step)
        count = Count(at, tuple(counted), self.is_provisional(latest), [d.isoformat() for d in counted])
        self._counts[day, working_days] = count
        return count
