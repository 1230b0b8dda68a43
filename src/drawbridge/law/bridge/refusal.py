"""The original bank refuses the renewal that it promised: a breach at once, when money is at risk."""

from drawbridge.bank.messages.refusal import Refusal
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.bridge.aftermath import conclude_breach_of
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.bridge.withdrawal import withdraw
from drawbridge.law.event import Event
from drawbridge.law.parties import breach
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

REFUSED = "renewal-refused"


@answers("ZJ-16/1")
def decide_refusal(turn: Turn, case: BridgeCase, data: Refusal) -> None:
    """Take a refusal: before the disbursement the case is withdrawn, after it the bank is in breach."""
    if case.renewed_fen() >= case.promised_fen:
        raise Rejected(Code.ALREADY_RENEWED, "the promised amount is renewed in full already", "ZJ-16")
    turn.emit("bridge.renewal.refused.v1", case.subject, {}, "ZJ-16")
    if case.ledger is None:
        withdraw(turn, case, data.reason)
    else:
        breach_by_refusal(turn, case)


@answers("ZJ-16/1")
def breach_by_refusal(turn: Turn, case: BridgeCase) -> None:
    """Conclude the breach of a refusal that stands on a disbursed case."""
    if case.refused_at is not None:
        outstanding = case.balance(case.not_before_disbursement(case.refused_at)).outstanding_fen
        conclude_breach_of(turn, case, REFUSED, outstanding)


def breached(state: State, event: Event) -> None:
    """A breach stands; one by refusal counts from the refusal, also when the disbursement is only told later."""
    breach.breached(state, event)
    case: BridgeCase = state.cases[event.subject]
    if event.data["kind"] == REFUSED and case.refused_at is not None and case.breach is not None:
        at = case.not_before_disbursement(case.refused_at)
        case.lapses[-1].at = at
        case.breach.at = at


def refused(state: State, event: Event) -> None:
    """A refusal stands on the case."""
    state.cases[event.subject].refused_at = event.time
