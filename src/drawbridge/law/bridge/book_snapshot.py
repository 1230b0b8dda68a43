"""The bridge loan's book as bytes and back, for a snapshot of the state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sortedcontainers import SortedList

from drawbridge.law.bridge.capacity import Book, Fund
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.parties.reports import Reports


@dataclass(slots=True)
class _FundForm:
    """A fund with plain lists."""

    reserved_fen: int
    queue: list[tuple[bool, datetime, int, str]]
    unreviewed: list[tuple[datetime, int, str]]
    unreviewed_nurtured: list[tuple[datetime, int, str]]


@dataclass(slots=True)
class _BookForm:
    """A book with plain lists, each in one order; without the sums, which its cases have."""

    funds: dict[str, _FundForm]
    reports: Reports


_BOOK = TypeAdapter(_BookForm)


def write_book(book: Book) -> bytes:
    """Write a book."""
    funds = {
        bank: _FundForm(fund.reserved_fen, list(fund.queue), list(fund.unreviewed[False]), list(fund.unreviewed[True]))
        for bank, fund in book.funds.items()
    }
    return _BOOK.dump_json(_BookForm(funds, book.reports))


def read_book(told: bytes) -> Book:
    """Read a book back."""
    form = _BOOK.validate_json(told)
    funds = {
        bank: Fund(
            fund.reserved_fen,
            SortedList(fund.queue),
            {False: SortedList(fund.unreviewed), True: SortedList(fund.unreviewed_nurtured)},
        )
        for bank, fund in form.funds.items()
    }
    return Book(funds=funds, reports=form.reports)


def snapshot_schema() -> dict[str, Any]:
    """Return the shape of a book and of a case: when it changes, older snapshots are not read."""
    return {"book": _BOOK.json_schema(), "case": TypeAdapter(BridgeCase).json_schema()}
