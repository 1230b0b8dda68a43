"""`operator.credit.ruling.v1`: a human rules on a credit record (ZJ-23)."""

from typing import ClassVar, Literal

from drawbridge.bank.forms import MayBeAbsent, MessageData, Text


class CreditRuling(MessageData):
    """The ruling on a credit record: raise or drop a withheld one, retract a raised one (ZJ-23)."""

    TYPE: ClassVar[str] = "operator.credit.ruling.v1"
    SUBJECT: ClassVar[str] = "<the case>"

    ruling: Literal["raise", "drop", "retract"]
    """The ruling."""
    decision_no: Text
    """The number of the decision."""
    who: MayBeAbsent[Text] = None
    """One subject of a blacklisting that is retracted; a bridge loan has none."""
