"""`agency.pool.admission.v1`: an enterprise joins the pool (小微工业企业池, QJ-7, QJ-13)."""

from typing import ClassVar, Literal

from pydantic import Field

from drawbridge.bank.forms import Date, Form, MessageData, Text
from drawbridge.bank.messages.pool.base import MEMBER, EnterpriseCode

Finding = Literal["clear", "objection"]
Condition = Literal[
    "registered-legal-person",
    "premises-and-governance",
    "products-and-taxes",
    "business-with-lender",
    "credit-policy",
    "clean-credit-record",
    "collateral-half",
    "lender-conditions",
]


class Inquiries(Form):
    """What four offices answered about the enterprise (QJ-13)."""

    safety: Finding
    """Work safety (安监)."""
    environment: Finding
    """Environmental protection (环保)."""
    social_security: Finding = Field(alias="social-security")
    """Social security (社保)."""
    tax: Finding
    """Tax (税务)."""


class PoolAdmission(MessageData, EnterpriseCode):
    """The office admits an enterprise: four inquiries, and the eight conditions of article 7 attested (QJ-7, QJ-13)."""

    TYPE: ClassVar[str] = "agency.pool.admission.v1"
    SUBJECT: ClassVar[str] = MEMBER

    name: Text
    """The registered name (企业名称)."""
    applied_on: Date
    """The day on which the enterprise applied; up to the 10th counts for the month (QJ-13)."""
    inquiries: Inquiries
    """What the four offices answered."""
    conditions: list[Condition]
    """The conditions of QJ-7 that are attested; all eight are needed."""
