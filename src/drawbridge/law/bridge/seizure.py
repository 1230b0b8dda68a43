"""Accounts or collateral of the borrower are seized: the original bank assists the main bank."""

from drawbridge.bank.messages.seizure import Seizure
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.turn import Turn


@answers("ZJ-17/1")
def decide_seizure(turn: Turn, case: BridgeCase, _data: Seizure) -> None:
    """Call on the original bank to press the borrower together with the main bank."""
    if not case.is_outstanding():
        raise Rejected(Code.NOT_DISBURSED, "nothing is outstanding on this case", "ZJ-17")
    turn.emit("bridge.assets.seized.v1", case.subject, {}, "ZJ-17")
    turn.emit("bridge.assistance.required.v1", case.subject, {"to": case.original_bank}, "ZJ-17")
