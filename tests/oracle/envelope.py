"""What a line is: a message, or a dead letter (README, "Envelope" and checks 1 and 2)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .days import SHANGHAI

REQUIRED = ("specversion", "id", "source", "type", "time", "scheme")
KNOWN = {*REQUIRED, "subject", "datacontenttype", "dataschema", "data", "recordedtime"}
SOURCE = re.compile(r"urn:(bank:[0-9]{12}|agency:\S+|operator:\S+)")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
LARGEST_RECORD = 1 << 20


class MalformedError(ValueError):
    """The line is no message."""


@dataclass(frozen=True)
class Message:
    """One well-formed envelope."""

    id: str
    source: str
    type: str
    scheme: str
    time: datetime
    recorded: datetime
    attributes: dict[str, Any]

    @property
    def subject(self) -> str:
        """The case, once the subject's form has been checked."""
        return str(self.attributes.get("subject"))

    @property
    def data(self) -> dict[str, Any]:
        """The message's own fields, once they have been checked."""
        fields: dict[str, Any] = self.attributes["data"]
        return fields

    @property
    def role(self) -> str:
        """bank, agency or operator."""
        return self.source.split(":")[1]

    @property
    def sender(self) -> str:
        """The code or name in the source."""
        return self.source.split(":", 2)[2]

    @property
    def same(self) -> str:
        """What must be equal for a repetition: the JSON but for its recordedtime."""
        return json.dumps({**self.attributes, "recordedtime": None}, sort_keys=True)


def instant(text: Any) -> datetime | None:
    """An RFC 3339 instant with an offset in the law's zone, or None."""
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return None


def written(at: datetime) -> str:
    """An instant as the journal writes it: +08:00, with no fraction unless there is one."""
    return at.astimezone(SHANGHAI).isoformat()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise MalformedError
    return dict(pairs)


def _no_constant(_: str) -> Any:
    raise MalformedError


def read(line: str | bytes) -> Message:
    """Reads one line.

    Raises:
        MalformedError: it is not UTF-8 JSON, not an object, or its envelope is not well formed.
    """
    raw = line.encode("utf-8", "surrogateescape") if isinstance(line, str) else line
    if len(raw.rstrip(b"\r\n")) > LARGEST_RECORD:
        raise MalformedError
    try:
        read_ = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise MalformedError from problem
    if not isinstance(read_, dict):
        raise MalformedError
    if any(not isinstance(read_.get(name), str) or not read_[name] for name in REQUIRED):
        raise MalformedError
    time, recorded = instant(read_["time"]), instant(read_.get("recordedtime", read_["time"]))
    if time is None or recorded is None or read_["specversion"] != "1.0" or not SOURCE.fullmatch(read_["source"]):
        raise MalformedError
    return Message(read_["id"], read_["source"], read_["type"], read_["scheme"], time, recorded, read_)
