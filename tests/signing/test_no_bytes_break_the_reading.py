"""Headers and keys that are nearly right, at random: each is refused with a reason, and nothing else happens."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from signers import AT, BOTH, ED_JWK, KEYS, PAYLOAD, SM2_JWK, a_set, header, public

from drawbridge.signing import base64url
from drawbridge.signing.jws import verify
from drawbridge.signing.keys import KeyFormError, read_key_set
from drawbridge.signing.verdict import Refused, Signed

NAMES = st.sampled_from(
    ["alg", "kid", "b64", "crit", "typ", "kty", "crv", "x", "y", "use", "nbf", "exp", "not_after", "revoked_at", "keys"]
)
#: what stands somewhere in a right one, and what breaks readers
TELLING = st.sampled_from(
    [
        *("EdDSA", "SM2", "none", "OKP", "EC", "Ed25519", "sig", ["b64"], False, ED_JWK["x"], SM2_JWK["x"]),
        *(10**30, 2**63, -1, 1e308, 253_370_764_799, "\x00", "\u202e", "\ud800", "\U00020000" * 128, "k" * 1_000),
        *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "2016-12-31T23:59:60Z"),
    ]
)
VALUES = TELLING | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
CHANGES = st.dictionaries(NAMES | st.text(max_size=4), VALUES, max_size=3)
NUMBERS = st.binary(min_size=32, max_size=32) | st.integers(0, 2**16).map(lambda n: n.to_bytes(32, "big"))
SIGNATURES = st.tuples(NUMBERS, NUMBERS).map(b"".join) | st.binary(max_size=80)


@given(CHANGES, SIGNATURES, st.sampled_from(BOTH), st.integers(0, 60), st.binary(max_size=2))
@settings(max_examples=300, deadline=None)
def test_no_header_and_no_signature_break_the_verifier(
    changes: dict[str, Any], signature: bytes, key: Any, place: int, put: bytes
) -> None:
    """Whatever stands in the header, also with some bytes overwritten: a short refusal in ASCII, never an exception."""
    members = {"alg": key.public_key.algorithm.name, "kid": key.public_key.kid, "b64": False, "crit": ["b64"]}
    text = json.dumps(members | changes).encode()
    text = text[:place] + put + text[place + len(put) :]
    verdict = verify(f"{base64url.encode(text)}..{base64url.encode(signature)}".encode(), PAYLOAD, KEYS, AT)
    assert isinstance(verdict, Refused)
    assert verdict.detail.isascii()
    assert verdict.detail.isprintable()
    assert len(verdict.detail) < 300


@given(st.lists(st.tuples(st.sampled_from([ED_JWK, SM2_JWK]), CHANGES), max_size=3) | VALUES)
@settings(max_examples=300, deadline=None)
def test_no_key_set_breaks_its_reader(value: Any) -> None:
    """It is refused with a message, or read, and then written so that it is read as the same set again."""
    if isinstance(value, list):
        value = [public(one[0]) | one[1] if isinstance(one, tuple) else one for one in value]
    for given_value in (value, {"keys": value}):
        try:
            found = read_key_set(given_value)
        except KeyFormError:
            continue
        assert list(read_key_set(found.jwks())) == list(found)


def test_the_longest_kid_fits_in_any_script() -> None:
    """Characters beyond the first 65,536, as rare Chinese ones are, are two escapes each in many libraries' JSON."""
    ed = BOTH[0]
    kid = "\U00020000" * 128
    text = header(kid=kid)
    signature = ed.public_key.algorithm.primitive.sign(ed.secret, b"", f"{text}.".encode() + PAYLOAD)
    verdict = verify(f"{text}..{base64url.encode(signature)}".encode(), PAYLOAD, a_set(public(ED_JWK, kid=kid)), AT)
    assert verdict == Signed(kid, "EdDSA")


def test_a_refusal_is_short_whatever_it_names() -> None:
    """A stranger chooses the kid, and does not choose how long our answer is."""
    verdict = verify(f"{header(kid=chr(0x20000) * 100)}..".encode(), PAYLOAD, KEYS, AT)
    assert isinstance(verdict, Refused)
    assert len(verdict.detail) < 200
