"""`operator.bank.reinstatement.v1`: a suspended bank may take part again (ZJ-16)."""

from typing import ClassVar

from drawbridge.bank.forms import MessageData, Text


class Reinstatement(MessageData):
    """The ruling that lets a suspended bank take part again (ZJ-16)."""

    TYPE: ClassVar[str] = "operator.bank.reinstatement.v1"
    SUBJECT: ClassVar[str] = "bank/<code>"

    ruling_no: Text
    """The number of the ruling."""
