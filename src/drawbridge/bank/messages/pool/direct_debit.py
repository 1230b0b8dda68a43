"""`bank.pool.direct-debit.v1`: the lender debits the contributions itself (QJ-17)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, Text
from drawbridge.bank.messages.pool.base import AboutLoan


class DirectDebit(AboutLoan):
    """What the lender took from the contributions because the office had not paid in full (扣收, QJ-17)."""

    TYPE: ClassVar[str] = "bank.pool.direct-debit.v1"

    amount_fen: AmountFen
    """What was debited."""
    payment_ref: Text
    """The payment's reference; a payment is reported once."""
