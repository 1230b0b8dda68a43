"""The original bank does not do as its letter says: what follows, and the rulings on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from drawbridge.bank.messages.penalty_ruling import PenaltyRuling
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.case import Lapse
from drawbridge.law.event import Event
from drawbridge.law.parties.deposits import FISCAL
from drawbridge.law.parties.enrolment import parties_profile
from drawbridge.law.state import Bank, State
from drawbridge.law.turn import Turn

BREACHED = "bank.breached.v1"
_REGULATOR = ["regulator", "finance-bureau"]


@dataclass(slots=True)
class Breach:
    """A breach concluded on a case, and its penalty."""

    bank: str
    kind: str
    default_amount_fen: int
    """As concluded; a ruling may confirm another base."""
    status: str = "proposed"
    """`proposed`, `confirmed`, `dismissed` or `rescinded`."""
    base_fen: int = 0
    """What the penalty is computed from: the confirmed base once ruled on."""
    penalty_fen: int = 0
    reducible_fen: int = 0
    """How much of the penalty the bank's fiscal deposit covers."""
    cured: bool = False
    at: datetime | None = None
    """The instant by which the bank did not do as its letter says."""
    ruled_away_at: datetime | None = None
    """When a ruling dismissed or revoked it."""

    def stood_at(self, at: datetime) -> bool:
        """Tell whether it stood at an instant: a later ruling does not change what was so then."""
        is_later = self.at is None or self.at > at
        return not is_later and (self.stands or (self.ruled_away_at is not None and self.ruled_away_at > at))

    @property
    def stands(self) -> bool:
        """Tell whether the penalty is proposed or confirmed."""
        return self.status in ("proposed", "confirmed")


class CaseWithBreach(Protocol):
    """What these rules need of a case."""

    subject: str
    original_bank: str
    breach: Breach | None
    lapses: list[Lapse]


def conclude_breach(turn: Turn, case: CaseWithBreach, kind: str, default_amount_fen: int) -> None:
    """Conclude a breach and its consequences, in the law's order; one a case, unless an earlier one was rescinded."""
    if default_amount_fen == 0 or (case.breach is not None and case.breach.status != "rescinded"):
        return
    bank = turn.state.banks[case.original_bank]
    article = parties_profile(turn.state).penalty_multiple.article
    of_case = {"bank": bank.code, "case": case.subject}
    what = {**of_case, "kind": kind, "default_amount_fen": default_amount_fen}
    turn.emit(BREACHED, case.subject, what, article)
    if not bank.suspended:
        turn.emit("bank.suspended.v1", f"bank/{bank.code}", of_case, article)
    penalty = _penalty(turn, bank, default_amount_fen, 0)
    turn.emit("deposit.penalty.raised.v1", case.subject, {**of_case, **penalty, "status": "proposed"}, article)
    if not bank.incentives_cancelled:
        turn.emit("bank.incentives.cancelled.v1", f"bank/{bank.code}", of_case, article)
    turn.emit("regulator.notified.v1", case.subject, {"to": _REGULATOR, **what}, article)


def _penalty(turn: Turn, bank: Bank, base_fen: int, own_reduction_fen: int) -> dict[str, Any]:
    """Compute the penalty on a base: how much the deposit covers, less what other proposals take of it."""
    multiple = parties_profile(turn.state).penalty_multiple.value
    penalty = multiple * base_fen
    others = bank.proposed_reductions_fen - own_reduction_fen
    reducible = max(0, min(penalty, bank.fiscal_fen - others))
    return {
        "default_amount_fen": base_fen,
        "multiple": multiple,
        "penalty_fen": penalty,
        "deposit_fen": bank.fiscal_fen,
        "reducible_fen": reducible,
        "shortfall_fen": penalty - reducible,
    }


def decide_penalty_ruling(turn: Turn, case: CaseWithBreach, data: PenaltyRuling) -> None:
    """Rule on a penalty: the law leaves its base open, so a human confirms, dismisses or revokes it."""
    breach = case.breach
    article = parties_profile(turn.state).penalty_multiple.article
    if data.ruling == "revoked":
        if breach is None or breach.status != "confirmed":
            raise Rejected(Code.NO_PENALTY_CONFIRMED, "no confirmed penalty stands on this case", article)
        rescind_breach(turn, case, breach)
        return
    if breach is None or breach.status != "proposed":
        raise Rejected(Code.NO_PENALTY_PROPOSED, "no proposed penalty stands on this case", article)
    bank = turn.state.banks[breach.bank]
    of_case = {"bank": bank.code, "case": case.subject}
    if data.ruling == "dismissed":
        dismissed = {**of_case, "default_amount_fen": breach.default_amount_fen, "penalty_fen": breach.penalty_fen}
        turn.emit("deposit.penalty.dismissed.v1", case.subject, dismissed, article)
        _restore_standing(turn, bank, of_case, article)
        return
    base = breach.default_amount_fen if data.default_amount_fen is None else data.default_amount_fen
    penalty = _penalty(turn, bank, base, breach.reducible_fen)
    turn.emit("deposit.penalty.confirmed.v1", case.subject, {**of_case, **penalty, "status": "confirmed"}, article)
    before = bank.fiscal_fen
    reduced = {**of_case, "kind": FISCAL, "before_fen": before, "after_fen": before - penalty["reducible_fen"]}
    turn.emit("deposit.reduced.v1", f"bank/{bank.code}", reduced, article)


