"""`operator.penalty.ruling.v1`: a human rules on a proposed penalty (ZJ-16)."""

from typing import ClassVar, Literal

from pydantic import ConfigDict, model_validator

from drawbridge.bank.forms import MayBeAbsent, MessageData, NonNegativeFen, violation


class PenaltyRuling(MessageData):
    """The ruling on the cut of a breaching bank's deposit (ZJ-16)."""

    TYPE: ClassVar[str] = "operator.penalty.ruling.v1"
    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"ruling": {"const": "upheld"}}},
            "else": {"not": {"required": ["default_amount_fen"]}},
        }
    )

    ruling: Literal["upheld", "dismissed", "revoked"]
    """The ruling."""
    default_amount_fen: MayBeAbsent[NonNegativeFen] = None
    """The base of the penalty as the ruling sees it; stands with `upheld` only."""

    @model_validator(mode="after")
    def _only_an_upheld_penalty_has_a_base(self) -> "PenaltyRuling":
        if self.default_amount_fen is not None and self.ruling != "upheld":
            raise violation("default_amount_fen", "stands in a ruling that upholds nothing: leave it out")
        return self
