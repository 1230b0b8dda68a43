"""`agency.pool.recommendation.v1`: the letter with which a member asks a lender (推荐函, QJ-8.1, QJ-14)."""

from typing import ClassVar

from drawbridge.bank.forms import Cnaps, Text
from drawbridge.bank.messages.pool.base import AboutLoan, EnterpriseCode


class PoolRecommendation(AboutLoan, EnterpriseCode):
    """The office recommends a member to a lender (《“助保贷”业务推荐函》). It opens the case."""

    TYPE: ClassVar[str] = "agency.pool.recommendation.v1"

    letter_no: Text
    """The letter's number."""
    lender: Cnaps
    """The lender (合作银行); the subject's."""
