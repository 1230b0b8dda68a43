"""The closed list of algorithms: `EdDSA` with Ed25519, and `SM2` with SM3. Whatever is not here is refused.

`EdDSA`, key type `OKP` and curve `Ed25519` are registered (RFC 8037; RFC 9864 has since named the pair `Ed25519` and
advises the new name, which is not listed here: one name for one thing). The RFCs that name JOSE's algorithms and curves
(7518, 8037, 8812) have none for SM2: `SM2`, for both, is our own, with the registered key type `EC` (RFC 7518, section
6.2). An Internet-Draft of 2021 wanted names registered (draft-dang-webauthn-sm2-00, expired in 2022); nothing here is
taken from it.
"""

from dataclasses import dataclass
from typing import Protocol

from drawbridge.signing import ed25519, sm2

#: a coordinate, a secret: the same for both
NUMBER_BYTES = 32
SIGNATURE_BYTES = 64
#: how a SEQUENCE of DER begins
_DER_SEQUENCE = 0x30


class Primitive(Protocol):
    """What a module of an algorithm does."""

    def what_is_wrong(self, public: bytes, /) -> str | None:
        """Say why bytes are no public key, or None when they are one."""

    def is_in_range(self, signature: bytes, /) -> bool:
        """Tell whether a signature's numbers are in the one form that the standard allows."""

    def verify(self, public: bytes, message: bytes, signature: bytes, /) -> bool:
        """Tell whether a signature of the right length and range is the message's."""

    def sign(self, secret: bytes, public: bytes, message: bytes, /) -> bytes:
        """Return the message's signature."""

    def belongs(self, secret: bytes, public: bytes, /) -> bool:
        """Tell whether secret and public key are of one key."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An algorithm's names in JOSE, what its keys look like, and what carries it out."""

    name: str
    """`alg` of a JWS and of a key."""
    kty: str
    crv: str
    coordinates: tuple[str, ...]
    """The members of a JWK that are the public key, in the order in which they are joined."""
    primitive: Primitive


ALGORITHMS = {
    algorithm.name: algorithm
    for algorithm in (
        Algorithm("EdDSA", "OKP", "Ed25519", ("x",), ed25519),
        Algorithm("SM2", "EC", "SM2", ("x", "y"), sm2),
    )
}
NAMES = " or ".join(ALGORITHMS)


def wrong_length(algorithm: Algorithm, signature: bytes) -> str | None:
    """Say what is wrong with a signature's length, or None when nothing is."""
    if len(signature) == SIGNATURE_BYTES:
        return None
    if algorithm.kty == "EC" and signature[:1] == bytes([_DER_SEQUENCE]):
        return "the signature is DER: send r and s as 32 bytes each, big-endian, one after the other (64 bytes)"
    return f"the signature is {len(signature)} bytes long: {algorithm.name} has {SIGNATURE_BYTES}"
