"""`bank.pool.compensation-claim.v1`: the lender asks for compensation (QJ-17, QJ-18)."""

from typing import ClassVar

from drawbridge.bank.forms import MayBeAbsent, NonNegativeFen, Text
from drawbridge.bank.messages.pool.base import AboutLoan, Stage


class CompensationClaim(AboutLoan):
    """The lender's claim: on the contributions at maturity (QJ-17), on the risk fund a month later (QJ-18)."""

    TYPE: ClassVar[str] = "bank.pool.compensation-claim.v1"

    letter_no: Text
    """The letter's number (《关于使用…代偿…贷款的函》)."""
    stage: Stage
    """What is claimed on: contributions first, then the risk fund."""
    joint_finding_ref: MayBeAbsent[str] = None
    """The joint finding of office and lender that the borrower cannot repay (共同认定, QJ-17)."""
    outstanding_principal_fen: NonNegativeFen
    """Principal unpaid; the gateway's own figure."""
    outstanding_interest_fen: NonNegativeFen
    """Interest unpaid; the gateway's own figure."""
