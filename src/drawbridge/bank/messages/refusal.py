"""`bank.bridge.refusal.v1`: the original bank will not renew (ZJ-16)."""

from typing import ClassVar

from pydantic import ConfigDict

from drawbridge.bank.forms import MessageData, Text


class Refusal(MessageData):
    """The original bank refuses the renewal that it promised (ZJ-16)."""

    TYPE: ClassVar[str] = "bank.bridge.refusal.v1"
    model_config = ConfigDict(title="Refusal")

    reason: Text
    """Why it refuses."""
