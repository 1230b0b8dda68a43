"""`bank.bridge.disbursement.v1`: the bridge money was paid to the original bank (ZJ-13)."""

from typing import ClassVar

from drawbridge.bank.forms import Account, AmountFen, MessageData, Text


class Disbursement(MessageData):
    """The bridge loan's payment to the payee named (受托支付, ZJ-13). The term runs from it (ZJ-11)."""

    TYPE: ClassVar[str] = "bank.bridge.disbursement.v1"

    payment_ref: Text
    """The payment's reference; a payment is reported once."""
    amount_fen: AmountFen
    """What was paid."""
    payee_account: Account
    """The account that was paid; the notice's."""
