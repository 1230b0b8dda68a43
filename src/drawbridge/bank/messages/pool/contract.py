"""`bank.pool.contract.v1`: loan and guarantee contracts are signed (QJ-10 to QJ-12, QJ-14)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, Date, Form, MayBeAbsent, NonNegativeFen, Rate, Text
from drawbridge.bank.messages.pool.base import AboutLoan


class Instalment(Form):
    """One line of the schedule of repayment (QJ-12)."""

    due_on: Date
    """The day on which it is due."""
    principal_fen: AmountFen
    """The principal that is due then."""


class PoolContract(AboutLoan):
    """The contract of the assisted loan, with its guarantee (QJ-10 to QJ-12, QJ-14)."""

    TYPE: ClassVar[str] = "bank.pool.contract.v1"

    contract_no: Text
    """The contract's number."""
    principal_fen: AmountFen
    """The amount of the loan; at most what was approved."""
    signed_on: Date
    """The day of signing; the contribution is paid by then (QJ-4)."""
    matures_on: Date
    """The day of maturity, at most 12 months later (QJ-10)."""
    annual_rate: Rate
    """The yearly rate as decimal text."""
    comparable_rate: Rate
    """The rate of the lender's other kinds of loans; the loan's is not above it (QJ-11)."""
    collateral_value_fen: NonNegativeFen
    """What the collateral is worth; at least half of the principal (QJ-2, QJ-7.7)."""
    guarantee_contract_no: MayBeAbsent[str] = None
    """The number of the guarantee contract (QJ-14)."""
    schedule: list[Instalment]
    """One line at maturity, or instalments that add up to the principal (QJ-12)."""
