"""What a person may ask for: a record by its place, a message by its source and id, a case by its subject."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from drawbridge.gateway import binary
from drawbridge.record.rows import Origin
from drawbridge.settings import Settings

_PLACE = re.compile(r"(.+\.in)/(\d{1,9})/(\d{1,18})")
_MESSAGE = re.compile(r"(urn:(?:bank|agency|operator):[^#\s]+)#(.+)", re.DOTALL)
_CASE = re.compile(r"[a-z]+/.+")


@dataclass(frozen=True, slots=True)
class Names:
    """What a record says of itself: who sent it, and what it is about. Empty where it does not say."""

    source: str = ""
    id: str = ""
    type: str = ""
    scheme: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One of three.

    Attributes:
        origin: a record's place.
        message: its source and id.
        case: a subject.
    """

    origin: Origin | None = None
    message: tuple[str, str] | None = None
    case: str | None = None

    def fits(self, names: Names, origin: Origin) -> bool:
        """Tell whether a record is what is asked for, or is about it."""
        if self.origin is not None:
            return origin == self.origin
        if self.message is not None:
            return (names.source, names.id) == self.message
        return names.subject == self.case


def read_asked(text: str, settings: Settings) -> Asked | None:
    """Return what a text asks for; None when it is of no form that is known.

    Args:
        text: `<topic>/<partition>/<offset>`, `<source>#<id>` or a subject.
        settings: a topic may be named without its prefix.
    """
    place = _PLACE.fullmatch(text)
    if place is not None:
        topic = place[1] if place[1].startswith(settings.topic_prefix) else settings.topic(place[1])
        return Asked(origin=Origin(topic, int(place[2]), int(place[3])))
    message = _MESSAGE.fullmatch(text)
    if message is not None:
        return Asked(message=(message[1], message[2]))
    return Asked(case=text) if _CASE.fullmatch(text) else None


def names_of(value: bytes, headers: Sequence[tuple[str, bytes]]) -> Names:
    """Return what a record says of itself, also one that nobody could answer."""
    raw = value
    if binary.is_binary(headers):
        try:
            raw = binary.structured(value, headers)
        except binary.BinaryModeError:
            return Names()
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return Names()
    if not isinstance(told, dict):
        return Names()
    texts = {name: told.get(name) for name in ("source", "id", "type", "scheme", "subject")}
    return Names(**{name: text for name, text in texts.items() if isinstance(text, str)})
