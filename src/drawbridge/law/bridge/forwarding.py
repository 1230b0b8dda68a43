"""The original bank forwards the renewed loan to the main bank: the way back of the entrusted payment."""

from drawbridge.bank.messages.forwarding import Forwarding
from drawbridge.law.article import answers
from drawbridge.law.bridge.aftermath import conclude_breach_of, follow_up
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.bridge.disbursement import same_account, violate
from drawbridge.law.bridge.renewal import refuse_before_disbursement
from drawbridge.law.case import Moved
from drawbridge.law.event import Event
from drawbridge.law.state import State
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn


@answers("ZJ-14/1")
def decide_forwarding(turn: Turn, case: BridgeCase, data: Forwarding) -> None:
    """Record a forwarding; to another account, nothing counts as forwarded."""
    refuse_before_disbursement(case)
    due_fen = case.to_forward_fen(case.not_before_disbursement(turn.time))
    turn.emit("bridge.forwarded.v1", case.subject, {"to_forward_fen": due_fen}, "ZJ-14")
    payee = data.payee_account.model_dump()
    if not same_account(payee, case.collection_account):
        violate(turn, case, "payee-mismatch", case.collection_account, payee, "ZJ-14")
    if data.amount_fen < due_fen:
        violate(turn, case, "amount-short", due_fen, data.amount_fen, "ZJ-14")
    follow_up(turn, case)


@answers("ZJ-14/1", "ZJ-16/1")
def conclude_forward(turn: Turn, timer: Timer) -> None:
    """The timer `forward`: at the forwarding period's end something is left to forward."""
    case: BridgeCase = turn.state.cases[timer.subject]
    left = case.to_forward_fen(timer.due_at, until=timer.due_at)
    if left:
        conclude_breach_of(turn, case, "renewal-not-forwarded", left)


def forwarded(state: State, event: Event) -> None:
    """That much is forwarded, when it went to the account that the notice names."""
    case, told = state.cases[event.subject], event.data
    case.paid_refs.append(f"bank.bridge.forwarding.v1|{told['payment_ref']}")
    if same_account(told["payee_account"], case.collection_account):
        case.forwardings.append(Moved(case.not_before_disbursement(event.time), told["amount_fen"]))
