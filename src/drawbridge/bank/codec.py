"""From bytes to an envelope, once: the only place where a message's JSON is read."""

import json
from datetime import datetime
from hashlib import sha256

import orjson

from drawbridge.bank.envelope import DeadLetter, Message, Sender, parse_instant, parse_source

#: the broker's and the gateway's limit on one record, in bytes
MAX_RECORD_BYTES = 1024 * 1024


class _RepeatedKeyError(ValueError):
    """A JSON object names the same key twice, so its meaning depends on the reader (RFC 8259, section 4)."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKeyError
    return found


#: finds repeated keys; numbers are read as floats only because nobody looks at them there
_key_reader = json.JSONDecoder(object_pairs_hook=_unique, parse_int=float)


def read_json(raw: bytes) -> object:
    """Read strict JSON: UTF-8, no repeated keys, no NaN, no lone surrogates.

    Raises:
        ValueError: it is not that; the message says what is wrong.
    """
    try:
        value = orjson.loads(raw)
        _key_reader.decode(raw.decode())
    except _RepeatedKeyError:
        raise ValueError("a key stands twice in one JSON object: send each key once") from None
    except (ValueError, RecursionError):
        raise ValueError("not UTF-8 JSON: send one JSON object, encoded in UTF-8") from None
    return value


def read_message(raw: bytes, recorded_at: datetime | None = None) -> Message | DeadLetter:
    """Read one message in structured JSON.

    Args:
        raw: the bytes as received.
        recorded_at: when the gateway received them. None in a replay: the line says it in `recordedtime`, and
            by default it is `time`; two lines are then the same when their JSON is, `recordedtime` aside.

    Returns:
        The message, or a dead letter `malformed` that says what to mend.
    """
    if len(raw) > MAX_RECORD_BYTES:
        return DeadLetter(
            "malformed", f"the record is over {MAX_RECORD_BYTES} bytes: send less in one", raw, recorded_at
        )
    try:
        value = read_json(raw)
    except ValueError as error:
        return DeadLetter("malformed", str(error), raw, recorded_at)
    if not isinstance(value, dict):
        return DeadLetter("malformed", "not a JSON object: send one envelope", raw, recorded_at)
    if recorded_at is not None:
        return read_envelope(value, raw, recorded_at, sha256(raw).digest())
    told = value.pop("recordedtime", None) if "recordedtime" in value else value.get("time")
    in_file = parse_instant(told)
    if in_file is None:
        return DeadLetter("malformed", "`recordedtime` (else `time`) is no RFC 3339 instant with an offset", raw, None)
    return read_envelope(value, raw, in_file, sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest())


def read_envelope(value: dict[str, object], raw: bytes, recorded_at: datetime, digest: bytes) -> Message | DeadLetter:
    """Read the envelope's attributes from a JSON object (or from the headers of the binary mode, put together)."""
    scheme, id_, type_ = value.get("scheme"), value.get("id"), value.get("type")
    source, time = value.get("source"), parse_instant(value.get("time"))
    sender = parse_source(source) if isinstance(source, str) else None
    wrong = _wrong_attribute(value, sender, time)
    if wrong:
        return DeadLetter("malformed", f"`{wrong}` is missing or of the wrong form", raw, recorded_at)
    assert isinstance(scheme, str) and isinstance(id_, str) and isinstance(type_, str)  # noqa: S101, PT018 - for mypy
    assert isinstance(source, str) and sender is not None and time is not None  # noqa: S101, PT018 - checked above
    return Message(id_, source, sender, type_, scheme, time, recorded_at, value.get("subject"), value, raw, digest)


def _wrong_attribute(value: dict[str, object], sender: Sender | None, time: datetime | None) -> str | None:
    """Name the first envelope attribute that is missing or of the wrong form."""
    if value.get("specversion") != "1.0":
        return "specversion"
    for name in ("id", "type", "scheme"):
        if not isinstance(value.get(name), str) or not value[name]:
            return name
    if sender is None:
        return "source"
    return "time" if time is None else None
