"""What a late fact undoes, and what follows once a case stands as it does now.

A lapse holds by the facts up to its instant. When a fact recorded later says that it does not, it is rescinded with its
consequences, or contested when it is settled; then a breach is cured, and a raised credit record settled.
"""

from collections.abc import Callable

from drawbridge.law.article import answers
from drawbridge.law.bridge.case import DEFAULTED, OVERDUE, SETTLEMENT_MISSED, BridgeCase
from drawbridge.law.case import Lapse
from drawbridge.law.parties.breach import BREACHED, conclude_breach, rescind_breach
from drawbridge.law.parties.contest import may_undo
from drawbridge.law.parties.credit import retract_record, settle_if_closed
from drawbridge.law.turn import Turn


def follow_up(turn: Turn, case: BridgeCase) -> None:
    """Undo what no longer holds, in the order in which it was concluded; then cure, then settle."""
    for lapse in list(case.lapses):
        if lapse.type in _RULES and not _HOLDS[lapse.type](case, lapse):
            undo(turn, case, lapse)
    _cure(turn, case)
    settle_if_closed(turn, case)


def undo(turn: Turn, case: BridgeCase, lapse: Lapse) -> None:
    """Rescind a lapse with its consequences, or contest it when it is settled."""
    if may_undo(turn, case.subject, lapse, ruled_on=_is_ruled_on(case, lapse)):
        _RULES[lapse.type](turn, case, lapse)


def rescind_overdue(turn: Turn, case: BridgeCase, lapse: Lapse) -> None:
    """Take an overdue back."""
    turn.emit("bridge.overdue.rescinded.v1", case.subject, _withdrawn(lapse), "ZJ-11")


def rescind_default(turn: Turn, case: BridgeCase, lapse: Lapse) -> None:
    """Take a default back, and retract the credit record that it led to."""
    turn.emit("bridge.default.rescinded.v1", case.subject, _withdrawn(lapse), "ZJ-11")
    retract_record(turn, case)


def _rescind_settlement(turn: Turn, case: BridgeCase, lapse: Lapse) -> None:
    turn.emit("bridge.settlement.rescinded.v1", case.subject, _withdrawn(lapse), "ZJ-13")


def _rescind_breach(turn: Turn, case: BridgeCase, _lapse: Lapse) -> None:
    assert case.breach is not None  # noqa: S101 - its lapse stands
    rescind_breach(turn, case, case.breach)


def _withdrawn(lapse: Lapse) -> dict[str, object]:
    """Repeat the data of what is withdrawn."""
    return {key: value for key, value in lapse.data.items() if key not in ("basis", "outside_validity")}


@answers("ZJ-16/1")
def conclude_breach_of(turn: Turn, case: BridgeCase, kind: str, default_amount_fen: int) -> None:
    """Conclude a breach; it is cured at once when the bank has performed by now."""
    conclude_breach(turn, case, kind, default_amount_fen)
    _cure(turn, case)


def _cure(turn: Turn, case: BridgeCase) -> None:
    """Say once that the bank has performed after all; the penalty stands until it is ruled on."""
    breach = case.breach
    if breach is None or not breach.stands or breach.cured:
        return
    if breach.kind == "renewal-not-forwarded":
        performed = case.closed or case.to_forward_fen(case.not_before_disbursement(turn.time)) == 0
    else:
        performed = case.renewed_fen() >= case.promised_fen
    if performed:
        told = {"bank": breach.bank, "case": case.subject, "kind": breach.kind}
        turn.emit("bank.breach.cured.v1", case.subject, told, "ZJ-16")


def _is_outstanding_at(case: BridgeCase, lapse: Lapse) -> bool:
    return case.is_outstanding(lapse.at)


def _is_settlement_missing(case: BridgeCase, lapse: Lapse) -> bool:
    assert case.ledger is not None  # noqa: S101 - it was concluded on a disbursed loan
    return case.settled_fen(lapse.at) < case.ledger.principal_fen


def _is_breach(case: BridgeCase, lapse: Lapse) -> bool:
    at = case.not_before_disbursement(lapse.at)
    if lapse.name == "renewal-not-forwarded":
        return case.to_forward_fen(at, until=at) > 0
    return case.is_outstanding(at) and case.renewed_fen(at) < case.promised_fen


def _is_ruled_on(case: BridgeCase, lapse: Lapse) -> bool:
    """Tell whether an operator has ruled on a lapse: a penalty ruling on the breach, a credit ruling on the default."""
    if lapse.type == BREACHED:
        return case.breach is not None and case.breach.status == "confirmed"
    return lapse.type == DEFAULTED and case.credit is not None and case.credit.ruled_on


_HOLDS: dict[str, Callable[[BridgeCase, Lapse], bool]] = {
    OVERDUE: _is_outstanding_at,
    DEFAULTED: _is_outstanding_at,
    SETTLEMENT_MISSED: _is_settlement_missing,
    BREACHED: _is_breach,
}
_RULES: dict[str, Callable[[Turn, BridgeCase, Lapse], None]] = {
    OVERDUE: rescind_overdue,
    DEFAULTED: rescind_default,
    SETTLEMENT_MISSED: _rescind_settlement,
    BREACHED: _rescind_breach,
}
