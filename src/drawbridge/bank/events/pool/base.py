"""What the events of a guarantee pool have in common."""

from typing import ClassVar

from drawbridge.bank.events.base import EventData, Outstanding
from drawbridge.bank.forms import Form, NonNegativeFen, SignedFen
from drawbridge.bank.messages.pool.base import LOAN


class AboutLoan(EventData):
    """An event about one assisted loan."""

    SUBJECT: ClassVar[str] = LOAN


class Allocated(Outstanding):
    """What a payment on the lender's claim went to. The parts are the changes of the totals."""

    interest_fen: SignedFen
    """What went to interest; negative when a late report moved an earlier part."""
    principal_fen: SignedFen
    """What went to principal; negative when a late report moved an earlier part."""
    excess_fen: SignedFen
    """What was paid too much."""


class Unpaid(Form):
    """What an instruction leaves to be paid."""

    unpaid_fen: NonNegativeFen
    """What was unpaid of the instruction, at most the claim outstanding then; 0 when none stands."""
