"""Working days: counted as the law counts them, and agreed on by two independent sources."""

import csv
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import calendar, day

from drawbridge import shipped

GOLDEN = Path(__file__).parent / "data" / "deadlines_golden.csv"
DAYS = st.dates(date(2013, 2, 1), date(2026, 11, 1))
LENGTHS = st.integers(1, 40)
ONE_DAY = timedelta(days=1)


def test_the_golden_deadlines_hold() -> None:
    """Deadlines over every holiday since 2013, worked out elsewhere."""
    with GOLDEN.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    wrong = [
        row for row in rows if calendar().add(day(row["start"]), int(row["n_working_days"])).due_on != day(row["due"])
    ]
    assert len(rows) == 260
    assert wrong == []


def test_two_independent_sources_agree_on_every_announced_day() -> None:
    """The shipped table and the `holidays` package, each compiled by others, agree on 14 years, make-up days too."""
    years = range(2013, calendar().last_announced_year + 1)
    source = holidays.country_holidays("CN", years=years)
    table = {day(row["date"]): row["working"] == "1" for row in shipped.day_table()}
    assert {one.year for one in table} == set(years)
    assert [one for one, works in table.items() if works != source.is_working_day(one)] == []
    assert [one for one, works in table.items() if works != calendar().is_working(one)] == []


@given(DAYS, LENGTHS)
def test_a_deadline_lies_on_a_working_day_after_its_trigger_with_all_its_days_counted(start: date, n: int) -> None:
    """The trigger is not counted, the last day is, and no day between is left out."""
    count = calendar().add(start, n)
    between = [start + ONE_DAY * k for k in range(1, (count.due_on - start).days + 1)]
    assert list(count.counted) == [one for one in between if calendar().is_working(one)]
    assert len(count.counted) == n
    assert count.due_on == count.counted[-1]
    assert count.counted_text == [one.isoformat() for one in count.counted]


@given(DAYS, LENGTHS, st.integers(0, 20))
def test_a_later_trigger_or_a_longer_period_never_ends_earlier(start: date, n: int, later: int) -> None:
    """Deadlines are monotone in the day, and strictly so in the number of days."""
    due = calendar().add(start, n).due_on
    assert calendar().add(start + ONE_DAY * later, n).due_on >= due
    assert calendar().add(start, n + 1).due_on > due


@given(DAYS, LENGTHS)
def test_counting_back_undoes_counting_forward_between_working_days(start: date, n: int) -> None:
    """Counted back from its deadline a period ends on its trigger, when that is a working day."""
    trigger = calendar().roll_forward(start)
    assert calendar().back(calendar().add(trigger, n).due_on, n).due_on == trigger


@given(DAYS, LENGTHS, LENGTHS)
def test_periods_add_up(start: date, n: int, m: int) -> None:
    """So many working days and then so many are their sum."""
    assert calendar().add(calendar().add(start, n).due_on, m).due_on == calendar().add(start, n + m).due_on


@given(DAYS)
def test_rolling_forward_gives_the_day_itself_or_the_next_working_day(start: date) -> None:
    """A working day stays; another goes to the first working day of those after it."""
    rolled = calendar().roll_forward(start)
    assert rolled == (start if calendar().is_working(start) else calendar().add(start, 1).due_on)


@pytest.mark.parametrize(
    ("start", "n", "provisional"),
    [
        ("2026-12-21", 5, False),  # 28 December is the last day that no other year's notice has ever moved
        ("2026-12-21", 6, True),
        ("2026-12-28", 1, True),
        ("2030-06-01", 1, True),
        ("2025-12-26", 10, False),  # the notice for 2026 is out
    ],
)
def test_a_deadline_is_provisional_when_it_needs_a_day_that_may_still_be_moved(
    start: str,
    n: int,
    provisional: bool,  # noqa: FBT001 - a table's column
) -> None:
    """Beyond 28 December of the last announced year a notice may still move days."""
    assert calendar().add(day(start), n).provisional is provisional


def test_a_notice_replaces_its_year_and_may_reach_into_its_neighbours() -> None:
    """The days of the year are Monday to Friday but for the notice; a December day before is moved as named."""
    after = calendar().with_notice(2027, [(day("2026-12-31"), day("2027-01-03"))], [day("2027-01-09")])
    assert not after.is_working(day("2026-12-31"))
    assert not after.is_working(day("2027-01-01"))
    assert after.is_working(day("2027-01-09"))
    assert after.is_working(day("2026-02-14")) == calendar().is_working(day("2026-02-14"))
    assert after.last_announced_year == 2027
    assert after.fingerprint != calendar().fingerprint
    again = after.with_notice(2027, [(day("2027-01-01"), day("2027-01-03"))], [])
    assert not again.is_working(day("2027-01-09"))
