"""The envelope of a bank's message (CloudEvents 1.0, structured JSON), as it stands once it is well-formed."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

import orjson

#: the law's zone (Asia/Shanghai); it has had no summer time since 1991, so a fixed offset is exact for every scheme
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

#: the first and the last day that can be told: a deadline counted from it still has a date
FIRST_DAY, LAST_DAY = date(2, 1, 1), date(9998, 12, 31)

#: RFC 3339: an offset is obligatory, so a naive instant is no instant
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_SOURCE = re.compile(r"urn:(bank):([0-9]{12})|urn:(agency|operator):(\S+)|urn:(drawbridge):(\S+)")

#: the attributes that a sender may set, `data` aside
ATTRIBUTES = frozenset(
    {"specversion", "id", "source", "type", "subject", "time", "scheme", "datacontenttype", "dataschema", "data"}
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who speaks, read from `source`."""

    role: str
    """`bank`, `agency` or `operator`."""
    name: str
    """The bank's CNAPS code, or the agency's or operator's name."""


class Message(NamedTuple):
    """One well-formed envelope. Whether its data is of the type's form is not known yet."""

    id: str
    source: str
    sender: Sender
    type: str
    scheme: str
    time: datetime
    """When the fact happened, by the sender; in the law's zone."""
    recorded_at: datetime
    """When the gateway received it; in the law's zone."""
    subject: object
    """The case; text when it is of the right form, which the decision checks."""
    attributes: dict[str, object]
    """The whole JSON object, `recordedtime` taken out."""
    raw: bytes
    """What was received."""
    digest: bytes
    """SHA-256 of what a repetition must repeat."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Bytes that cannot be answered, because nobody can be told: kept whole."""

    reason: str
    """`malformed`, `unknown-sender` or `bad-signature`."""
    detail: str
    raw: bytes
    recorded_at: datetime | None
    """When it was received; None when a replay file does not say."""

    def line(self) -> bytes:
        """Return the canonical JSON of `dead_letter.v1` (RFC 8785)."""
        from base64 import b64encode  # noqa: PLC0415 - dead letters are rare

        return orjson.dumps(
            {
                "type": "dead_letter.v1",
                "reason": self.reason,
                "detail": self.detail,
                "recordedtime": self.recorded_at and instant_text(self.recorded_at),
                "bytes": b64encode(self.raw).decode(),
            },
            option=orjson.OPT_SORT_KEYS,
        )


def parse_instant(text: object) -> datetime | None:
    """Read an RFC 3339 instant into the law's zone, to the microsecond; None when it is not one."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text.upper()).astimezone(SHANGHAI)
    except (ValueError, OverflowError):  # a 30th of February, a 25th hour, a year 0
        return None
    return at if FIRST_DAY <= at.date() <= LAST_DAY else None


def instant_text(at: datetime) -> str:
    """Write an instant as the journal does: +08:00, a fraction only when there is one."""
    return at.astimezone(SHANGHAI).isoformat()


@lru_cache(maxsize=4096)  # a city has some hundred senders
def parse_source(source: str) -> Sender | None:
    """Read who speaks from a `source` URN; None when it is not of the form."""
    match = _SOURCE.fullmatch(source)
    if match is None:
        return None
    role, name = (part for part in match.groups() if part is not None)
    return Sender(role, name)


def attribute_of(header: str) -> str | None:
    """Return which CloudEvents attribute a header of the binary mode carries, its name read in any case; None for none.

    Source: CloudEvents 1.0, Kafka protocol binding, section 3.2.
    """
    name = header.lower()
    if name == "content-type":
        return "datacontenttype"
    return name.removeprefix("ce_") if name.startswith("ce_") else None
