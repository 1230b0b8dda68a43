"""`bank.pool.disbursement.v1`: the lender pays the loan out (QJ-15)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, Text
from drawbridge.bank.messages.pool.base import AboutLoan


class PoolDisbursement(AboutLoan):
    """The loan was paid out (QJ-2, QJ-15)."""

    TYPE: ClassVar[str] = "bank.pool.disbursement.v1"

    amount_fen: AmountFen
    """What was paid; the contracted principal."""
    payment_ref: Text
    """The payment's reference; a payment is reported once."""
