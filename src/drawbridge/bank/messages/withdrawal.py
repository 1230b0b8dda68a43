"""`bank.bridge.withdrawal.v1`: the case ends before any money moved."""

from typing import ClassVar

from drawbridge.bank.forms import MessageData, Text


class Withdrawal(MessageData):
    """The application is withdrawn before the disbursement; the case is closed."""

    TYPE: ClassVar[str] = "bank.bridge.withdrawal.v1"

    reason: Text
    """Why it was withdrawn."""
