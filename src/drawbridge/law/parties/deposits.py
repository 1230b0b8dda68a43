"""The city's money at a bank: the special fund that makes a main bank's capacity, and the fiscal deposit."""

from drawbridge.bank.messages.deposit_adjustment import DepositAdjustment
from drawbridge.bank.messages.deposit_placement import DepositPlacement
from drawbridge.bank.messages.reinstatement import Reinstatement
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.event import Event
from drawbridge.law.parties.enrolment import enrolled_bank, parties_profile
from drawbridge.law.state import Bank, State
from drawbridge.law.turn import Turn

SPECIAL_FUND = "special-fund"
FISCAL = "fiscal"


def decide_placement(turn: Turn, _case: None, data: DepositPlacement) -> None:
    """Place a deposit: the amount is the new total."""
    before = _deposit(enrolled_bank(turn), data.kind)
    article = parties_profile(turn.state).match_ratio.article
    turn.emit("deposit.placed.v1", turn.subject, {"before_fen": before, "after_fen": data.amount_fen}, article)


def decide_adjustment(turn: Turn, _case: None, data: DepositAdjustment) -> None:
    """Raise or cut a deposit after an inspection."""
    before = _deposit(enrolled_bank(turn), data.kind)
    after = before + data.delta_fen
    article = parties_profile(turn.state).inspection.article
    if after < 0:
        raise Rejected(Code.DEPOSIT_BELOW_ZERO, f"only {before} fen stand there: cut less", article)
    turn.emit("deposit.adjusted.v1", turn.subject, {"before_fen": before, "after_fen": after}, article)


def decide_reinstatement(turn: Turn, _case: None, _data: Reinstatement) -> None:
    """Let a suspended bank apply again, by a ruling."""
    article = parties_profile(turn.state).penalty_multiple.article
    if not enrolled_bank(turn).suspended:
        raise Rejected(Code.NOT_SUSPENDED, "the bank is not suspended: nothing to reinstate", article)
    turn.emit("bank.reinstated.v1", turn.subject, {"bank": turn.named["bank"]}, article)


def deposit_changed(state: State, event: Event) -> None:
    """Hold what a deposit is after the event."""
    bank = state.banks[event.subject.removeprefix("bank/")]
    if event.data["kind"] == SPECIAL_FUND:
        bank.special_fund_fen = event.data["after_fen"]
    else:
        bank.fiscal_fen = event.data["after_fen"]


def _deposit(bank: Bank, kind: str) -> int:
    return bank.special_fund_fen if kind == SPECIAL_FUND else bank.fiscal_fen
