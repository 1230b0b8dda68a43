"""The main bank extends the term, within the maximum and before the agreed day has passed."""

from drawbridge.bank.messages.extension import Extension
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.bridge.aftermath import undo
from drawbridge.law.bridge.case import OVERDUE, BridgeCase
from drawbridge.law.bridge.contract import check_term
from drawbridge.law.bridge.deadlines import AGREED, deadline_of, move_deadline
from drawbridge.law.turn import Turn


@answers("ZJ-11/1")
def decide_extension(turn: Turn, case: BridgeCase, data: Extension) -> None:
    """Extend a loan: the new total counts from the disbursement; an overdue of the old day is taken back."""
    if case.ledger is None:
        raise Rejected(Code.NOT_DISBURSED, "only a disbursed loan can be extended", "ZJ-11")
    agreed = deadline_of(case, AGREED)
    check_term(turn, data.term_working_days, over=agreed.working_days)
    if turn.time > agreed.due_at:
        raise Rejected(Code.DEADLINE_PASSED, f"the agreed day was {agreed.due_on}", "ZJ-11")
    turn.emit("bridge.extended.v1", case.subject, {}, "ZJ-11")
    move_deadline(turn, case, AGREED, data.term_working_days)
    lapse = case.lapse(OVERDUE)
    if lapse is not None and lapse.name == AGREED:
        undo(turn, case, lapse)
