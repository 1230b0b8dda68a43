"""Attempts to have bytes taken for signed that are not: each is refused, with its reason and what to mend."""

import json
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from signers import AT, BOTH, ED, ED_JWK, KEYS, PAYLOAD, SM2, SM2_JWK, VECTORS, a_set, header, public

from drawbridge.signing import base64url, ed25519, sm2
from drawbridge.signing.jws import sign, verify
from drawbridge.signing.keys import PrivateKey
from drawbridge.signing.verdict import Reason, Refused

EACH_KEY = pytest.mark.parametrize("key", BOTH, ids=lambda key: key.public_key.algorithm.name)
SECRETS = [jwk[member] for jwk in VECTORS["private_keys"] for member in ("d", "x")]


def refusal(jws: str | bytes | None, payload: bytes = PAYLOAD, keys: object = KEYS, at: datetime = AT) -> Refused:
    """The refusal of a signature; it tells nothing that must not be told."""
    raw = jws.encode() if isinstance(jws, str) else jws
    verdict = verify(raw, payload, keys, at)  # type: ignore[arg-type]
    assert isinstance(verdict, Refused), "it was taken for signed"
    assert verdict.detail.isascii()
    assert verdict.detail.isprintable()
    assert len(verdict.detail) < 300
    assert not any(secret in verdict.detail for secret in SECRETS)
    return verdict


def signature_of(jws: str) -> bytes:
    """The signature's bytes."""
    return base64url.decode(jws.rsplit(".", 1)[1])


def with_signature(jws: str, signature: bytes) -> str:
    """The same JWS with another signature."""
    return f"{jws.rsplit('.', 1)[0]}.{base64url.encode(signature)}"


@pytest.mark.parametrize("jws", [None, b""])
def test_a_stripped_signature_is_missing(jws: bytes | None) -> None:
    """No signature is no consent."""
    assert refusal(jws).reason is Reason.MISSING


@pytest.mark.parametrize(
    "alg",
    ["none", "None", "NONE", "HS256", "HS512", "RS256", "PS256", "ES256", "ES256K", "Ed25519", "eddsa", "sm2", ""],
)
@pytest.mark.parametrize("kid", ["rfc8037-a1", "gbt32918-5"])
def test_an_algorithm_that_is_not_listed_is_unknown(alg: str, kid: str) -> None:
    """Also with an empty signature, and with that of a real one: the list is closed."""
    assert refusal(f"{header(alg=alg, kid=kid)}..").reason is Reason.UNKNOWN_ALGORITHM
    real = sign(PAYLOAD, ED, AT).rsplit(".", 1)[1]
    assert refusal(f"{header(alg=alg, kid=kid)}..{real}").reason is Reason.UNKNOWN_ALGORITHM


def test_a_key_is_for_its_own_algorithm_only() -> None:
    """Naming one algorithm and the key of the other confuses nobody, whoever made the signature."""
    for alg, kid in (("EdDSA", "gbt32918-5"), ("SM2", "rfc8037-a1")):
        for key in BOTH:
            text = header(alg=alg, kid=kid)
            made = key.public_key.algorithm.primitive.sign(
                key.secret, key.public_key.public, text.encode() + b"." + PAYLOAD
            )
            found = refusal(f"{text}..{base64url.encode(made)}")
            assert found.reason is Reason.OTHER_KEY_TYPE
            assert "use the algorithm of the key" in found.detail


@EACH_KEY
def test_a_key_of_another_bank_is_unknown(key: PrivateKey) -> None:
    """The kid is looked for in the sender's own set, and nowhere else."""
    assert refusal(sign(PAYLOAD, key, AT), keys=a_set()).reason is Reason.UNKNOWN_KEY


