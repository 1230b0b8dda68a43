"""What the messages of a guarantee pool have in common."""

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from drawbridge.bank.forms import Form, MayBeAbsent, MessageData, OrgCode, Uscc, violation

LOAN = "pool/<lender>/<loan no>"
MEMBER = "enterprise/<uscc or org_code>"
ACCOUNT = "account/<pool>"

#: first the contributions, then the risk fund
Stage = Annotated[Literal["contribution", "risk-fund"], Field(title="Stage")]


class AboutLoan(MessageData):
    """A message about one assisted loan."""

    SUBJECT: ClassVar[str] = LOAN


class EnterpriseCode(Form):
    """An enterprise, named by exactly one of its codes."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"required": ["uscc"]},
            "then": {"not": {"required": ["org_code"]}},
            "else": {"required": ["org_code"]},
        }
    )

    uscc: MayBeAbsent[Uscc] = None
    """The unified social credit code (统一社会信用代码)."""
    org_code: MayBeAbsent[OrgCode] = None
    """The organisation code (组织机构代码), for a message whose time is up to 2017-12-31."""

    @model_validator(mode="after")
    def _exactly_one_code(self) -> "EnterpriseCode":
        if (self.uscc is None) == (self.org_code is None):
            if self.uscc is None:
                raise violation("uscc", "is missing, and so is `org_code`: send exactly one of the two")
            raise violation("org_code", "stands beside `uscc`: send exactly one of the two")
        return self
