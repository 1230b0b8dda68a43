"""`bank.pool.repayment.v1`: the borrower repays (QJ-16)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, Text
from drawbridge.bank.messages.pool.base import AboutLoan


class PoolRepayment(AboutLoan):
    """A repayment: interest first, then principal; after a compensation also what the pool paid (QJ-16, QJ-19)."""

    TYPE: ClassVar[str] = "bank.pool.repayment.v1"

    amount_fen: AmountFen
    """What was paid."""
    payment_ref: Text
    """The payment's reference; a payment is reported once."""
