"""`bank.bridge.renewal.v1`: the renewal loan was paid out (ZJ-14)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, MessageData, Text


class Renewal(MessageData):
    """The original bank's word that it renewed the loan; it may come in parts (ZJ-14)."""

    TYPE: ClassVar[str] = "bank.bridge.renewal.v1"

    payment_ref: Text
    """The payment's reference; a payment is reported once."""
    renewal_contract_no: Text
    """The number of the renewal contract."""
    amount_fen: AmountFen
    """What was paid out this time."""
