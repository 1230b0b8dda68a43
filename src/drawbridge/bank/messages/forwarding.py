"""`bank.bridge.forwarding.v1`: the renewal money was sent on to the main bank (ZJ-14)."""

from typing import ClassVar

from drawbridge.bank.forms import Account, AmountFen, MessageData, Text


class Forwarding(MessageData):
    """The original bank's payment of renewal money to the main bank (ZJ-14)."""

    TYPE: ClassVar[str] = "bank.bridge.forwarding.v1"

    payment_ref: Text
    """The payment's reference; a payment is reported once."""
    amount_fen: AmountFen
    """What was sent."""
    payee_account: Account
    """The account that was paid; the notice's collection account."""
