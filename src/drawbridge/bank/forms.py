"""The forms that the parts of a message take: amounts, dates, codes, parties. Each message is built of these.

A form says what a value looks like, never whether the law allows it: that is for `drawbridge.law`. Validation runs for
every message, so a form is checked by compiled patterns and bounds; only the credit code's checksum needs Python.
"""

from datetime import date
from operator import mul
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from drawbridge.bank.envelope import FIRST_DAY, LAST_DAY

T = TypeVar("T")

#: the largest whole number that every JSON reader keeps exactly (RFC 8259, section 6)
MAX_WHOLE = 2**53 - 1

_RATE = "^[0-9][.][0-9]{1,10}$"
_DIGEST = "^[0-9a-f]{64}$"
_CNAPS = "^[0-9]{12}$"
_ORG_CODE = "^[0-9A-Z]{9}$"
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
#: department, category, six digits of the region, nine of the organisation code, check character; no I O S V Z
_USCC = "^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$"

#: what each pattern means, for the sender
_MEANING = {
    _RATE: "must be a rate as decimal text such as 0.0560: one digit, a point, one to ten digits",
    _DIGEST: "must be a SHA-256 digest: 64 lower-case hex digits",
    _CNAPS: "must be a CNAPS bank code: 12 digits",
    _ORG_CODE: "must be an organisation code: 9 characters of 0-9 and A-Z, without a hyphen",
    _DATE: "must be a date in the form YYYY-MM-DD",
    _USCC: "must be a unified social credit code: 18 characters as in GB 32100-2015",
}

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (*(pow(3, place, 31) for place in range(17)), 1)
_USCC_VALUES = bytes.maketrans(_USCC_ALPHABET.encode(), bytes(range(31)))


def has_uscc_checksum(code: str) -> bool:
    """Tell whether the last character of a unified social credit code fits the others (GB 32100-2015, section 4).

    Args:
        code: 18 characters of the standard's alphabet.
    """
    total: int = sum(map(mul, _USCC_WEIGHTS, code.encode().translate(_USCC_VALUES)))
    return total % 31 == 0


def _checked_uscc(code: str) -> str:
    if not has_uscc_checksum(code):
        raise PydanticCustomError(
            "uscc_checksum", "has a check character that does not fit the others: look for a typing error"
        )
    return code


class _IsoDate:
    """Reads `YYYY-MM-DD` and nothing else into a date; pydantic's own form also takes numbers and instants."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.chain_schema(
            [
                core_schema.str_schema(pattern=_DATE, strict=True),
                core_schema.date_schema(strict=False, ge=FIRST_DAY, le=LAST_DAY),
            ]
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "format": "date", "examples": ["2014-03-10"]}


class _RefuseNull:
    """Takes the null out of an optional form: a field may be left out, but null is not absence."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        nullable = handler(source)
        inner: CoreSchema = nullable["schema"] if nullable["type"] == "nullable" else nullable
        return inner


#: a field that may be left out (it is None then) but is never null
MayBeAbsent = Annotated[T | None, _RefuseNull()]

AmountFen = Annotated[
    int, Field(gt=0, le=MAX_WHOLE, json_schema_extra={"x-unit": "fen", "format": "int64", "examples": [180000000]})
]
NonNegativeFen = Annotated[
    int, Field(ge=0, le=MAX_WHOLE, json_schema_extra={"x-unit": "fen", "format": "int64", "examples": [0]})
]
SignedFen = Annotated[
    int,
    Field(ge=-MAX_WHOLE, le=MAX_WHOLE, json_schema_extra={"x-unit": "fen", "format": "int64", "examples": [-500000]}),
]
WholeNumber = Annotated[int, Field(ge=-MAX_WHOLE, le=MAX_WHOLE, json_schema_extra={"format": "int64"})]
#: any whole number is of the form: it is for the law to refuse a term
WorkingDays = Annotated[int, Field(json_schema_extra={"x-unit": "working days", "examples": [15]})]
Text = Annotated[str, StringConstraints(min_length=1)]
Rate = Annotated[
    str, StringConstraints(pattern=_RATE), Field(json_schema_extra={"x-unit": "per year", "examples": ["0.0560"]})
]
Digest = Annotated[str, StringConstraints(pattern=_DIGEST), Field(json_schema_extra={"x-unit": "SHA-256, hex"})]
Date = Annotated[date, _IsoDate()]
Cnaps = Annotated[str, StringConstraints(pattern=_CNAPS), Field(examples=["105314000041"])]
OrgCode = Annotated[str, StringConstraints(pattern=_ORG_CODE), Field(examples=["MA1W20011"])]
Uscc = Annotated[
    str, StringConstraints(pattern=_USCC), AfterValidator(_checked_uscc), Field(examples=["91321100MA1W20011N"])
]


