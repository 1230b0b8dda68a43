"""From bytes to an envelope, once: the only place where a message's JSON is read."""

import json
from datetime import datetime
from hashlib import sha256

import orjson

from drawbridge.bank.envelope import DeadLetter, Message, parse_instant, parse_source

#: the broker's and the gateway's limit on one record, in bytes
MAX_RECORD_BYTES = 1024 * 1024
#: how deep lists and objects may lie in one another; the deepest message has four levels
MAX_DEPTH = 64


class _RepeatedKeyError(ValueError):
    """A JSON object names the same key twice, so its meaning depends on the reader (RFC 8259, section 4)."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKeyError
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


#: finds repeated keys; it reads all numbers as floats, because nobody looks at them there
_key_reader = json.JSONDecoder(object_pairs_hook=_unique, parse_int=float, parse_constant=_no_number)


def read_json(raw: bytes) -> object:
    """Read strict JSON: UTF-8, no repeated keys, no NaN, no lone surrogates, not nested beyond reason.

    Raises:
        ValueError: it is not that; the message says what is wrong.
    """
    try:
        try:
            value = orjson.loads(raw)
            # what writes back to the very same bytes has lost no key; most senders' JSON does, and it is soon seen
            if orjson.dumps(value) != raw:
                _key_reader.decode(raw.decode())
        except orjson.JSONDecodeError:
            value = _read_beyond_double(raw)
    except _RepeatedKeyError:
        raise ValueError("a key stands twice in one JSON object: send each key once") from None
    except (ValueError, TypeError, RecursionError):
        raise ValueError("not UTF-8 JSON: send one JSON object, encoded in UTF-8") from None
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
        raise ValueError(f"nested over {MAX_DEPTH} levels: no message needs that")
    return value


def _read_beyond_double(raw: bytes) -> object:
    """Read JSON whose only fault is a number beyond a double: it becomes infinite, which no form admits."""
    value = _key_reader.decode(raw.decode())
    orjson.dumps(value)  # refuses lone surrogates
    return value


def _is_deeper(value: object, levels: int) -> bool:
    """Tell whether lists and objects are nested beyond a number of levels."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(child, levels - 1) for child in children)


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
        return DeadLetter("malformed", f"the record is over {MAX_RECORD_BYTES} bytes: send less", raw, recorded_at)
    try:
        value = read_json(raw)
    except ValueError as error:
        return DeadLetter("malformed", str(error), raw, recorded_at)
    if not isinstance(value, dict):
        return DeadLetter("malformed", "not a JSON object: send one envelope", raw, recorded_at)
    if recorded_at is not None:
        return _read_envelope(value, raw, recorded_at, sha256(raw).digest())
    if "recordedtime" in value:
        recorded_at = parse_instant(value.pop("recordedtime"))
        if recorded_at is None:
            return DeadLetter("malformed", "`recordedtime` is no RFC 3339 instant with an offset", raw, None)
    return _read_envelope(value, raw, recorded_at, sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest())


def _read_envelope(
    value: dict[str, object], raw: bytes, recorded_at: datetime | None, digest: bytes
) -> Message | DeadLetter:
    """Read the envelope's attributes; without a `recorded_at`, the message was received when its fact happened."""
    scheme, id_, type_, source = value.get("scheme"), value.get("id"), value.get("type"), value.get("source")
    time = parse_instant(value.get("time"))
    sender = parse_source(source) if isinstance(source, str) else None
    if value.get("specversion") != "1.0":
        wrong = "specversion"
    elif not isinstance(id_, str) or not id_:
        wrong = "id"
    elif not isinstance(source, str) or sender is None:
        wrong = "source"
    elif not isinstance(type_, str) or not type_:
        wrong = "type"
    elif time is None:
        wrong = "time"
    elif not isinstance(scheme, str) or not scheme:
        wrong = "scheme"
    else:
        subject = value.get("subject")
        return Message(id_, source, sender, type_, scheme, time, recorded_at or time, subject, value, raw, digest)
    return DeadLetter("malformed", f"`{wrong}` is missing or of the wrong form", raw, recorded_at)
