"""`bank.bridge.application.v1`: the enterprise applies at the main bank (ZJ-7.1, ZJ-8)."""

from typing import ClassVar, Literal

from drawbridge.bank.forms import AmountFen, Date, Enterprise, MessageData, Text

Material = Literal[
    "approval-form",
    "business-licence",
    "identity",
    "loan-card",
    "organisation-code",
    "financial-statements",
    "renewal-notice",
]


class Applicant(Enterprise):
    """The applicant, and what entitles it (ZJ-5, ZJ-6)."""

    industry: Text
    """The industry (所属行业), with its class of GB/T 4754 if known."""
    established_on: Date
    """The day of establishment; at least a year before the application (ZJ-6.2)."""
    district: Text
    """The district (ZJ-5): 丹徒区, 京口区, 润州区 or 镇江新区."""
    size: Literal["micro", "small", "sole-proprietor"]
    """The enterprise's size: micro, small, or a sole proprietor (个体工商户)."""
    nurtured: bool
    """Whether it is on the list of enterprises that are nurtured first (ZJ-6.1)."""


class Application(MessageData):
    """The application for a bridge loan (周转贷款申请, ZJ-2, ZJ-5 to ZJ-9)."""

    TYPE: ClassVar[str] = "bank.bridge.application.v1"

    enterprise: Applicant
    """The applicant; the same enterprise as in the notice."""
    amount_fen: AmountFen
    """What is applied for: at most the original principal (ZJ-2) and within the cap (ZJ-9)."""
    materials: list[Material]
    """The materials that were handed in (ZJ-8)."""