class Form(BaseModel):
    """A part of a message's data: frozen, strict, and closed (an unknown field is refused, nothing is dropped)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)


class MessageData(Form):
    """The `data` of one inbound message; a subclass is named by its message's type."""

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str] = "bridge/<original bank>/<notice no>"


class Account(Form):
    """A bank account. Two are the same when number and bank code are."""

    name: Text
    """The account's holder, as the bank writes it."""
    number: Text
    """The account's number."""
    bank_code: Cnaps
    """The CNAPS code of the bank, or of its branch, that keeps the account."""


class Enterprise(Form):
    """An enterprise, named by exactly one of its codes."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"required": ["uscc"]},
            "then": {"not": {"required": ["org_code"]}},
            "else": {"required": ["org_code"]},
        }
    )

    name: Text
    """The registered name (企业名称)."""
    uscc: MayBeAbsent[Uscc] = None
    """The unified social credit code (统一社会信用代码)."""
    org_code: MayBeAbsent[OrgCode] = None
    """The organisation code (组织机构代码), for a message whose time is up to 2017-12-31."""

    @model_validator(mode="after")
    def _exactly_one_code(self) -> "Enterprise":
        if (self.uscc is None) == (self.org_code is None):
            if self.uscc is None:
                raise violation("uscc", "is missing, and so is `org_code`: send exactly one of the two")
            raise violation("org_code", "stands beside `uscc`: send exactly one of the two")
        return self


def violation(field: str, sentence: str) -> ValidationError:
    """Return the error of a rule between fields, placed at the field that is to be mended.

    Args:
        field: the field's name in the model that is being validated.
        sentence: what is wrong with it; never holds the value that was sent.
    """
    error = PydanticCustomError("rule_between_fields", "{sentence}", {"sentence": sentence})
    return ValidationError.from_exception_data("data", [InitErrorDetails(type=error, loc=(field,), input=None)])


def first_violation(error: ValidationError) -> tuple[str, str]:
    """Name the first wrong field and say what to mend.

    Returns:
        The field's path in `data`, parts joined by dots and places in a list counted from 0 (`guarantors.0.name`),
        or `data` when the whole is of the wrong form; and what is wrong with it, to be read after the path. It never
        holds what was sent, for that may be personal data.
    """
    first = error.errors(include_url=False, include_input=False)[0]
    path = ".".join(str(part) for part in first["loc"]) or "data"
    return path, _sentence(first["type"], first.get("ctx", {}), first["msg"])


#: kinds of error that say in words of their own what is wrong
_OWN_RULES = frozenset({"rule_between_fields", "rule_of_field", "uscc_checksum"})

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this message: leave it out, or correct its name",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number, written without fraction, exponent or quotes",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
    "date_from_datetime_parsing": "is no day of the calendar",
    "date_parsing": "is no day of the calendar",
}


def _sentence(kind: str, context: dict[str, Any], message: str) -> str:
    if kind == "string_pattern_mismatch":
        return _MEANING[context["pattern"]]
    if kind in _OWN_RULES:
        return message
    return _SENTENCES.get(kind, "is of the wrong form").format_map(context)
