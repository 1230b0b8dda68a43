"""`bank.pool.recovery.v1`: money was got back from the borrower or the collateral (追偿, QJ-19)."""

from typing import ClassVar

from drawbridge.bank.forms import NonNegativeFen
from drawbridge.bank.messages.pool.base import AboutLoan


class Recovery(AboutLoan):
    """Money recovered: after costs and penalties it goes to the lender, the risk fund, the contributions (QJ-19)."""

    TYPE: ClassVar[str] = "bank.pool.recovery.v1"

    gross_fen: NonNegativeFen
    """What came in."""
    costs_fen: NonNegativeFen
    """What getting it cost (追索费用)."""
    penalties_fen: NonNegativeFen
    """Penalties for breach (违约金)."""
