"""A calendar notice moves the deadlines that are still to come, of loans with something outstanding.

What was concluded of such a loan takes the new instant without a word, unless it does not hold there.
"""

from drawbridge.bank.messages.calendar_notice import CalendarNotice
from drawbridge.law.event import Event
from drawbridge.law.parties import calendar_notice as parties
from drawbridge.law.pool.aftermath import take_back
from drawbridge.law.pool.book import book_of
from drawbridge.law.pool.case import PoolCase
from drawbridge.law.pool.deadlines import INSTALMENT, MOVED, take_new_instants, work_out
from drawbridge.law.state import State
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn

_ARTICLE = {INSTALMENT: "QJ-12", "maturity": "QJ-17", "stage-one": "QJ-17"}


def decide_calendar_notice(turn: Turn, _case: None, data: CalendarNotice) -> None:
    """Take a notice, and move what it moves: in subject order, then in the order of the timers' table."""
    parties.announce(turn, data)
    for subject in sorted(book_of(turn.state).outstanding):
        pending = turn.state.timers.pending.get(subject, {}).values()
        for timer in sorted(pending, key=lambda timer: (timer.rank, timer.number)):
            _move(turn, turn.state.cases[subject], timer)
    take_back(turn)


def calendar_announced(state: State, event: Event) -> None:
    """Count by the new table from now on; what was concluded had to be done by the day that it gives."""
    parties.calendar_announced(state, event)
    for subject in book_of(state).outstanding:
        take_new_instants(state, state.cases[subject])


def _move(turn: Turn, case: PoolCase, timer: Timer) -> None:
    before = case.deadlines[timer.key]
    now = work_out(turn.state, case, timer.name, timer.number)
    if now["due_at"] != before["due_at"]:
        of_line = {"instalment": timer.number} if timer.number else {}
        told = {"name": timer.name, **of_line, "before_due_on": before["due_on"], **now}
        turn.emit(MOVED, case.subject, told, _ARTICLE.get(timer.name, "QJ-18"))