def rescind_breach(turn: Turn, case: CaseWithBreach, breach: Breach) -> None:
    """Take a breach back with all that followed from it."""
    bank = turn.state.banks[breach.bank]
    article = parties_profile(turn.state).penalty_multiple.article
    of_case = {"bank": bank.code, "case": case.subject}
    what = {**of_case, "kind": breach.kind, "default_amount_fen": breach.default_amount_fen}
    was_confirmed = breach.status == "confirmed"
    turn.emit("bank.breach.rescinded.v1", case.subject, what, article)
    penalty = {**of_case, "default_amount_fen": breach.base_fen, "penalty_fen": breach.penalty_fen}
    turn.emit("deposit.penalty.rescinded.v1", case.subject, penalty, article)
    if was_confirmed:
        before = bank.fiscal_fen
        restored = {**of_case, "kind": FISCAL, "before_fen": before, "after_fen": before + breach.reducible_fen}
        turn.emit("deposit.restored.v1", f"bank/{bank.code}", restored, article)
    _restore_standing(turn, bank, of_case, article)
    turn.emit("regulator.notified.v1", case.subject, {"to": _REGULATOR, **what}, article)


def _restore_standing(turn: Turn, bank: Bank, of_case: dict[str, Any], article: str) -> None:
    """Reinstate a bank on which no breach stands any more."""
    if bank.standing_breaches:
        return
    if bank.suspended:
        turn.emit("bank.reinstated.v1", f"bank/{bank.code}", of_case, article)
    if bank.incentives_cancelled:
        turn.emit("bank.incentives.restored.v1", f"bank/{bank.code}", of_case, article)


# --- what the events make true


def breached(state: State, event: Event) -> None:
    """A breach stands on the case."""
    case, told = state.cases[event.subject], event.data
    case.breach = Breach(told["bank"], told["kind"], told["default_amount_fen"], at=event.time)
    case.lapses.append(Lapse(BREACHED, event.id, event.time, told["kind"], told))
    state.banks[told["bank"]].standing_breaches += 1


def penalty_raised(state: State, event: Event) -> None:
    """A penalty is proposed, and holds its part of the deposit."""
    breach = state.cases[event.subject].breach
    _hold(breach, event)
    state.banks[breach.bank].proposed_reductions_fen += breach.reducible_fen


def penalty_confirmed(state: State, event: Event) -> None:
    """A penalty is confirmed on its base."""
    breach = state.cases[event.subject].breach
    state.banks[breach.bank].proposed_reductions_fen -= breach.reducible_fen
    _hold(breach, event)
    breach.status = "confirmed"


def penalty_dismissed(state: State, event: Event) -> None:
    """A penalty is dismissed: the breach no longer stands."""
    _fall(state, event, "dismissed")


def breach_rescinded(state: State, event: Event) -> None:
    """A breach is taken back."""
    _fall(state, event, "rescinded")


def breach_cured(state: State, event: Event) -> None:
    """The bank has performed after all; the penalty stands until it is ruled on."""
    state.cases[event.subject].breach.cured = True


def _hold(breach: Breach, event: Event) -> None:
    breach.base_fen = event.data["default_amount_fen"]
    breach.penalty_fen = event.data["penalty_fen"]
    breach.reducible_fen = event.data["reducible_fen"]


def _fall(state: State, event: Event, status: str) -> None:
    case = state.cases[event.subject]
    breach = case.breach
    bank = state.banks[breach.bank]
    if breach.status == "proposed":
        bank.proposed_reductions_fen -= breach.reducible_fen
    breach.status = status
    breach.ruled_away_at = event.time if "ruling" in event.data else None
    bank.standing_breaches -= 1
    case.lapses = [lapse for lapse in case.lapses if lapse.type != BREACHED]


def suspended(state: State, event: Event) -> None:
    """New notices and applications through the bank are refused."""
    _bank(state, event).suspended = True


def reinstated(state: State, event: Event) -> None:
    """The bank may apply again."""
    _bank(state, event).suspended = False


def incentives_cancelled(state: State, event: Event) -> None:
    """All incentives of the bank are cancelled."""
    _bank(state, event).incentives_cancelled = True


def incentives_restored(state: State, event: Event) -> None:
    """They hold again."""
    _bank(state, event).incentives_cancelled = False


def _bank(state: State, event: Event) -> Bank:
    return state.banks[event.subject.removeprefix("bank/")]
