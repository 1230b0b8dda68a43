"""What a main bank can lend, who waits and in which order (ZJ-3, ZJ-6.1, ZJ-21); what an enterprise has (ZJ-9)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sortedcontainers import SortedList

from drawbridge.law.article import answers
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.event import Event
from drawbridge.law.parties.enrolment import parties_profile
from drawbridge.law.parties.reports import Reports, month_of
from drawbridge.law.state import State
from drawbridge.law.sums import Sums
from drawbridge.law.turn import Turn

RESERVED = "bridge.capacity.reserved.v1"
QUEUED = "bridge.queued.v1"
_MOMENT = timedelta.resolution


@dataclass(slots=True)
class Fund:
    """A main bank's side of the scheme."""

    reserved_fen: int = 0
    queue: Any = field(default_factory=SortedList)
    """(not nurtured, applied at, sequence, subject) of each case that waits."""
    unreviewed: dict[bool, Any] = field(default_factory=lambda: {False: SortedList(), True: SortedList()})
    """By whether nurtured: (applied at, sequence, subject) of each application without a review."""


@dataclass(slots=True)
class Book(Sums):
    """The bridge loan's own part of the state; a calendar notice moves the deadlines of what is outstanding."""

    funds: dict[str, Fund] = field(default_factory=dict)
    """By main bank."""
    reports: Reports = field(default_factory=Reports)

    def fund(self, main_bank: str) -> Fund:
        """Return a main bank's fund."""
        fund = self.funds.get(main_bank)
        if fund is None:
            fund = self.funds[main_bank] = Fund()
        return fund


def book_of(state: State) -> Book:
    """Return the bridge loan's own part of a state."""
    book = state.book
    assert isinstance(book, Book)  # noqa: S101 - the scheme made it
    return book


def capacity_fen(turn: Turn, main_bank: str) -> int:
    """Return the special fund with the bank's match, less what cases reserve; below zero when a deposit was cut."""
    ratio = parties_profile(turn.state).match_ratio.value
    fund = book_of(turn.state).fund(main_bank)
    return turn.state.banks[main_bank].special_fund_fen * (1 + ratio) - fund.reserved_fen


@answers("ZJ-3/1", "ZJ-6.1/2", "ZJ-21/1")
def reserve_or_queue(turn: Turn, case: BridgeCase) -> None:
    """Reserve capacity for a new application when it is its turn and fits; else it waits."""
    fund = book_of(turn.state).fund(case.main_bank)
    place = queue_place(case)
    position = fund.queue.bisect_left(place) + 1
    if position == 1 and case.asked_fen <= capacity_fen(turn, case.main_bank):
        reserve(turn, case)
        return
    queued = {"main_bank": case.main_bank, "amount_fen": case.asked_fen, "position": position}
    turn.emit(QUEUED, case.subject, queued, "ZJ-3", "ZJ-6.1", "ZJ-21")


@answers("ZJ-21/1")
def drain_queue(turn: Turn, main_bank: str) -> None:
    """Give what is free to those who wait, in order; the head blocks, nobody overtakes because he is smaller."""
    queue = book_of(turn.state).fund(main_bank).queue
    while queue:
        head = turn.state.cases[queue[0][3]]
        if head.asked_fen > capacity_fen(turn, main_bank):
            return
        reserve(turn, head)


def reserve(turn: Turn, case: BridgeCase) -> None:
    """Reserve what a case asks for."""
    asked = case.asked_fen
    left = capacity_fen(turn, case.main_bank) - asked
    told = {"main_bank": case.main_bank, "amount_fen": asked, "capacity_fen": left}
    turn.emit(RESERVED, case.subject, told, "ZJ-3", "ZJ-21")


@answers("ZJ-21/1")
def overtaken_by(turn: Turn, case: BridgeCase) -> list[str]:
    """Return the earlier applications of its class, or of nurtured enterprises, that have no review yet."""
    application = case.application
    assert application is not None  # noqa: S101 - only an applied case is reviewed
    fund = book_of(turn.state).fund(case.main_bank)
    earlier: list[tuple[datetime, int, str]] = []
    for is_nurtured in {True, application.is_nurtured}:
        earlier += fund.unreviewed[is_nurtured].irange(maximum=(*application.order, ""), inclusive=(True, False))
    return [subject for _, _, subject in sorted(earlier)]


def queue_place(case: BridgeCase) -> tuple[bool, datetime, int, str]:
    """Return a case's place in the queue: nurtured enterprises first, then by time, then by sequence."""
    application = case.application
    assert application is not None  # noqa: S101 - only an applied case queues
    return (not application.is_nurtured, *application.order, case.subject)


def recount(state: State, case: BridgeCase) -> None:
    """Bring the book's counters to what a case reserves, counts and has outstanding now."""
    book = book_of(state)
    is_open = case.application is not None and not case.closed
    reserved = case.asked_fen if is_open and case.is_reserved else 0
    book.fund(case.main_bank).reserved_fen += reserved - case.reserved_fen
    case.reserved_fen = reserved
    book.count(case, case.asked_fen if is_open else 0)


def recount_outstanding(state: State, case: BridgeCase) -> None:
    """Bring the book to whether and since when nothing of a loan is outstanding."""
    book, reports = book_of(state), book_of(state).reports
    balance = case.balance()
    book.note(case, balance.outstanding_fen)
    # at the payment's own instant nothing is outstanding any more, so midnight belongs to the month before
    ended = None if balance.nothing_since is None else month_of(balance.nothing_since - _MOMENT)
    if ended != case.ended_month:
        if case.ended_month is not None:
            reports.add(reports.ended, case.main_bank, case.ended_month, -1)
        if ended is not None:
            reports.add(reports.ended, case.main_bank, ended, 1)
        case.ended_month = ended


def reserved(state: State, event: Event) -> None:
    """Capacity is reserved for a case; it no longer waits."""
    case = state.cases[event.subject]
    leave_queue(state, case)
    case.is_reserved = True
    recount(state, case)


def queued(state: State, event: Event) -> None:
    """A case waits."""
    case = state.cases[event.subject]
    book_of(state).fund(case.main_bank).queue.add(queue_place(case))


def leave_queue(state: State, case: BridgeCase) -> None:
    """Take a case out of the queue, if it waits."""
    if case.application is not None:
        book_of(state).fund(case.main_bank).queue.discard(queue_place(case))


def leave_unreviewed(state: State, case: BridgeCase) -> None:
    """Take a case out of those that wait for their review."""
    if case.application is not None:
        fund = book_of(state).fund(case.main_bank)
        fund.unreviewed[case.application.is_nurtured].discard((*case.application.order, case.subject))
