"""The filing (备案): the office hears of a loan three working days before it is paid out.

前3个工作日内 is read one of two ways, by the profile's `filing_reading`: within these days before the payment, or no
later than the third of them.
"""

from drawbridge.bank.messages.pool.filing import PoolFiling
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.case import Lapse
from drawbridge.law.event import Event
from drawbridge.law.pool.aftermath import follow_up
from drawbridge.law.pool.case import FILING_VIOLATED, PoolCase
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("QJ-15/1")
def decide_filing(turn: Turn, case: PoolCase, _data: PoolFiling) -> None:
    """Take a filing; one in time by its `time` takes back what was held against the lender."""
    if case.principal_fen is None:
        raise Rejected(Code.NOT_CONTRACTED, "there is no contract on this case yet", "QJ-15")
    turn.emit("pool.loan.filed.v1", case.subject, {}, "QJ-15")
    follow_up(turn, case)


def filed(state: State, event: Event) -> None:
    """The loan is filed."""
    state.cases[event.subject].filed_at.append(event.time)


def violated(state: State, event: Event) -> None:
    """No filing was in time."""
    lapse = Lapse(FILING_VIOLATED, event.id, event.time, "filing", event.data)
    state.cases[event.subject].lapses.append(lapse)
