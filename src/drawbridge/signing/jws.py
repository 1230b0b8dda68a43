"""A detached JWS in compact form over bytes as they are: RFC 7515, appendix F, with RFC 7797's `b64: false`.

`<protected header>..<signature>`, both in base64url. What is signed is the header's text as it stands, a full stop,
and the bytes. The header has `alg`, `kid`, `b64` (false) and `crit` (["b64"]), and nothing else: no member that a
reader would have to obey, or might follow, such as a key or an address of one.
"""

from dataclasses import dataclass
from datetime import datetime

import orjson

from drawbridge.bank.codec import read_json
from drawbridge.bank.envelope import instant_text
from drawbridge.signing import base64url
from drawbridge.signing.algorithms import ALGORITHMS, NAMES, wrong_length
from drawbridge.signing.keys import KeySet, PrivateKey, PublicKey
from drawbridge.signing.verdict import Reason, Refused, Signed, Verdict, shown

#: of the header in base64url: a kid of the longest fits, also when each of its characters is written as two escapes
MAX_HEADER_CHARS = 2304
#: of a signature in base64url, so that one in DER still gets its own answer
MAX_SIGNATURE_CHARS = 128
_PARTS = 3
_MEMBERS = ("alg", "kid", "b64", "crit")


class SigningError(ValueError):
    """A key cannot sign now; the message says why."""


class _RefusedError(Exception):
    """Carries a refusal out of the reading."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.refused = Refused(reason, detail)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A detached JWS, read but not verified."""

    header_text: str
    alg: str
    kid: str
    signature: bytes


def sign(payload: bytes, key: PrivateKey, at: datetime) -> str:
    """Return the detached JWS of bytes.

    Args:
        payload: the very bytes that are sent.
        key: what to sign with.
        at: now; the key must be valid then.

    Raises:
        SigningError: it is not.
    """
    public = key.public_key
    if public.state(at) != "valid":
        raise SigningError(f"the key {shown(public.kid)} is {public.state(at)} at {instant_text(at)}: use a valid one")
    header = {"alg": public.algorithm.name, "kid": public.kid, "b64": False, "crit": ["b64"]}
    header_text = base64url.encode(orjson.dumps(header))
    signature = public.algorithm.primitive.sign(key.secret, public.public, _signing_input(header_text, payload))
    return f"{header_text}..{base64url.encode(signature)}"


def verify(jws: bytes | None, payload: bytes, keys: KeySet, at: datetime) -> Verdict:
    """Say by which key bytes were signed, or why the signature is refused.

    Args:
        jws: the detached JWS as received; None when there was none.
        payload: the bytes as received.
        keys: the sender's keys, and nobody else's.
        at: when the gateway received the message, with an offset.
    """
    try:
        parts = _read(jws)
        key = _key(parts, keys, at)
    except _RefusedError as why:
        return why.refused
    if not key.algorithm.primitive.is_in_range(parts.signature):
        return Refused(Reason.MISMATCH, "a number of the signature is 0, or not below the order of the curve")
    if not key.algorithm.primitive.verify(key.public, _signing_input(parts.header_text, payload), parts.signature):
        return Refused(
            Reason.MISMATCH,
            f"the signature was not made over these bytes with the key {shown(key.kid)}: sign the header in base64url,"
            " a full stop and the very bytes that you send; do not write the JSON again in between",
        )
    return Signed(key.kid, key.algorithm.name)


def _signing_input(header_text: str, payload: bytes) -> bytes:
    """Return what is signed (RFC 7797, section 3)."""
    return header_text.encode() + b"." + payload


def _read(jws: bytes | None) -> _Parts:
    """Take a detached JWS to pieces."""
    if not jws:
        raise _RefusedError(Reason.MISSING, "there is no signature: send a detached JWS in the header jws-signature")
    if len(jws) > MAX_HEADER_CHARS + MAX_SIGNATURE_CHARS + 2:
        raise _malformed("the JWS is too long: nothing but alg, kid, b64 and crit stand in its header")
    try:
        parts = jws.decode("ascii").split(".")
    except UnicodeDecodeError:
        raise _malformed("the JWS is not ASCII: both its parts are base64url") from None
    if len(parts) != _PARTS:
        raise _malformed("the JWS must be <header>..<signature>: two full stops, and nothing between them")
    header_text, middle, signature_text = parts
    if middle:
        raise _malformed("the JWS carries a payload: send it detached (RFC 7515, appendix F), nothing between the dots")
    if len(header_text) > MAX_HEADER_CHARS or len(signature_text) > MAX_SIGNATURE_CHARS:
        raise _malformed("the JWS is too long: nothing but alg, kid, b64 and crit stand in its header")
    alg, kid = _header(_decoded(header_text, "header"))
    return _Parts(header_text, alg, kid, _decoded(signature_text, "signature"))


def _decoded(text: str, part: str) -> bytes:
    """Return a part's bytes."""
    try:
        return base64url.decode(text)
    except ValueError as why:
        raise _malformed(f"the {part} of the JWS {why}") from None


def _header(raw: bytes) -> tuple[str, str]:
    """Return `alg` and `kid` of a protected header."""
    try:
        header = read_json(raw)
    except ValueError as why:
        raise _malformed(f"the header of the JWS is {why}") from None
    if not isinstance(header, dict):
        raise _malformed("the header of the JWS is no JSON object")
    alg, kid = header.get("alg"), header.get("kid")
    if not isinstance(alg, str):
        raise _malformed("alg is missing in the header of the JWS, or no text")
    if alg not in ALGORITHMS:
        raise _RefusedError(Reason.UNKNOWN_ALGORITHM, f"alg is {shown(alg)}: sign with {NAMES}")
    if unknown := sorted(header.keys() - set(_MEMBERS)):
        raise _malformed(f"the header of the JWS has {shown(unknown[0])}: only alg, kid, b64 and crit may stand there")
    if not isinstance(kid, str) or not kid:
        raise _malformed("kid is missing in the header of the JWS, or no text: name the key")
    if header.get("b64") is not False:
        raise _malformed("b64 must be false in the header of the JWS (RFC 7797): the bytes are signed as they are")
    if header.get("crit") != ["b64"]:
        raise _malformed('crit must be ["b64"] in the header of the JWS')
    return alg, kid


def _key(parts: _Parts, keys: KeySet, at: datetime) -> PublicKey:
    """Return the key that a JWS names, which is valid and may have made such a signature."""
    key = keys.get(parts.kid)
    named = shown(parts.kid)
    if key is None:
        raise _RefusedError(Reason.UNKNOWN_KEY, f"you have no key of the kid {named}: have it enrolled, or use another")
    if key.algorithm.name != parts.alg:
        is_for = f"the key {named} is for {key.algorithm.name}, and alg is {parts.alg}"
        raise _RefusedError(Reason.OTHER_KEY_TYPE, f"{is_for}: use the algorithm of the key")
    state = key.state(at)
    if state == "coming" and key.begins_at is not None:
        since = instant_text(key.begins_at)
        raise _RefusedError(Reason.NOT_YET_VALID, f"the key {named} is valid from {since} on: use another until then")
    if state == "ended" and key.ends_at is not None:
        until = instant_text(key.ends_at)
        raise _RefusedError(Reason.NO_LONGER_VALID, f"the key {named} was valid until {until}: sign with its successor")
    if wrong := wrong_length(key.algorithm, parts.signature):
        raise _malformed(wrong)
    return key


def _malformed(detail: str) -> _RefusedError:
    """Return a refusal of what is no JWS of the form."""
    return _RefusedError(Reason.MALFORMED, detail)
