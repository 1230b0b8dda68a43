"""`operator.deposit.adjustment.v1`: a deposit is raised or cut after an inspection (ZJ-20)."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from drawbridge.bank.forms import MessageData, SignedFen, Text


def _not_nothing(delta_fen: int) -> int:
    if delta_fen == 0:
        raise PydanticCustomError("rule_of_field", "must not be 0: nothing would change")
    return delta_fen


Change = Annotated[SignedFen, AfterValidator(_not_nothing), Field(json_schema_extra={"not": {"const": 0}})]


class DepositAdjustment(MessageData):
    """A change of the city's deposit at a bank (ZJ-20)."""

    TYPE: ClassVar[str] = "operator.deposit.adjustment.v1"
    SUBJECT: ClassVar[str] = "bank/<code>"

    kind: Literal["special-fund", "fiscal"]
    """Special fund (专项资金) or fiscal deposit (财政存款)."""
    delta_fen: Change
    """What is added (above 0) or taken away (below 0)."""
    reason: Text
    """Why, e.g. the inspection's result."""
