"""A detached JWS says by which key bytes were signed; the standards' examples and other implementations agree."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import gmalg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as other
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey
from signers import AT, BOTH, ED, ED_JWK, KEYS, PAYLOAD, ROOT, SM2, SM2_JWK, VECTORS, a_set, header, public

from drawbridge.signing import base64url, ed25519, sm2
from drawbridge.signing.binary_mode import attributes_of, signed_bytes
from drawbridge.signing.jws import SigningError, sign, verify
from drawbridge.signing.keys import PrivateKey
from drawbridge.signing.verdict import Reason, Refused, Signed

EACH_KEY = pytest.mark.parametrize("key", BOTH, ids=lambda key: key.public_key.algorithm.name)
EACH_VECTOR = pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])


@EACH_KEY
@pytest.mark.parametrize("payload", [PAYLOAD, b"", b".", b"\xff\x00\n", PAYLOAD * 10_000], ids=len)
def test_what_was_signed_is_verified(key: PrivateKey, payload: bytes) -> None:
    """Whatever the bytes are: no JSON is read, and none is written again."""
    assert verify(sign(payload, key, AT).encode(), payload, KEYS, AT) == Signed(
        key.public_key.kid, key.public_key.algorithm.name
    )


@EACH_VECTOR
def test_the_published_vectors_hold(case: dict[str, Any]) -> None:
    """What a bank's engineer tries his verifier with gets the verdict that stands beside it."""
    payload = case["value"].encode()
    if case["mode"] == "binary":
        payload = signed_bytes(attributes_of([(name, value.encode()) for name, value in case["headers"]]), payload)
        assert payload == base64.b64decode(case["signed_base64"])
    verdict = verify(case["jws"].encode(), payload, KEYS, datetime.fromisoformat(case["received_at"]))
    told = (
        {"kid": verdict.kid, "alg": verdict.algorithm}
        if isinstance(verdict, Signed)
        else {"refused": verdict.reason.value}
    )
    assert told == case["verdict"]


def test_the_vector_is_the_message_of_the_guide() -> None:
    """The signed structured message is the letter that the guide sends, and EdDSA gives the same signature again."""
    letter = (ROOT / "docs" / "examples" / "first-letter.ndjson").read_bytes().rstrip(b"\n")
    case = VECTORS["cases"][0]
    assert case["value"].encode() == letter
    assert sign(letter, ED, AT) == case["jws"]


def test_ed25519_is_that_of_rfc_8037() -> None:
    """The example of appendix A.4, whose payload is not detached, is signed and verified to the bit (A.4, A.5)."""
    text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    signature = base64url.decode(
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )
    assert ed25519.sign(ED.secret, ED.public_key.public, text.encode()) == signature
    assert ed25519.verify(ED.public_key.public, text.encode(), signature)


