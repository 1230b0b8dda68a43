"""The applicant abandons the renewal: the original bank renews and forwards all the same."""

from drawbridge.bank.messages.abandonment import Abandonment
from drawbridge.law.article import answers
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.turn import Turn


@answers("ZJ-15/1")
def decide_abandonment(turn: Turn, case: BridgeCase, _data: Abandonment) -> None:
    """Hold the original bank to the formalities done; no deadline changes."""
    turn.emit("bridge.renewal.abandoned.v1", case.subject, {}, "ZJ-15")
    turn.emit("bridge.renewal.enforced.v1", case.subject, {"to": case.original_bank}, "ZJ-15")
