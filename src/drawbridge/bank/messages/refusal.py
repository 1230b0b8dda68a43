"""`bank.bridge.refusal.v1`: the original bank will not renew (ZJ-16)."""

from typing import ClassVar

from drawbridge.bank.forms import MessageData, Text


class Refusal(MessageData):
    """The original bank refuses the renewal that it promised (ZJ-16)."""

    TYPE: ClassVar[str] = "bank.bridge.refusal.v1"

    reason: Text
    """Why it refuses."""
