"""The original bank renews the loan, as its letter promised."""

from drawbridge.bank.messages.renewal import Renewal
from drawbridge.bank.rejects import Code, RefusedMovement
from drawbridge.law.article import answers
from drawbridge.law.bridge.aftermath import conclude_breach_of, follow_up
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.case import Moved
from drawbridge.law.event import Event
from drawbridge.law.state import State
from drawbridge.law.timers import Timer
from drawbridge.law.turn import Turn


@answers("ZJ-14/1", "ZJ-annex-3/4")
def decide_renewal(turn: Turn, case: BridgeCase, data: Renewal) -> None:
    """Record a renewal, whole or in part; each starts a forwarding period of its own."""
    refuse_before_disbursement(case)
    told = {
        "renewed_fen": case.renewed_fen() + data.amount_fen,
        "forward_by": turn.state.close_of_business(case.not_before_disbursement(turn.time)).isoformat(),
    }
    turn.emit("bridge.renewed.v1", case.subject, told, "ZJ-14")
    follow_up(turn, case)


def refuse_before_disbursement(case: BridgeCase) -> None:
    """Refuse what cannot have moved before the bridge money did.

    Raises:
        RefusedMovement: `not-disbursed`.
    """
    if case.ledger is None:
        detail = "no disbursement is known on this case: the main bank reports it first"
        raise RefusedMovement(Code.NOT_DISBURSED, detail, "ZJ-14")


@answers("ZJ-16/1", "ZJ-annex-3/3")
def conclude_promise(turn: Turn, timer: Timer) -> None:
    """The timer `promise`: by the promised day the renewal has not come, or not in full."""
    case: BridgeCase = turn.state.cases[timer.subject]
    outstanding = case.balance(timer.due_at).outstanding_fen
    renewed_fen = case.renewed_fen(timer.due_at)
    if not outstanding or renewed_fen >= case.promised_fen:
        return
    if renewed_fen == 0:
        conclude_breach_of(turn, case, "renewal-not-disbursed", outstanding)
    else:
        conclude_breach_of(turn, case, "renewal-short", min(outstanding, case.promised_fen - renewed_fen))


def renewed(state: State, event: Event) -> None:
    """The loan is renewed by that much, and a forwarding period begins."""
    case, told = state.cases[event.subject], event.data
    case.paid_refs.append(f"bank.bridge.renewal.v1|{told['payment_ref']}")
    case.renewals.append(Moved(event.time, told["amount_fen"]))
    end = state.close_of_business(case.not_before_disbursement(event.time))
    state.set_timer(event, "forward", end, number=len(case.renewals))
