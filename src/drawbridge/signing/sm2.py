"""SM2 with SM3 (GB/T 32918.2-2016, the curve of GB/T 32918.5), by the C library GmSSL in the package gmssl-pyx.

The user id is the default one, `1234567812345678`; a signature is r and s, 32 bytes each, big-endian. GmSSL wants the
two as DER, which is made here from the raw form, so that no second way to write them comes in. It draws the secret
number of each signature itself. It tells of each signature that does not fit on standard error, two lines with
places in its source and nothing else, and it keeps Python's lock while it computes.

GmSSL was chosen for its C code, wheels for every Python from 3.11 on and its licence (Apache-2.0). The package gmssl
is pure Python and was last released in 2023; gmalg is pure Python too, and serves the tests as second opinion;
tongsuopy was last released in 2023 too, with an OpenSSL 1.1.1 of its own within. cryptography has SM3 alone.
"""

import gmssl_pyx
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

#: the user id that is hashed before each message (GM/T 0009-2012, section 10)
USER_ID = b"1234567812345678"
#: the field's prime, the curve's constants and the order of the base point (GB/T 32918.5-2017)
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_HALF = 32


def what_is_wrong(public: bytes) -> str | None:
    """Say why 64 bytes, the point's coordinates, are no public key, or None when they are one."""
    x, y = _numbers(public)
    if x >= _P or y >= _P:
        return "x or y is not a coordinate below the field's prime"
    return None if (y * y - (x * x * x + _A * x + _B)) % _P == 0 else "x and y are no point of the curve SM2"


def is_in_range(signature: bytes) -> bool:
    """Tell whether r and s lie in [1, n-1] and do not cancel out (GB/T 32918.2, 7.1, steps B1, B2, B5)."""
    r, s = _numbers(signature)
    return 0 < r < ORDER and 0 < s < ORDER and r + s != ORDER


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether 64 bytes are the message's signature by this key."""
    der = encode_dss_signature(*_numbers(signature))
    return bool(gmssl_pyx.sm2_verify(public, message, der, USER_ID))


def sign(secret: bytes, public: bytes, message: bytes) -> bytes:
    """Return a signature of the message: 64 bytes, others each time."""
    r, s = decode_dss_signature(gmssl_pyx.sm2_sign(secret, public, message, USER_ID))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def belongs(secret: bytes, public: bytes) -> bool:
    """Tell whether the two halves are of one key, by signing with one and verifying with the other."""
    if not 0 < int.from_bytes(secret, "big") < ORDER - 1:
        return False
    return verify(public, b"one key", sign(secret, public, b"one key"))


def _numbers(pair: bytes) -> tuple[int, int]:
    """Return two numbers of 32 bytes each."""
    return int.from_bytes(pair[:_HALF], "big"), int.from_bytes(pair[_HALF:], "big")
