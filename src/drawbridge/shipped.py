"""What ships with the package as data; nothing else reads package data."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from drawbridge.law.working_days import Calendar

_DATA = files("drawbridge") / "data"


def day_table() -> list[dict[str, str]]:
    """Return the shipped day table, a row a day: date, working (0 or 1), kind, name, status."""
    with (_DATA / "workdays_CN.csv").open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


@cache
def calendar() -> Calendar:
    """Return the working days as announced when this version was made; the table is read once."""
    days = [(date.fromisoformat(row["date"]), row["working"] == "1") for row in day_table()]
    moved = {day: works for day, works in days if works != (day.weekday() < 5)}  # noqa: PLR2004 - Monday to Friday
    return Calendar(moved, days[-1][0].year)


def holiday_notices(year: int) -> list[str]:
    """Return the numbers of the State Council's notices that a year's days follow; none where none is known."""
    notices: dict[str, list[str]] = orjson.loads((_DATA / "holiday_notices.json").read_bytes())
    return notices.get(str(year), [])


def law_texts() -> list[dict[str, Any]]:
    """Return the texts of the schemes' laws: articles, their sentences, and reasons where nothing is decided."""
    texts = sorted((_DATA / "law").iterdir(), key=lambda text: text.name)
    return [orjson.loads(text.read_bytes()) for text in texts if text.name.endswith(".json")]
