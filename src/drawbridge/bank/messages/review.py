"""`bank.bridge.review.v1`: the main bank approves or declines (ZJ-7.2, ZJ-7.2)."""

from typing import ClassVar, Literal

from pydantic import ConfigDict, model_validator

from drawbridge.bank.forms import AmountFen, Date, MayBeAbsent, MessageData, Text, violation


class Review(MessageData):
    """The main bank's review of an application (ZJ-6, ZJ-7)."""

    TYPE: ClassVar[str] = "bank.bridge.review.v1"
    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"outcome": {"const": "approved"}}},
            "then": {"required": ["approved_amount_fen"], "not": {"required": ["reasons"]}},
            "else": {
                "required": ["reasons"],
                "properties": {"reasons": {"minItems": 1}},
                "allOf": [
                    {"not": {"required": ["approved_amount_fen"]}},
                    {"not": {"required": ["original_bank_confirmed_on"]}},
                ],
            },
        }
    )

    outcome: Literal["approved", "declined"]
    """The decision."""
    approved_amount_fen: MayBeAbsent[AmountFen] = None
    """The amount approved; stands with `approved` only, and always."""
    reasons: MayBeAbsent[list[Text]] = None
    """Why it was declined; stands with `declined` only, at least one."""
    original_bank_confirmed_on: MayBeAbsent[Date] = None
    """The day on which the original bank confirmed its notice (ZJ-7.2); stands with `approved` only."""
    applicant_notified_on: Date
    """The day on which the applicant was told (ZJ-7.2)."""

    @model_validator(mode="after")
    def _fields_fit_the_outcome(self) -> "Review":
        if self.outcome == "approved":
            if self.approved_amount_fen is None:
                raise violation("approved_amount_fen", "is missing: an approval names the amount")
            if self.reasons is not None:
                raise violation("reasons", "stands in an approval: reasons are given when the application is declined")
            return self
        if self.approved_amount_fen is not None:
            raise violation("approved_amount_fen", "stands in a decline: only an approval names an amount")
        if not self.reasons:
            raise violation("reasons", "is missing or empty: a decline gives at least one reason")
        if self.original_bank_confirmed_on is not None:
            raise violation("original_bank_confirmed_on", "stands in a decline: only an approval rests on it")
        return self
