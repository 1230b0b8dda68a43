"""Base64url without padding (RFC 7515, section 2), read strictly: one text for the same bytes, and no other."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_FORM = re.compile(r"[A-Za-z0-9_-]*")


def encode(raw: bytes) -> str:
    """Return bytes as text."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes that a text stands for.

    Raises:
        ValueError: it has padding, a character that is none of the alphabet, a length that none has, or bits at its
            end that stand for nothing, so that two texts would be the same bytes.
    """
    if not _FORM.fullmatch(text) or len(text) % 4 == 1:
        raise ValueError("is not base64url without padding")
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(raw) != text:
        raise ValueError("is not base64url: its last character has bits that stand for nothing")
    return raw
