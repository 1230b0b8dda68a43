"""A JWK set is read once, strictly: a key that may not be used is refused where it is given, not where it is used."""

import re
from typing import Any

import pytest
from signers import BOTH, ED, ED_JWK, KEYS, SM2_JWK, VECTORS, a_set, public

from drawbridge.bank.messages.enrolment import KeySet as Enrolled
from drawbridge.signing import base64url
from drawbridge.signing.keys import KeyFormError, read_key_set, read_private_key

OF_X = base64url.decode(ED_JWK["x"])
P = 2**255 - 19


def number(value: int, order: str = "big") -> str:
    """A coordinate in base64url."""
    return base64url.encode(value.to_bytes(32, "little" if order == "little" else "big"))


def test_a_set_is_written_as_it_was_read() -> None:
    """What goes into an enrolment comes out of it."""
    assert KEYS.jwks() == {"keys": [public(ED_JWK), public(SM2_JWK)]}
    assert read_key_set(KEYS.jwks()).jwks() == KEYS.jwks()


def test_a_published_set_goes_into_an_enrolment_as_it_is() -> None:
    """Its members, the two bounds among them, are of the form that the enrolment's message asks for."""
    enrolled = Enrolled.model_validate(KEYS.jwks())
    assert enrolled.keys == KEYS.jwks()["keys"]
    assert {"nbf", "exp"} <= enrolled.keys[1].keys()


def test_what_is_not_known_of_a_key_is_passed_over() -> None:
    """RFC 7517 wants it so: `alg` and `use` may be missing too, and the type says what they would."""
    keys = a_set(public(ED_JWK, alg=None, use=None, x5u="https://bank.example", note="HSM 2"))
    assert keys["rfc8037-a1"].algorithm.name == "EdDSA"
    assert len(a_set()) == 0


@pytest.mark.parametrize("value", [None, [], {}, {"keys": None}, {"keys": {}}, "keys", public(ED_JWK)])
def test_what_is_no_set_is_refused(value: object) -> None:
    """Also one key by itself."""
    with pytest.raises(KeyFormError, match="not a JWK set"):
        read_key_set(value)


