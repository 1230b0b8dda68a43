"""`bank.bridge.seizure.v1`: an authority seizes assets while money is on its way (ZJ-17)."""

from typing import ClassVar

from drawbridge.bank.forms import MessageData, Text


class Seizure(MessageData):
    """A court or another authority froze or seized assets of the borrower (ZJ-17)."""

    TYPE: ClassVar[str] = "bank.bridge.seizure.v1"

    order_no: Text
    """The number of the order."""
    authority: Text
    """Who ordered it."""
    object: Text
    """What was seized."""
