"""What is said of a signature: by which key, or why it is refused; a closed list."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a signature is refused."""

    MISSING = "missing"
    """There is none."""
    MALFORMED = "malformed"
    """It is no detached JWS of the form that is asked for."""
    UNKNOWN_ALGORITHM = "unknown-algorithm"
    """`alg` is none of the closed list."""
    UNKNOWN_KEY = "unknown-key"
    """The sender's key set has no key of that `kid`."""
    OTHER_KEY_TYPE = "other-key-type"
    """The key of that `kid` is for another algorithm."""
    NOT_YET_VALID = "not-yet-valid"
    """The key begins later."""
    NO_LONGER_VALID = "no-longer-valid"
    """The key has ended."""
    MISMATCH = "mismatch"
    """The signature was not made over these bytes with this key."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The bytes were signed with a key of the sender's set, which was valid at the instant."""

    kid: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody is known to have signed the bytes."""

    reason: Reason
    detail: str
    """What the sender's engineer has to mend; no key, no signature and nothing of the message stands in it."""


Verdict = Signed | Refused


def shown(text: str) -> str:
    """Return a text of a stranger's for a detail: short, on one line, in ASCII."""
    at_most = 48
    whole = ascii(text)
    return whole if len(whole) <= at_most else whole[:at_most] + "..."
