"""Keys as JSON Web Keys (RFC 7517), each for one algorithm and for a time; several may be valid at once.

A key is valid from `nbf` (inclusive) until `exp` (exclusive), both in whole seconds since 1970, as in RFC 7519. For
`exp` an enrolment may say `not_after`, an RFC 3339 instant at which the key is still good. Without them it has no
such bound. What a bound is compared with is the instant at which the gateway received the message, never its `time`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from drawbridge.bank.envelope import instant_text, parse_instant
from drawbridge.signing import base64url
from drawbridge.signing.algorithms import ALGORITHMS, NAMES, NUMBER_BYTES, Algorithm
from drawbridge.signing.verdict import shown

#: members that only a private or a secret key has (RFC 7518, section 6; RFC 8037, section 2)
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
#: what the file of a revoked key has: such a key may stand in no set
REVOKED_AT = "revoked_at"
MAX_KID_CHARS = 128
#: the last second of the year 9998
_LAST_SECOND = 253_370_764_799

State = Literal["coming", "valid", "ended"]


class KeyFormError(ValueError):
    """A key or a set of keys is not of the form; the message says which key and what to mend, and holds no key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key to verify with."""

    kid: str
    """Its name within its owner's set, compared character by character."""
    algorithm: Algorithm
    public: bytes
    """The coordinates, joined."""
    begins_at: datetime | None = None
    """The first instant at which it is valid."""
    ends_at: datetime | None = None
    """The first instant at which it is no longer valid."""

    def state(self, at: datetime) -> State:
        """Say whether the key is valid at an instant, or will be, or was."""
        if self.ends_at is not None and at >= self.ends_at:
            return "ended"
        return "coming" if self.begins_at is not None and at < self.begins_at else "valid"

    def jwk(self) -> dict[str, Any]:
        """Return the key as a public JWK."""
        found: dict[str, Any] = {"kty": self.algorithm.kty, "crv": self.algorithm.crv, "kid": self.kid}
        for place, name in enumerate(self.algorithm.coordinates):
            found[name] = base64url.encode(self.public[place * NUMBER_BYTES : (place + 1) * NUMBER_BYTES])
        found |= {"alg": self.algorithm.name, "use": "sig"}
        for name, at in (("nbf", self.begins_at), ("exp", self.ends_at)):
            if at is not None:
                found[name] = int(at.timestamp())
        return found


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key to sign with; its secret is in no `repr`."""

    public_key: PublicKey
    secret: bytes = field(repr=False)

    def jwk(self) -> dict[str, Any]:
        """Return the key as a private JWK: for its file, and for nothing else."""
        return self.public_key.jwk() | {"d": base64url.encode(self.secret)}

    def ending(self, at: datetime) -> "PrivateKey":
        """Return the same key, valid until that instant at most."""
        ends_at = at if self.public_key.ends_at is None else min(at, self.public_key.ends_at)
        return replace(self, public_key=replace(self.public_key, ends_at=ends_at))


class KeySet(Mapping[str, PublicKey]):
    """The public keys of one owner, by `kid`."""

    def __init__(self, keys: Mapping[str, PublicKey]) -> None:
        self._keys = dict(keys)

    def __getitem__(self, kid: str) -> PublicKey:
        return self._keys[kid]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def jwks(self) -> dict[str, Any]:
        """Return the set as a JWK set, as an enrolment has it."""
        return {"keys": [key.jwk() for key in self._keys.values()]}


def read_key_set(value: object) -> KeySet:
    """Read a public JWK set. Members that are not known are passed over, as RFC 7517 wants it; keys are not.

    Raises:
        KeyFormError: it is no set, a key is none that may be used here, a `kid` stands twice, or a key is private.
    """
    listed = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise KeyFormError('not a JWK set: send {"keys": […]} (RFC 7517, section 5)')
    found: dict[str, PublicKey] = {}
    for place, jwk in enumerate(listed):
        key = _read(_members(jwk, f"keys.{place}"), f"keys.{place}", private=False)
        if key.kid in found:
            raise KeyFormError(f"keys.{place}: the kid {shown(key.kid)} stands twice in the set: each key has its own")
        found[key.kid] = key
    return KeySet(found)


def read_private_key(value: object) -> PrivateKey:
    """Read a private JWK, as it stands in its file.

    Raises:
        KeyFormError: it is none, or its two halves are not of one key.
    """
    jwk = _members(value, "the key")
    key = _read(jwk, "the key", private=True)
    secret = _number(jwk, "d", "the key")
    if not key.algorithm.primitive.belongs(secret, key.public):
        raise KeyFormError("the key: its public and its private half are not of one key")
    return PrivateKey(key, secret)


def _members(jwk: object, place: str) -> dict[str, Any]:
    """Return what stands in a JWK."""
    if not isinstance(jwk, dict):
        raise KeyFormError(f"{place}: not a JSON object")
    return jwk


def _read(jwk: dict[str, Any], place: str, *, private: bool) -> PublicKey:
    """Read the public half of a JWK."""
    if not private and (secret := sorted(PRIVATE_MEMBERS & jwk.keys())):
        raise KeyFormError(f"{place}: the member {secret[0]} is private: send public keys only, and replace this one")
    if not private and REVOKED_AT in jwk:
        raise KeyFormError(f"{place}: the key is revoked: leave it out of the set")
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= MAX_KID_CHARS or not kid.isprintable():
        raise KeyFormError(f"{place}: kid must be text of 1 to {MAX_KID_CHARS} printable characters")
    place = f"{place} ({shown(kid)})"
    algorithm = _algorithm(jwk, place)
    public = b"".join(_number(jwk, name, place) for name in algorithm.coordinates)
    if wrong := algorithm.primitive.what_is_wrong(public):
        raise KeyFormError(f"{place}: {wrong}")
    begins_at, ends_at = read_second(jwk, "nbf", place), _end(jwk, place)
    if begins_at is not None and ends_at is not None and begins_at >= ends_at:
        raise KeyFormError(f"{place}: it ends ({instant_text(ends_at)}) before it begins ({instant_text(begins_at)})")
    return PublicKey(kid, algorithm, public, begins_at, ends_at)


def _algorithm(jwk: dict[str, Any], place: str) -> Algorithm:
    """Return the algorithm that a key is for."""
    kind = jwk.get("kty"), jwk.get("crv")
    algorithm = next((one for one in ALGORITHMS.values() if (one.kty, one.crv) == kind), None)
    if algorithm is None:
        kinds = " or ".join(f"kty {one.kty} with crv {one.crv}" for one in ALGORITHMS.values())
        raise KeyFormError(f"{place}: no key for {NAMES}: it must be {kinds}")
    if jwk.get("alg", algorithm.name) != algorithm.name:
        raise KeyFormError(f"{place}: alg must be {algorithm.name}, as the key's type is")
    if jwk.get("use", "sig") != "sig":
        raise KeyFormError(f"{place}: use must be sig: a key for anything else signs nothing")
    return algorithm


def _number(jwk: dict[str, Any], name: str, place: str) -> bytes:
    """Return a coordinate, or the secret: 32 bytes."""
    text = jwk.get(name)
    try:
        raw = base64url.decode(text) if isinstance(text, str) else b""
    except ValueError as why:
        raise KeyFormError(f"{place}: {name} {why}") from None
    if len(raw) != NUMBER_BYTES:
        raise KeyFormError(f"{place}: {name} must be {NUMBER_BYTES} bytes in base64url")
    return raw


def read_second(jwk: dict[str, Any], name: str, place: str) -> datetime | None:
    """Return an instant that a member gives in whole seconds since 1970, or None when it is not there.

    Raises:
        KeyFormError: it is of another form; the message begins with `place`.
    """
    if name not in jwk:
        return None
    second = jwk[name]
    if not isinstance(second, int) or isinstance(second, bool) or not 0 <= second <= _LAST_SECOND:
        raise KeyFormError(f"{place}: {name} must be a whole number of seconds since 1970")
    return datetime.fromtimestamp(second, UTC)


def _end(jwk: dict[str, Any], place: str) -> datetime | None:
    """Return the first instant at which a key is no longer valid."""
    ends_at = read_second(jwk, "exp", place)
    if "not_after" not in jwk:
        return ends_at
    if ends_at is not None:
        raise KeyFormError(f"{place}: exp and not_after are both given: one of the two has to go")
    last = parse_instant(jwk["not_after"])
    if last is None:
        raise KeyFormError(f"{place}: not_after must be an RFC 3339 instant with an offset")
    return last + timedelta(microseconds=1)  # it is still good at that instant; no instant is told more finely
