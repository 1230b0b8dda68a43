"""`drawbridge calendar`: a readable year of working days."""

import calendar as months
from collections.abc import Iterator
from datetime import date
from itertools import groupby

import click

from drawbridge import shipped
from drawbridge.law.working_days import Calendar
from drawbridge.page import wrap

_SATURDAY = 5
_COLUMNS = 3
_CELL = 4
_GAP = "    "


@click.command(epilog="Example: drawbridge calendar 2014")
@click.argument("year", type=click.IntRange(2000, 2099))
def command(year: int) -> None:
    """Print the working days of YEAR, with make-up days and holidays marked, and the notices that they come from."""
    table = shipped.calendar()
    click.echo("\n".join(_page(table, year)))


def _page(table: Calendar, year: int) -> Iterator[str]:
    days = [date(year, month, day) for month in range(1, 13) for day in _days_of(year, month)]
    working = sum(map(table.is_working, days))
    yield f"{year}: {working} working days (Asia/Shanghai)"
    yield "  8  working day   ( 8) day of rest   [ 8] holiday on a weekday   + 8  make-up day, worked (调休)"
    for first in range(1, 13, _COLUMNS):
        yield ""
        yield from _quarter(table, year, range(first, first + _COLUMNS))
    yield ""
    yield from _named(table, year)
    yield from _sources(table, year)


def _quarter(table: Calendar, year: int, row: range) -> Iterator[str]:
    width = 7 * _CELL
    yield _GAP.join(f"{months.month_name[month]} {_worked(table, year, month)}".ljust(width) for month in row).rstrip()
    yield _GAP.join(
        "".join(name.ljust(_CELL) for name in (" Mo", " Tu", " We", " Th", " Fr", " Sa", " Su")) for _ in row
    )
    weeks = [months.Calendar().monthdatescalendar(year, month) for month in row]
    for number in range(max(map(len, weeks))):
        line = []
        for month, of_month in zip(row, weeks, strict=True):
            week = of_month[number] if number < len(of_month) else []
            cells = [_cell(table, day) if day.month == month else " " * _CELL for day in week]
            line.append("".join(cells) or " " * width)
        yield _GAP.join(line).rstrip()


def _cell(table: Calendar, day: date) -> str:
    """Show a day; its style shows on a terminal only, its marks everywhere."""
    is_weekend = day.weekday() >= _SATURDAY
    if table.is_working(day):
        return click.style(f"+{day.day:2} ", fg="green") if is_weekend else f" {day.day:2} "
    return click.style(f"({day.day:2})", dim=True) if is_weekend else click.style(f"[{day.day:2}]", fg="red")


def _named(table: Calendar, year: int) -> Iterator[str]:
    """Name the days on which it is otherwise than from Monday to Friday."""
    rows = [row for row in shipped.day_table() if row["date"].startswith(f"{year}-")]
    names = {date.fromisoformat(row["date"]): row["name"] for row in rows}
    days_off = [day for day in names if names[day] and not table.is_working(day)]
    for name, group in groupby(days_off, key=lambda day: names[day]):
        days = list(group)
        yield f"off    {_span(days)}  {name}"
    worked = [day for day in names if day.weekday() >= _SATURDAY and table.is_working(day)]
    if worked:
        yield from wrap(f"worked {', '.join(f'{day:%a} {day}' for day in worked)}", 0, 7)


def _span(days: list[date]) -> str:
    """Write days of one holiday; a weekend among them belongs to it."""
    count = (days[-1] - days[0]).days + 1
    return f"{days[0]} to {days[-1]} ({count} days)" if count > 1 else f"{days[0]}"


def _sources(table: Calendar, year: int) -> Iterator[str]:
    notices = shipped.holiday_notices(year)
    told = (
        "、".join(notices) if notices else "no notice known: Monday to Friday, and every deadline there is provisional"
    )
    yield f"source: {told}"
    if notices and table.is_provisional(date(year, 12, 31)):
        yield f"after {year}-12-28 the next year's notice may still move days: a deadline there is provisional"
    yield f"day table: {table.fingerprint}, announced up to {table.last_announced_year}"


def _days_of(year: int, month: int) -> range:
    return range(1, months.monthrange(year, month)[1] + 1)


def _worked(table: Calendar, year: int, month: int) -> str:
    return f"({sum(table.is_working(date(year, month, day)) for day in _days_of(year, month))})"
