"""`bank.bridge.abandonment.v1`: the enterprise gives the renewal up (ZJ-15)."""

from typing import ClassVar

from drawbridge.bank.forms import MessageData, Text


class Abandonment(MessageData):
    """The borrower no longer wants the renewal; the original bank renews all the same (ZJ-15)."""

    TYPE: ClassVar[str] = "bank.bridge.abandonment.v1"

    reason: Text
    """Why it was given up."""
