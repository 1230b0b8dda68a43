"""`operator.bank.enrolment.v1`: a bank's public letter lets it take part (annex 5, ZJ-4)."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, WithJsonSchema

from drawbridge.bank.forms import Cnaps, Date, Digest, Form, MayBeAbsent, MessageData, Text, violation


class HandlerOfBank(Form):
    """A person who handles cases at the bank."""

    name: Text
    """The person's name."""
    phone: Text
    """The person's telephone number."""


def _checked_key(value: Any) -> Any:
    """Refuse what is no JSON Web Key: an object of named members, each text, a whole number or a list of texts."""
    if not isinstance(value, dict):
        return value  # pydantic says it
    for name, member in value.items():
        if not name.isascii() or not name:
            raise violation(name, "is no member of a key: names are ASCII")
        texts = member if isinstance(member, list) else [member]
        if isinstance(member, int) and not isinstance(member, bool):
            continue
        if not all(isinstance(text, str) for text in texts):
            raise violation(name, "must be text, a whole number or a list of texts")
    if not isinstance(value.get("kty"), str):
        raise violation("kty", "is missing or no text: it says what kind of key it is (RFC 7517)")
    return value


#: what `_checked_key` asks for, for the reader of the schema
_KEY_SCHEMA = {
    "title": "JsonWebKey",
    "description": "A public key (RFC 7517). Its members are text, whole numbers or lists of texts.",
    "type": "object",
    "required": ["kty"],
    "properties": {
        "kty": {"type": "string", "description": "The kind of key.", "examples": ["OKP"]},
        "kid": {"type": "string", "description": "The key's name.", "examples": ["k1"]},
        "not_after": {"type": "string", "format": "date-time", "description": "Until when the key is good."},
    },
    "propertyNames": {"pattern": "^[\\x00-\\x7f]+$"},
    "additionalProperties": True,
}


class KeySet(Form):
    """The public keys that the bank signs with, as a JWK set (RFC 7517)."""

    keys: list[Annotated[dict[str, Any], BeforeValidator(_checked_key), WithJsonSchema(_KEY_SCHEMA)]]
    """The keys. A key may carry `not_after`, the instant until which it is good."""


class Enrolment(MessageData):
    """The enrolment of a bank by its public letter (公函, annex 5; ZJ-4). Sent again, it amends the last one."""

    TYPE: ClassVar[str] = "operator.bank.enrolment.v1"
    SUBJECT: ClassVar[str] = "bank/<code>"

    name: Text
    """The bank's name."""
    roles: list[Literal["main", "original", "lender"]]
    """What the bank may be in a case."""
    branches: MayBeAbsent[list[Cnaps]] = None
    """CNAPS codes of branches whose accounts are the bank's."""
    letter_no: Text
    """The number of the public letter (annex 5)."""
    department: Text
    """The department in charge."""
    handlers: list[HandlerOfBank]
    """Who handles cases."""
    seal_digest: Digest
    """The digest of the seal's specimen."""
    keys: KeySet
    """The bank's signing keys."""
    since: Date
    """The day from which the enrolment holds."""
