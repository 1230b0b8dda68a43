"""Ed25519 (RFC 8032) as JOSE has it (RFC 8037), by OpenSSL in the package cryptography.

What OpenSSL leaves to its caller is checked here: that a public key is a point of the curve, written in its one form,
and none of the eight points of small order, under which one signature fits nearly every message.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: the field's prime, the curve's constant and the order of the base point (RFC 8032, section 5.1)
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
ORDER = 2**252 + 27742317777372353535851937790883648493
_HALF = 32


def what_is_wrong(public: bytes) -> str | None:
    """Say why 32 bytes are no public key, or None when they are one."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _P:
        return "x is not a coordinate below the field's prime"
    x = _x_of(y)
    if x is None or (x == 0 and public[-1] >> 7):
        return "x is no point of the curve Ed25519"
    for _ in range(3):
        x, y = _doubled(x, y)
    return "x is a point of small order, which is nobody's key" if (x, y) == (0, 1) else None


def is_in_range(signature: bytes) -> bool:
    """Tell whether the second half is below the order: else the same signature could be written in other ways."""
    return int.from_bytes(signature[_HALF:], "little") < ORDER


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether 64 bytes are the message's signature by this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def sign(secret: bytes, _public: bytes, message: bytes) -> bytes:
    """Return the message's signature: 64 bytes, the same for the same message."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


def belongs(secret: bytes, public: bytes) -> bool:
    """Tell whether the two halves are of one key."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw() == public


def _x_of(y: int) -> int | None:
    """Return an x of the point with that y; None when there is none (RFC 8032, section 5.1.3)."""
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == -u % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return x if v * x * x % _P == u else None


def _doubled(x: int, y: int) -> tuple[int, int]:
    """Return a point added to itself."""
    product = _D * x * x * y * y % _P
    return (
        2 * x * y * pow(1 + product, -1, _P) % _P,
        (y * y + x * x) * pow(1 - product, -1, _P) % _P,
    )
