"""A calendar notice moves the agreed day and the limit of loans that are out."""

from drawbridge.bank.messages.calendar_notice import CalendarNotice
from drawbridge.law.bridge.aftermath import rescind_default, rescind_overdue
from drawbridge.law.bridge.capacity import book_of
from drawbridge.law.bridge.case import DEFAULTED, OVERDUE, BridgeCase
from drawbridge.law.bridge.deadlines import AGREED, LIMIT, deadline_of, move_deadline
from drawbridge.law.parties.calendar_notice import announce
from drawbridge.law.turn import Turn


def decide_calendar_notice(turn: Turn, _case: None, data: CalendarNotice) -> None:
    """Take a notice, move what it moves (in subject order), then take back what no longer holds on its new day."""
    announce(turn, data)
    moved: dict[str, BridgeCase] = {}
    for subject in sorted(book_of(turn.state).outstanding):
        case: BridgeCase = turn.state.cases[subject]
        for name in (AGREED, LIMIT):
            deadline = deadline_of(case, name)
            now = turn.state.calendar.add(deadline.trigger_on, deadline.working_days)
            if now.due_on != deadline.due_on:
                move_deadline(turn, case, name, deadline.working_days)
                moved[subject] = case
    for case in moved.values():
        _take_back(turn, case)


def _take_back(turn: Turn, case: BridgeCase) -> None:
    """Rescind what was concluded on a day that is no longer the day; no limit applies."""
    for lapse in list(case.lapses):
        holds = lapse.at <= turn.recorded_at and case.is_outstanding(lapse.at)
        if lapse.type == OVERDUE and not holds:
            rescind_overdue(turn, case, lapse)
        elif lapse.type == DEFAULTED and not holds:
            rescind_default(turn, case, lapse)
