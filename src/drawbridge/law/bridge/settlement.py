"""The original bank settles the old loan with the bridge money."""

from drawbridge.bank.messages.settlement import Settlement
from drawbridge.bank.rejects import Code, RefusedMovement
from drawbridge.law.article import answers
from drawbridge.law.bridge.aftermath import follow_up
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.bridge.disbursement import violate
from drawbridge.law.case import Moved
from drawbridge.law.event import Event
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@answers("ZJ-2/1", "ZJ-13/1")
def decide_settlement(turn: Turn, case: BridgeCase, data: Settlement) -> None:
    """Record a settlement; it may overtake the main bank's word of the disbursement."""
    if case.principal_fen is None:
        raise RefusedMovement(Code.NOT_CONTRACTED, "there is no contract on this case", "ZJ-13")
    turn.emit("bridge.original_loan.settled.v1", case.subject, {}, "ZJ-13")
    if data.original_contract_no != case.original_contract_no:
        violate(turn, case, "wrong-loan-settled", case.original_contract_no, data.original_contract_no, "ZJ-13")
    follow_up(turn, case)


def original_loan_settled(state: State, event: Event) -> None:
    """The old loan is settled by that much, when it is the one that the notice names."""
    case, told = state.cases[event.subject], event.data
    case.paid_refs.append(f"bank.bridge.settlement.v1|{told['payment_ref']}")
    if told["original_contract_no"] == case.original_contract_no:
        case.settlements.append(Moved(event.time, told["amount_fen"]))