def test_a_kid_that_another_bank_has_too_is_another_key() -> None:
    """Two banks may both call a key k1: each one's counts for itself."""
    theirs = a_set(public(ED_JWK, kid="gbt32918-5"))
    assert refusal(sign(PAYLOAD, SM2, AT), keys=theirs).reason is Reason.OTHER_KEY_TYPE
    text = header(kid="k1")
    made = base64url.encode(ed25519.sign(bytes(range(32)), b"", f"{text}.".encode() + PAYLOAD))
    assert refusal(f"{text}..{made}", keys=a_set(public(ED_JWK, kid="k1"))).reason is Reason.MISMATCH


@pytest.mark.parametrize(
    ("kid", "enrolled"),
    [("ключ", "ключ "), ("\u00e9", "e\u0301"), ("k1", "ｋ１"), ("k1", "K1"), ("银行", "銀行"), ("k1", "k1\u00ad")],
)
def test_kids_are_compared_character_by_character(kid: str, enrolled: str) -> None:
    """What looks alike, or is so after some normalisation, is another key; what is the same is found in any script."""
    if enrolled.isprintable():
        jws = f"{header(kid=kid)}..{base64url.encode(bytes(64))}"
        assert refusal(jws, keys=a_set(public(ED_JWK, kid=enrolled))).reason is Reason.UNKNOWN_KEY
    text = header(kid=kid)
    made = base64url.encode(ed25519.sign(ED.secret, b"", f"{text}.".encode() + PAYLOAD))
    assert not isinstance(verify(f"{text}..{made}".encode(), PAYLOAD, a_set(public(ED_JWK, kid=kid)), AT), Refused)


@EACH_KEY
def test_every_bit_of_the_payload_counts(key: PrivateKey) -> None:
    """One bit turned, a byte more or less, and the signature is none."""
    jws = sign(PAYLOAD, key, AT)
    for bit in range(0, len(PAYLOAD) * 8, 1 if key is ED else 41):
        turned = bytearray(PAYLOAD)
        turned[bit // 8] ^= 1 << bit % 8
        assert refusal(jws, bytes(turned)).reason is Reason.MISMATCH
    for payload in (b"", PAYLOAD[:-1], PAYLOAD + b"\n", b" " + PAYLOAD):
        assert refusal(jws, payload).reason is Reason.MISMATCH


@EACH_KEY
def test_the_same_json_in_other_bytes_is_not_what_was_signed(key: PrivateKey) -> None:
    """Raw bytes are signed: who reads JSON and writes it again has another message, and is told so."""
    again = json.dumps(json.loads(PAYLOAD)).encode()
    assert json.loads(again) == json.loads(PAYLOAD)
    found = refusal(sign(PAYLOAD, key, AT), again)
    assert found.reason is Reason.MISMATCH
    assert "do not write the JSON again" in found.detail


@EACH_KEY
def test_every_bit_of_the_signature_counts(key: PrivateKey) -> None:
    """Whatever bit of it is turned."""
    jws = sign(PAYLOAD, key, AT)
    signature = signature_of(jws)
    for bit in range(0, 512, 1 if key is ED else 37):
        turned = bytearray(signature)
        turned[bit // 8] ^= 1 << bit % 8
        assert refusal(with_signature(jws, bytes(turned))).reason is Reason.MISMATCH


@EACH_KEY
@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 72, 96])
def test_a_cut_or_longer_signature_is_malformed(key: PrivateKey, length: int) -> None:
    """Nothing is filled up, and nothing is passed over."""
    jws = sign(PAYLOAD, key, AT)
    changed = (signature_of(jws) + bytes(64))[:length]
    assert refusal(with_signature(jws, changed)).reason is Reason.MALFORMED


def test_a_signature_of_sm2_in_der_is_refused_with_what_to_send() -> None:
    """Most libraries return DER: the engineer is told what to do, not only that it is wrong."""
    jws = sign(PAYLOAD, SM2, AT)
    found = refusal(with_signature(jws, encode_dss_signature(*sm2._numbers(signature_of(jws)))))
    assert found.reason is Reason.MALFORMED
    assert found.detail.startswith("the signature is DER: send r and s as 32 bytes each")