@pytest.mark.parametrize(
    ("jwk", "said"),
    [
        (1, "not a JSON object"),
        (public(ED_JWK, kid=None), "kid must be text"),
        (public(ED_JWK, kid=""), "kid must be text"),
        (public(ED_JWK, kid=7), "kid must be text"),
        (public(ED_JWK, kid="k\n1"), "printable"),
        (public(ED_JWK, kid="k\u202e1"), "printable"),
        (public(ED_JWK, kid="k" * 129), "1 to 128"),
        (public(ED_JWK, kty=None), "no key for"),
        (public(ED_JWK, kty="EC"), "no key for"),
        (public(ED_JWK, kty="okp"), "no key for"),
        (public(ED_JWK, crv="X25519"), "no key for"),
        (public(ED_JWK, crv="Ed448"), "no key for"),
        (public(SM2_JWK, crv="P-256"), "no key for"),
        ({"kty": "oct", "kid": "k1"}, "no key for"),
        ({"kty": "RSA", "kid": "k1", "n": "AQAB", "e": "AQAB"}, "no key for"),
        (public(ED_JWK, kty=["OKP"]), "no key for"),
        (public(ED_JWK, alg="SM2"), "alg must be EdDSA"),
        (public(ED_JWK, alg="none"), "alg must be EdDSA"),
        (public(SM2_JWK, alg="ES256"), "alg must be SM2"),
        (public(ED_JWK, use="enc"), "use must be sig"),
        (public(ED_JWK, x=None), "x must be 32 bytes"),
        (public(ED_JWK, x=base64url.encode(OF_X[:31])), "x must be 32 bytes"),
        (public(ED_JWK, x=base64url.encode(OF_X + b"\x00")), "x must be 32 bytes"),
        (public(ED_JWK, x=ED_JWK["x"] + "="), "x is not base64url"),
        (public(ED_JWK, x=OF_X.hex()), "x must be 32 bytes"),
        (public(ED_JWK, x=5), "x must be 32 bytes"),
        (public(SM2_JWK, y=None), "y must be 32 bytes"),
        (public(SM2_JWK, x=SM2_JWK["y"]), "no point of the curve SM2"),
        (public(SM2_JWK, x=number(0), y=number(0)), "no point of the curve SM2"),
        (public(SM2_JWK, x=number(2**256 - 1)), "below the field's prime"),
        (public(ED_JWK, x=number(2, "little")), "no point of the curve Ed25519"),
        (public(ED_JWK, x=number(P + 1, "little")), "below the field's prime"),
        (public(ED_JWK, x=number(0, "little")), "small order"),
        (public(ED_JWK, x=number(1, "little")), "small order"),
        (public(ED_JWK, x=number(1 + 2**255, "little")), "no point of the curve Ed25519"),
        (public(ED_JWK, x=number(P - 1, "little")), "small order"),
        (public(ED_JWK, nbf=1.5), "nbf must be a whole number"),
        (public(ED_JWK, nbf=True), "nbf must be a whole number"),
        (public(ED_JWK, exp="2030-01-01"), "exp must be a whole number"),
        (public(ED_JWK, exp=-1), "exp must be a whole number"),
        (public(ED_JWK, exp=10**30), "exp must be a whole number"),
        (public(ED_JWK, nbf=5, exp=5), "before it begins"),
        (public(ED_JWK, not_after="2030-01-01T00:00:00"), "not_after must be"),
        (public(ED_JWK, not_after="2030-01-01T00:00:00Z", exp=1), "one of the two"),
    ],
)
def test_a_key_that_may_not_be_used_is_refused_at_reading(jwk: Any, said: str) -> None:
    """The message says what to mend, and holds nothing of the key but its kid."""
    with pytest.raises(KeyFormError, match=re.escape(said)) as why:
        a_set(jwk)
    assert "keys.0" in str(why.value)
    assert ED_JWK["x"] not in str(why.value)


def test_a_kid_stands_once_in_a_set() -> None:
    """Else it would hang on the reader which key is meant."""
    with pytest.raises(KeyFormError, match="stands twice"):
        a_set(public(ED_JWK, kid="k1"), public(SM2_JWK, kid="k1"))


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_private_member_in_a_public_set_is_refused(member: str) -> None:
    """A key whose secret was sent is nobody's any more: the message says to replace it, and does not repeat it."""
    with pytest.raises(KeyFormError, match="replace this one") as why:
        a_set(public(ED_JWK, **{member: ED_JWK["d"]}))
    assert ED_JWK["d"] not in str(why.value)


@pytest.mark.parametrize("key", BOTH, ids=lambda key: key.public_key.algorithm.name)
def test_a_private_key_is_read_as_it_was_written(key: Any) -> None:
    """And no `repr` shows its secret."""
    assert read_private_key(key.jwk()) == key
    assert str(key.secret) not in repr(key)
    assert key.jwk()["d"] in {jwk["d"] for jwk in VECTORS["private_keys"]}


@pytest.mark.parametrize("jwk", [ED_JWK, SM2_JWK], ids=["EdDSA", "SM2"])
@pytest.mark.parametrize("d", [number(5), number(0), number(2**256 - 1), None, "AA"])
def test_the_halves_of_a_private_key_belong_together(jwk: dict[str, Any], d: str | None) -> None:
    """A file put together of two keys would sign what nobody can verify."""
    with pytest.raises(KeyFormError):
        read_private_key({name: value for name, value in (jwk | {"d": d}).items() if value is not None})
    with pytest.raises(KeyFormError):
        read_private_key(jwk["d"])


def test_a_key_can_be_ended_but_not_prolonged() -> None:
    """A successor ends its key; an end that was there before stays."""
    key = read_private_key(SM2_JWK)
    later = key.public_key.ends_at
    assert later is not None
    assert key.ending(later.replace(year=2030)).public_key.ends_at == later
    assert ED.ending(later).public_key.ends_at == later
