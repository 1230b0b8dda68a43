"""`bank.pool.contribution.v1`: the enterprise pays its contribution (助保金, QJ-4)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, Text
from drawbridge.bank.messages.pool.base import AboutLoan


class PoolContribution(AboutLoan):
    """The contribution that the enterprise paid into the pool, once, before the contract (QJ-4, QJ-14)."""

    TYPE: ClassVar[str] = "bank.pool.contribution.v1"

    amount_fen: AmountFen
    """What was paid; at least 3 % of the principal."""
    payment_ref: Text
    """The payment's reference; a payment is reported once."""
