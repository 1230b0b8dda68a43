"""What is got back: to the lender's claim, then to the risk fund, then to the contributions (QJ-19)."""

from typing import NamedTuple

from drawbridge.bank.messages.pool.recovery import Recovery
from drawbridge.bank.rejects import Code, RefusedMovement, Rejected
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.ledger import Balance
from drawbridge.law.pool.aftermath import follow_up
from drawbridge.law.pool.book import book_of, recount
from drawbridge.law.pool.case import CONTRIBUTION, RISK_FUND, PoolCase
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

ALLOCATED = "pool.recovery.allocated.v1"


class Waterfall(NamedTuple):
    """Where a sum goes; its parts add up to it."""

    to_lender_fen: int
    to_risk_fund_fen: int
    to_contributions_fen: int
    excess_fen: int


@answers("QJ-19/2")
def waterfall(net_fen: int, claim_fen: int, risk_fund_fen: int, contributions_fen: int) -> Waterfall:
    """Share a sum among those who are owed, in the law's order.

    Args:
        net_fen: what there is.
        claim_fen: the lender's claim.
        risk_fund_fen: what the risk fund paid and has not got back.
        contributions_fen: what the contributions paid and have not got back.
    """
    to_lender = min(net_fen, claim_fen)
    left = net_fen - to_lender
    to_risk_fund = min(left, risk_fund_fen)
    left -= to_risk_fund
    to_contributions = min(left, contributions_fen)
    return Waterfall(to_lender, to_risk_fund, to_contributions, left - to_contributions)


@answers("QJ-19/1", "QJ-19/2")
def decide_recovery(turn: Turn, case: PoolCase, data: Recovery) -> None:
    """Share what was got back, costs and penalties taken off first; it stays as allocated."""
    ledger = case.ledger
    if ledger is None:
        detail = "no disbursement is known on this case: the lender reports it first"
        raise RefusedMovement(Code.NOT_DISBURSED, detail, "QJ-19", amount_fen=data.gross_fen)
    net = data.gross_fen - data.costs_fen - data.penalties_fen
    if net < 0:
        raise Rejected(Code.COSTS_OVER_GROSS, "costs and penalties are more than what came in", "QJ-19")
    at = case.not_before_disbursement(turn.time)
    shared = waterfall(net, ledger.balance(at).outstanding_fen, *_lost(case))
    _tell(turn, case, net, shared, ledger.parts(at, shared.to_lender_fen).after)
    close_when_all_is_back(turn, case)
    follow_up(turn, case)


@answers("QJ-19/2")
def allocate_excess(turn: Turn, case: PoolCase, excess_fen: int) -> None:
    """Share what a repayment left over, without costs (恢复还款); the lender's claim is met already."""
    _tell(turn, case, excess_fen, waterfall(excess_fen, 0, *_lost(case)), case.balance())


def close_when_all_is_back(turn: Turn, case: PoolCase) -> None:
    """Close a case on which nothing is outstanding and nothing is lost to the pool."""
    if not case.closed and not case.is_outstanding() and case.lost_fen == 0:
        turn.emit("pool.loan.closed.v1", case.subject, {}, "QJ-16", "QJ-19")


def _lost(case: PoolCase) -> tuple[int, int]:
    return case.funds[RISK_FUND].lost_fen, case.funds[CONTRIBUTION].lost_fen


def _tell(turn: Turn, case: PoolCase, net_fen: int, shared: Waterfall, after: Balance) -> None:
    told = {
        "net_fen": net_fen,
        **shared._asdict(),
        "outstanding_principal_fen": after.principal_fen,
        "outstanding_interest_fen": after.interest_fen,
    }
    turn.emit(ALLOCATED, case.subject, told, "QJ-19")


def allocated(state: State, event: Event) -> None:
    """The lender's claim is met by its part; each fund has its part back."""
    case, told, book = state.cases[event.subject], event.data, book_of(state)
    if told["to_lender_fen"]:
        case.ledger.pay(event.time, told["to_lender_fen"])
    for stage, part in ((RISK_FUND, "to_risk_fund_fen"), (CONTRIBUTION, "to_contributions_fen")):
        case.funds[stage].returned_fen += told[part]
        book.balances[stage] += told[part]
    recount(state, case)
