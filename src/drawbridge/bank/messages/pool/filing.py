"""`bank.pool.filing.v1`: the lender files the loan with the office (备案函, QJ-15)."""

from typing import ClassVar

from drawbridge.bank.forms import Date, Text
from drawbridge.bank.messages.pool.base import AboutLoan


class PoolFiling(AboutLoan):
    """The filing of a loan, three working days before it is paid out (《“助保贷”业务备案函》, QJ-15)."""

    TYPE: ClassVar[str] = "bank.pool.filing.v1"

    letter_no: Text
    """The letter's number."""
    planned_disbursement_on: Date
    """The day on which the lender means to pay the loan out."""
