"""`bank.pool.decision.v1`: the lender approves or declines (QJ-9, QJ-14, QJ-15)."""

from typing import ClassVar, Literal

from pydantic import ConfigDict, model_validator

from drawbridge.bank.forms import AmountFen, MayBeAbsent, Text, violation
from drawbridge.bank.messages.pool.base import AboutLoan


class PoolDecision(AboutLoan):
    """The lender's decision; approval attests QJ-8.2 and QJ-8.3 (QJ-14)."""

    TYPE: ClassVar[str] = "bank.pool.decision.v1"
    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"outcome": {"const": "approved"}}},
            "then": {"required": ["amount_fen"], "not": {"required": ["reasons"]}},
            "else": {
                "required": ["reasons"],
                "properties": {"reasons": {"minItems": 1}},
                "not": {"required": ["amount_fen"]},
            },
        }
    )

    outcome: Literal["approved", "declined"]
    """The decision."""
    amount_fen: MayBeAbsent[AmountFen] = None
    """The amount approved; stands with `approved` only, and always."""
    reasons: MayBeAbsent[list[Text]] = None
    """Why it was declined; stands with `declined` only, at least one (QJ-15)."""

    @model_validator(mode="after")
    def _fields_fit_the_outcome(self) -> "PoolDecision":
        if self.outcome == "approved":
            if self.amount_fen is None:
                raise violation("amount_fen", "is missing: an approval names the amount")
            if self.reasons is not None:
                raise violation("reasons", "stands in an approval: reasons are given when the loan is declined")
            return self
        if self.amount_fen is not None:
            raise violation("amount_fen", "stands in a decline: only an approval names an amount")
        if not self.reasons:
            raise violation("reasons", "is missing or empty: a decline gives at least one reason")
        return self
