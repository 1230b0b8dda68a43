"""What `drawbridge calendar` shows of a year."""

from datetime import date, timedelta
from functools import cache

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from drawbridge import shipped
from drawbridge.cli import cli
from drawbridge.page import WIDTH

CALENDAR = shipped.calendar()
YEARS = range(2013, CALENDAR.last_announced_year + 1)


@cache
def page_of(year: int) -> str:
    """What the command prints for a year, plain as for a pipe."""
    result = CliRunner().invoke(cli, ["calendar", str(year)])
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("year", YEARS)
def test_each_announced_year_names_its_notice_and_fits_the_page(year: int) -> None:
    """Nobody has to believe the table: the notices that it follows are named."""
    page = page_of(year)
    assert "source: 国" in page
    assert max(map(cell_len, page.splitlines())) <= WIDTH


@pytest.mark.parametrize("year", YEARS)
def test_the_marks_say_what_the_table_says(year: int) -> None:
    """Each make-up day is marked +, each holiday on a weekday [ ], and the months' figures add up to the year's."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    _, _, *rows = page_of(year).partition("\noff")[0].splitlines()
    shown = "\n".join(rows)
    assert shown.count("+") == sum(CALENDAR.is_working(day) for day in days if day.weekday() > 4)
    assert shown.count("[") == sum(not CALENDAR.is_working(day) for day in days if day.weekday() < 5)
    assert page_of(year).startswith(f"{year}: {sum(map(CALENDAR.is_working, days))} working days")


def test_the_spring_festival_of_2014_is_marked() -> None:
    """31 January to 6 February off, 26 January and 8 February worked."""
    page = page_of(2014)
    assert "off    2014-01-31 to 2014-02-06 (7 days)  春节" in page
    assert "Sun 2014-01-26, Sat 2014-02-08" in page
    assert "国办发明电〔2013〕28号" in page


def test_a_year_without_notice_is_provisional() -> None:
    """What is not announced is not passed off as known."""
    assert "provisional" in page_of(CALENDAR.last_announced_year + 1)


def test_a_year_far_away_is_refused() -> None:
    """The error names the range."""
    result = CliRunner().invoke(cli, ["calendar", "1912"])
    assert result.exit_code == 2
    assert "2000" in result.output