def test_numbers_of_sm2_out_of_range_are_refused() -> None:
    """The numbers r and s are in [1, n-1] and do not add up to n: also where the same numbers modulo n would fit."""
    jws = sign(PAYLOAD, SM2, AT)
    r, s = sm2._numbers(signature_of(jws))
    n = sm2.ORDER
    pairs = [(0, s), (r, 0), (0, 0), (n, s), (r, n), (r, n - r), (2**256 - 1, s), (r, 2**256 - 1), (n - 1, 1)]
    pairs += [pair for pair in ((r + n, s), (r, s + n)) if max(pair) < 2**256]
    for pair in pairs:
        made = b"".join(number.to_bytes(32, "big") for number in pair)
        found = refusal(with_signature(jws, made))
        assert found.reason is Reason.MISMATCH
        assert "not below the order" in found.detail
    swapped = signature_of(jws)[32:] + signature_of(jws)[:32]
    assert refusal(with_signature(jws, swapped)).reason is Reason.MISMATCH


def test_a_signature_of_ed25519_is_written_in_one_way() -> None:
    """S plus the order would verify where nobody looks: then a signed message could be changed into another one."""
    jws = sign(PAYLOAD, ED, AT)
    signature = signature_of(jws)
    s = int.from_bytes(signature[32:], "little")
    for other in range(1, 16):
        made = signature[:32] + (s + other * ed25519.ORDER).to_bytes(33, "little")[:32]
        assert refusal(with_signature(jws, made)).reason is Reason.MISMATCH
        if other == 1:
            assert "not below the order" in refusal(with_signature(jws, made)).detail
    beyond = signature[:32] + (s + ed25519.ORDER).to_bytes(32, "little")
    assert not ed25519.verify(ED.public_key.public, f"{jws.split('.')[0]}.".encode() + PAYLOAD, beyond)


@EACH_KEY
def test_a_header_that_was_changed_is_not_what_was_signed(key: PrivateKey) -> None:
    """The header is signed as it stands: another kid of the same key, or a blank, and nothing fits."""
    jwk = VECTORS["private_keys"][BOTH.index(key)]
    keys = a_set(public(jwk), public(jwk, kid="other"))
    signature = sign(PAYLOAD, key, AT).rsplit(".", 1)[1]
    alg = key.public_key.algorithm.name
    assert refusal(f"{header(alg=alg, kid='other')}..{signature}", keys=keys).reason is Reason.MISMATCH
    assert refusal(f"{header(alg=alg, kid=jwk['kid'])}..{signature}").reason is Reason.MISMATCH


def test_a_signature_of_one_message_is_none_of_another() -> None:
    """Moved or used again: it says nothing of other bytes, also where the dot is moved."""
    jws = sign(b"a.b", ED, AT)
    text = jws.split(".")[0]
    assert refusal(jws, b"c").reason is Reason.MISMATCH
    assert refusal(f"{text}.a.{jws.rsplit('.', 1)[1]}", b"b").reason is Reason.MALFORMED


def raw_header(text: str) -> str:
    """A header's text of JSON as it is given."""
    return base64url.encode(text.encode())


