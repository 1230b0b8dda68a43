"""`agency.pool.placement.v1`: the government adds to the risk fund (QJ-4)."""

from typing import ClassVar

from drawbridge.bank.forms import AmountFen, Cnaps, MessageData, WholeNumber
from drawbridge.bank.messages.pool.base import ACCOUNT


class PoolPlacement(MessageData):
    """Money placed in the risk fund (风险补偿金), and what a lender expects to lend that year (QJ-4)."""

    TYPE: ClassVar[str] = "agency.pool.placement.v1"
    SUBJECT: ClassVar[str] = ACCOUNT

    amount_fen: AmountFen
    """What is added."""
    lender: Cnaps
    """The lender (合作银行) whose lending it is for."""
    year: WholeNumber
    """The year that is meant."""
    expected_lending_fen: AmountFen
    """What that lender expects to lend in that year (预计当年发放额度)."""
