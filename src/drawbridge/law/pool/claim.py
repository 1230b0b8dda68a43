"""The lender's claims: on the contributions when the loan is due, on the risk fund a month later."""

from typing import Any

from drawbridge.bank.messages.pool.compensation_claim import CompensationClaim
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.pool.aftermath import follow_up
from drawbridge.law.pool.book import Pending, book_of, pending_key, pool_profile
from drawbridge.law.pool.case import CONTRIBUTION, RISK_FUND, Instruction, PoolCase, Share
from drawbridge.law.pool.deadlines import STAGE_ONE, STAGE_TWO, due_day, month_end, set_deadline, window_end
from drawbridge.law.proof import count_deadline
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

INSTRUCTED = "pool.compensation.instructed.v1"
_HUNDRED = 100
_FROM = {CONTRIBUTION: "contributions", RISK_FUND: "risk-fund"}


@answers("QJ-17/1", "QJ-18/1")
def decide_claim(turn: Turn, case: PoolCase, data: CompensationClaim) -> None:
    """Take a claim, one a stage, and instruct the office to pay."""
    article = "QJ-17" if data.stage == CONTRIBUTION else "QJ-18"
    if case.ledger is None:
        raise Rejected(Code.NOT_DISBURSED, "no disbursement is known on this case", article)
    if data.stage in case.instructions:
        raise Rejected(Code.ALREADY_CLAIMED, "this stage is claimed already", article)
    if data.stage == CONTRIBUTION:
        _claim_on_contributions(turn, case, data)
    else:
        _claim_on_risk_fund(turn, case, data)
    follow_up(turn, case)


@answers("QJ-17/1")
def _claim_on_contributions(turn: Turn, case: PoolCase, data: CompensationClaim) -> None:
    """The first stage: on or after the due day, by a joint finding, for what is outstanding."""
    due_on = due_day(turn.state, case)
    if turn.time.date() < due_on:
        raise Rejected(Code.NOT_MATURED, f"the loan is due on {due_on}", "QJ-17")
    if not data.joint_finding_ref:
        detail = "office and lender must find together that the borrower cannot repay"
        raise Rejected(Code.JOINT_FINDING_MISSING, detail, "QJ-17")
    _check_figures(turn, case, data, "QJ-17")
    outstanding = _check_outstanding(turn, case, "QJ-17")
    due_at = turn.state.close_of_business(turn.time).isoformat()
    _instruct(turn, case, CONTRIBUTION, outstanding, due_at)


@answers("QJ-18/1")
def _claim_on_risk_fund(turn: Turn, case: PoolCase, data: CompensationClaim) -> None:
    """The second stage: the contributions did not suffice, and the loan is a month overdue."""
    if CONTRIBUTION not in case.instructions or case.unpaid_fen(CONTRIBUTION, turn.time):
        detail = "the contributions must be claimed on and paid in full first"
        raise Rejected(Code.FIRST_STAGE_OPEN, detail, "QJ-18")
    outstanding = _check_outstanding(turn, case, "QJ-18")
    last = month_end(turn.state, case)
    if turn.time.date() <= last:
        raise Rejected(Code.CLAIM_TOO_EARLY, f"it may be claimed after {last}", "QJ-18")
    _check_figures(turn, case, data, "QJ-18")
    profile = pool_profile(turn.state)
    government = outstanding * profile.government_percent.value // _HUNDRED
    shared = {"shortfall_fen": outstanding, "government_fen": government, "lender_fen": outstanding - government}
    turn.emit("pool.shortfall.shared.v1", case.subject, shared, "QJ-18")
    due = count_deadline(turn.state, turn.time.date(), profile.payment_working_days.value)
    _instruct(turn, case, RISK_FUND, government, due["due_at"])
    closed_on = window_end(turn.state, case)
    if turn.time > profile.close_on(closed_on):
        turn.emit("pool.claim.late.v1", case.subject, {"closed_on": closed_on.isoformat()}, "QJ-18")


def _check_figures(turn: Turn, case: PoolCase, data: CompensationClaim, article: str) -> None:
    """The lender's figures are the gateway's, to the fen."""
    balance = case.balance(turn.time)
    ours = {"outstanding_principal_fen": balance.principal_fen, "outstanding_interest_fen": balance.interest_fen}
    if ours != data.model_dump(include=set(ours)):
        detail = "the figures differ from the gateway's, which stand beside this: compare the payments"
        raise Rejected(Code.OUTSTANDING_MISMATCH, detail, article, ours=ours)


def _check_outstanding(turn: Turn, case: PoolCase, article: str) -> int:
    """Something is outstanding: how much."""
    outstanding = case.balance(turn.time).outstanding_fen
    if not outstanding:
        raise Rejected(Code.NOTHING_OUTSTANDING, "nothing is outstanding on this case", article)
    return outstanding


@answers("QJ-3.2/1", "QJ-17/1", "QJ-18/1")
def _instruct(turn: Turn, case: PoolCase, stage: str, wanted_fen: int, due_at: str) -> None:
    """Instruct the office to pay what is wanted, as far as the fund has it: never more than it has left."""
    available = book_of(turn.state).available_fen(stage, turn.time)
    amount = min(available, wanted_fen)
    told: dict[str, Any] = {"stage": stage, "from": _FROM[stage], "available_fen": available, "amount_fen": amount}
    if stage == RISK_FUND:
        told["unfunded_fen"] = wanted_fen - amount
    article = "QJ-17" if stage == CONTRIBUTION else "QJ-18"
    turn.emit(INSTRUCTED, case.subject, {**told, "due_at": due_at}, article)


def shared(state: State, event: Event) -> None:
    """The shortfall is shared."""
    state.cases[event.subject].shared = Share(event.time, event.data["government_fen"])


def instructed(state: State, event: Event) -> None:
    """The office is to pay, and its day waits."""
    case, told, book = state.cases[event.subject], event.data, book_of(state)
    stage, amount = told["stage"], told["amount_fen"]
    case.instructions[stage] = Instruction(event.time, amount)
    book.statement.instructed_fen += amount
    if amount:
        since = case.balance().nothing_since
        book.pending[pending_key(stage, case)] = Pending(stage, amount, case.ledger.disbursed_at, since)
    set_deadline(state, event, STAGE_ONE if stage == CONTRIBUTION else STAGE_TWO)
