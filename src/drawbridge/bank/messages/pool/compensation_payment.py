"""`agency.pool.compensation-payment.v1`: the office compensates the lender (QJ-17, QJ-18)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, Text
from drawbridge.bank.messages.pool.base import AboutLoan, Stage


class CompensationPayment(AboutLoan):
    """A compensation that the office paid: from the contributions (QJ-17) or from the risk fund (QJ-18)."""

    TYPE: ClassVar[str] = "agency.pool.compensation-payment.v1"

    stage: Stage
    """From which of the two: contributions first, then the risk fund."""
    amount_fen: AmountFen
    """What was paid; what is unpaid of the instruction."""
    payment_ref: Text
    """The payment's reference; a payment is reported once."""
