"""An operator's word on a dead letter: decide it once more, or leave it for good.

It comes on the operator's own topic, like every message of his, as a record without a value whose headers name the dead
letter, the SHA-256 of its bytes, and the reason. The bytes themselves stand in the journal: nobody can send others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, cast

from drawbridge.gateway.facts import Fact
from drawbridge.settings import Settings
from drawbridge.topics import sender_of

RULING, LETTER, DIGEST, REASON = (f"drawbridge-{name}" for name in ("ruling", "dead-letter", "sha256", "reason"))
Kind = Literal["resubmit", "discard"]
#: characters of a reason
MAX_REASON = 1000

_KIND = re.compile("resubmit|discard")
_LETTER = re.compile(r"(\d{1,9})/(\d{1,18})")
_DIGEST = re.compile("[0-9a-f]{64}")

Headers = Sequence[tuple[str, bytes]]


class RulingError(ValueError):
    """It cannot be carried out.

    Args:
        detail: what to mend.
        reason: of the dead letter that the ruling itself becomes.
    """

    def __init__(self, detail: str, reason: str = "malformed") -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an operator says.

    Attributes:
        kind: `resubmit` or `discard`.
        partition: of the journal, of the dead letter.
        position: of the dead letter there.
        digest: the SHA-256 of its bytes, in hex: whoever rules has seen them.
        reason: why, for those who ask later.
    """

    kind: Kind
    partition: int
    position: int
    digest: str
    reason: str

    def headers(self) -> list[tuple[str, bytes]]:
        """Return it as a record's headers."""
        told = (self.kind, f"{self.partition}/{self.position}", self.digest, self.reason)
        return [(name, text.encode()) for name, text in zip((RULING, LETTER, DIGEST, REASON), told, strict=True)]


def is_ruling(headers: Headers) -> bool:
    """Tell whether a record is meant as a ruling."""
    return any(name == RULING for name, _ in headers)


def read_ruling(settings: Settings, fact: Fact) -> tuple[str, Ruling]:
    """Return who rules, and what.

    Raises:
        RulingError: he is no operator, a header is missing, stands twice or is of the wrong form, or there is a value.
    """
    sender, headers = sender_of(settings, fact.origin.topic), fact.headers
    if sender is None or sender.role != "operator":
        raise RulingError("only an operator who is known here rules on dead letters", "unknown-sender")
    if fact.value:
        raise RulingError("a ruling carries no bytes: those of the dead letter stand in the journal")
    kind, letter = _header(headers, RULING, _KIND), _header(headers, LETTER, _LETTER)
    digest, reason = _header(headers, DIGEST, _DIGEST), _header(headers, REASON, re.compile(r".*\S.*", re.DOTALL))
    if len(reason) > MAX_REASON:
        raise RulingError(f"the header {REASON} has over {MAX_REASON} characters: say it shorter")
    partition, position = map(int, letter.split("/"))
    return sender.name, Ruling(cast("Kind", kind), partition, position, digest, reason)


def digest_of(raw: bytes) -> str:
    """Return what a ruling says of a dead letter's bytes."""
    return sha256(raw).hexdigest()


def _header(headers: Headers, name: str, form: "re.Pattern[str]") -> str:
    """Return a header that must stand once and have a form."""
    values = [value for given, value in headers if given == name]
    try:
        text = values[0].decode() if len(values) == 1 else ""
    except UnicodeDecodeError:
        text = ""
    if not form.fullmatch(text):
        raise RulingError(f"the header {name} must stand there once, and be of its form: use `drawbridge dead-letters`")
    return text
