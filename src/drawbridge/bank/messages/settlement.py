"""`bank.bridge.settlement.v1`: the original loan was settled with the bridge money (ZJ-13)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, MessageData, Text


class Settlement(MessageData):
    """The original bank's word that the original loan was settled (ZJ-13)."""

    TYPE: ClassVar[str] = "bank.bridge.settlement.v1"

    payment_ref: Text
    """The payment's reference; a payment is reported once."""
    amount_fen: AmountFen
    """What was settled."""
    original_contract_no: Text
    """The contract that was settled; the notice's."""