WHOLE = '"alg":"EdDSA","kid":"rfc8037-a1","b64":false,"crit":["b64"]'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (header(b64=True), "b64"),
        (header(b64=None), "b64"),
        (header(b64=0), "b64"),
        (header(b64="false"), "b64"),
        (header(crit=None), "crit"),
        (header(crit=[]), "crit"),
        (header(crit="b64"), "crit"),
        (header(crit=["b64", "b64"]), "crit"),
        (header(crit=["exp"]), "crit"),
        (header(crit=["b64", "exp"]), "crit"),
        (header(kid=None), "kid"),
        (header(kid=""), "kid"),
        (header(kid=1), "kid"),
        (header(alg=None), "alg"),
        (header(alg=["EdDSA"]), "alg"),
        (header(typ="JOSE"), "typ"),
        (header(jwk=public(ED_JWK)), "jwk"),
        (header(jku="https://bank.example/keys"), "jku"),
        (header(x5c=["MII"]), "x5c"),
        (header(exp=1), "exp"),
        (raw_header("{" + WHOLE.replace('"b64":false', '"b64":false,"b64":false') + "}"), "twice"),
        (raw_header("{" + WHOLE + ',"alg":"none"}'), "twice"),
        (raw_header("{" + WHOLE + ',"\\u0061lg":"none"}'), "twice"),
        (raw_header('["alg"]'), "object"),
        (raw_header("{" + WHOLE), "JSON"),
        (raw_header("{" + WHOLE + "} {}"), "JSON"),
        (raw_header("\ufeff{" + WHOLE + "}"), "JSON"),
        (raw_header("{" + WHOLE.replace("rfc8037-a1", "\\ud800") + "}"), "JSON"),
        (base64url.encode(b'{"alg":"\xff"}'), "JSON"),
        ("", "JSON"),
    ],
)
def test_a_header_of_another_form_is_malformed(text: str, named: str) -> None:
    """Nothing that is not understood may stand in it, and the detail names it; a good signature does not help."""
    made = base64url.encode(ed25519.sign(ED.secret, b"", f"{text}.".encode() + PAYLOAD))
    found = refusal(f"{text}..{made}")
    assert found.reason is Reason.MALFORMED
    assert named in found.detail


def test_a_jws_of_another_form_is_malformed() -> None:
    """Padding, other alphabets, blanks, parts too many or too few, a payload within, too much of it."""
    jws = sign(PAYLOAD, ED, AT)
    text, _, signature = jws.split(".")
    standard = f"{text}..{signature}".replace("-", "+").replace("_", "/")
    attempts: list[str | bytes] = [
        f"{text}=..{signature}",
        f"{text}..{signature}==",
        f"{text}..{signature}\n",
        f" {text}..{signature}",
        f"{text}.. {signature}",
        f"{text}.{signature}",
        f"{text}...{signature}",
        f"{text}..{signature}.",
        f"{text}.{base64url.encode(PAYLOAD)}.{signature}",
        f"{text}. .{signature}",
        text,
        "..",
        ".",
        f"..{signature}",
        json.dumps({"protected": text, "signature": signature}),
        f"{text}..{signature[:-1]}",
        f"{text}..{signature}A",
        f"{text}..{'A' * 129}",
        f"{header(kid='k' * 2000)}..{signature}",
        f"{'A' * 100_000}..{signature}",
        jws.encode("utf-16"),
        jws.encode() + b"\xff",
        b"\x00" * 10,
    ]
    if standard != jws:
        attempts.append(standard)
    for attempt in attempts:
        assert refusal(attempt).reason is Reason.MALFORMED, attempt


def test_the_last_character_of_a_part_has_one_form() -> None:
    """Bits that stand for nothing may not be set: one signature is one text."""
    jws = sign(PAYLOAD, ED, AT)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(jws[-1])
    twin = jws[:-1] + alphabet[last ^ 1]
    assert refusal(twin).reason is Reason.MALFORMED


@given(st.binary(max_size=300) | st.text(alphabet='AQ.-_={}"eyJ0', max_size=120).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_no_bytes_are_taken_for_a_signature(jws: bytes) -> None:
    """Whatever is sent, the answer is a refusal and never an exception."""
    refusal(jws)


def test_an_instant_without_an_offset_is_an_error() -> None:
    """Nobody guesses a zone."""
    with pytest.raises(TypeError):
        verify(sign(PAYLOAD, SM2, AT).encode(), PAYLOAD, KEYS, AT.replace(tzinfo=None))
    assert SM2_JWK["kid"] in KEYS