def test_sm2_is_that_of_the_standard() -> None:
    """The signature of `message digest` in GB/T 32918.5-2017, annex A: default user id, recommended curve."""
    signature = bytes.fromhex(
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    assert sm2.verify(SM2.public_key.public, b"message digest", signature)
    assert sm2.is_in_range(signature)
    assert not sm2.verify(SM2.public_key.public, b"message digesT", signature)


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # in favour of another name, which we do not list
@given(st.text(max_size=200).map(str.encode))  # it signs nothing but text
@settings(max_examples=20, deadline=None)
def test_a_second_implementation_agrees_on_ed25519(payload: bytes) -> None:
    """The library joserfc verifies what is signed here, and signs what is verified here, both with `b64: false`."""
    ours = sign(payload, ED, AT)
    theirs = OKPKey.import_key(public(ED_JWK, alg=None, use=None))
    assert other.deserialize_compact(ours.encode(), theirs, ["EdDSA"], payload=payload)
    with pytest.raises(BadSignatureError):
        other.deserialize_compact(ours.encode(), theirs, ["EdDSA"], payload=payload + b" ")
    members = {"alg": "EdDSA", "kid": "rfc8037-a1", "b64": False, "crit": ["b64"]}
    made = other.serialize_compact(
        members, payload, OKPKey.import_key({n: ED_JWK[n] for n in ("kty", "crv", "x", "d")}), ["EdDSA"]
    )
    first, last = made.split(".")[0], made.rsplit(".", 1)[1]
    assert verify(f"{first}..{last}".encode(), payload, KEYS, AT) == Signed("rfc8037-a1", "EdDSA")


@given(st.binary(max_size=200))
@settings(max_examples=3, deadline=None)
def test_a_second_implementation_agrees_on_sm2(payload: bytes) -> None:
    """gmalg, written in Python, verifies what GmSSL signs, and the other way round."""
    raw = {name: base64url.decode(SM2_JWK[name]) for name in ("x", "y", "d")}
    theirs = gmalg.SM2(raw["d"], sm2.USER_ID, b"\x04" + raw["x"] + raw["y"])
    text, _, signature = sign(payload, SM2, AT).split(".")
    message = text.encode() + b"." + payload
    made = base64url.decode(signature)
    assert theirs.verify(message, made[:32], made[32:])
    r, s = theirs.sign(message)
    assert verify(f"{text}..{base64url.encode(r + s)}".encode(), payload, KEYS, AT) == Signed("gbt32918-5", "SM2")


@EACH_KEY
def test_a_key_counts_from_its_beginning_until_its_end(key: PrivateKey) -> None:
    """`nbf` is the first instant at which it is valid, `exp` the first at which it is not, to the microsecond."""
    jwk = public(VECTORS["private_keys"][BOTH.index(key)], nbf=1388970000, exp=1388973600)
    begins, ends = (datetime.fromtimestamp(jwk[name], AT.tzinfo) for name in ("nbf", "exp"))
    jws = sign(PAYLOAD, key, AT).encode()
    a_moment = timedelta(microseconds=1)
    found = [verify(jws, PAYLOAD, a_set(jwk), at) for at in (begins - a_moment, begins, ends - a_moment, ends)]
    reasons = [verdict.reason if isinstance(verdict, Refused) else None for verdict in found]
    assert reasons == [Reason.NOT_YET_VALID, None, None, Reason.NO_LONGER_VALID]


def test_not_after_is_the_last_instant() -> None:
    """An enrolment's `not_after` stands for `exp`, and at that very instant the key is still good."""
    keys = a_set(public(ED_JWK, not_after="2014-01-06T09:00:00+08:00"))
    jws = sign(PAYLOAD, ED, AT).encode()
    assert isinstance(verify(jws, PAYLOAD, keys, AT), Signed)
    assert isinstance(verify(jws, PAYLOAD, keys, AT + timedelta(microseconds=1)), Refused)


def test_keys_rotate_without_a_gap() -> None:
    """Several keys are valid at once, and each message says by which it is signed."""
    keys = a_set(public(ED_JWK, kid="old", exp=1404144000), public(SM2_JWK, kid="new"))
    for jwk, key in ((ED_JWK, ED), (SM2_JWK, SM2)):
        kid, alg = ("old", "EdDSA") if jwk is ED_JWK else ("new", "SM2")
        text = header(kid=kid, alg=alg)
        made = key.public_key.algorithm.primitive.sign(key.secret, key.public_key.public, f"{text}.x".encode())
        assert verify(f"{text}..{base64url.encode(made)}".encode(), b"x", keys, AT) == Signed(kid, alg)


def test_a_key_that_is_not_valid_signs_nothing() -> None:
    """Who would send what is refused is told before."""
    with pytest.raises(SigningError, match="ended"):
        sign(PAYLOAD, SM2, datetime.fromisoformat("2014-08-01T00:00:00+08:00"))
    with pytest.raises(SigningError, match="coming"):
        sign(PAYLOAD, SM2, datetime.fromisoformat("2013-07-31T23:59:59+08:00"))


def test_a_header_may_be_written_in_another_order() -> None:
    """What is signed is the header's text as the sender wrote it, blanks and order included."""
    text = base64url.encode(
        json.dumps({"crit": ["b64"], "kid": "rfc8037-a1", "b64": False, "alg": "EdDSA"}, indent=1).encode()
    )
    made = base64url.encode(ed25519.sign(ED.secret, ED.public_key.public, text.encode() + b"." + PAYLOAD))
    assert isinstance(verify(f"{text}..{made}".encode(), PAYLOAD, KEYS, AT), Signed)
