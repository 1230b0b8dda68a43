"""Broken and hostile input for the boundary: random bytes, and good messages with one or two things wrong.

Used by the fast tests for some hundreds and by the long run for 100,000; the same seed gives the same inputs.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

#: what may stand where another thing should
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e400, 2**53, 2**63, 10**30, "", " ", "0", "\u0000", "\ud800", "\U0001f4b6", "2014-02-30",
    "0000-01-01", "9999-12-31", "2014-07-08T10:00:00", "2014-07-08T10:00:00Z", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59", "urn:bank:", "urn:bank:105314000041", "urn:operator:x", "bank/105314000041",
    "bridge/105314000041/", "bridge/105314000041/甲1", "receipt.accepted.v1", "1.0", [], {}, [[]], [None], {"": None},
    "x" * 4000,
)  # fmt: skip
_STRAY = (b"\x00", b"\xff", b"NaN", b"Infinity", b"\\ud800", b'"', b"{", b"]", b"\xef\xbb\xbf")
_TYPES = ("bank.bridge.repayment.v1", "operator.calendar.v1", "bank.report.filing.v1", "dead_letter.v1", "bank.v1")


def broken_inputs(good: Sequence[bytes], seed: int, count: int) -> Iterator[bytes]:
    """Yield inputs, most of them broken, some of them still good.

    Args:
        good: well-formed messages to break.
        seed: gives the same inputs again.
        count: how many.
    """
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    ways: tuple[Callable[[random.Random, bytes], bytes], ...] = (
        _noise, _flipped, _cut, _doubled_key, _odd_value, _odd_value, _odd_value, _odd_value, _without, _renamed,
        _spliced, _as_is, _deep,
    )  # fmt: skip
    for _ in range(count):
        line = rng.choice(good)
        for _ in range(rng.choice((1, 1, 2))):
            line = rng.choice(ways)(rng, line)
        yield line


def _noise(rng: random.Random, _line: bytes) -> bytes:
    return rng.randbytes(rng.randrange(200))


def _flipped(rng: random.Random, line: bytes) -> bytes:
    changed = bytearray(line or b"{}")
    for _ in range(rng.randint(1, 4)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(rng: random.Random, line: bytes) -> bytes:
    return line[: rng.randrange(len(line) + 1)]


def _doubled_key(rng: random.Random, line: bytes) -> bytes:
    if rng.random() < 0.5:
        return line.replace(b"{", b'{"id": "again", "id": "again", ', 1)
    return line[:-1] + b', "data": {}}'


def _spliced(rng: random.Random, line: bytes) -> bytes:
    at = rng.randrange(len(line) + 1)
    return line[:at] + rng.choice(_STRAY) + line[at:]


def _deep(rng: random.Random, _line: bytes) -> bytes:
    depth = rng.choice((50, 900, 20_000))
    return b'{"data": ' + b"[" * depth + b"]" * depth + b"}"


def _as_is(_rng: random.Random, line: bytes) -> bytes:
    return line


def _odd_value(rng: random.Random, line: bytes) -> bytes:
    def change(holder: Any, key: Any) -> None:
        holder[key] = rng.choice(_TYPES) if key == "type" and rng.random() < 0.5 else rng.choice(_ODD)

    return _with_change(rng, line, change)


def _without(rng: random.Random, line: bytes) -> bytes:
    def change(holder: Any, key: Any) -> None:
        del holder[key]

    return _with_change(rng, line, change)


def _renamed(rng: random.Random, line: bytes) -> bytes:
    def change(holder: Any, key: Any) -> None:
        if isinstance(holder, dict):
            holder[rng.choice(("x", "", "ID", "amount", "recordedtime", "敏感"))] = holder.pop(key)

    return _with_change(rng, line, change)


def _with_change(rng: random.Random, line: bytes, change: Callable[[Any, Any], None]) -> bytes:
    """Change one place of a message, wherever it lies; what is no JSON any more stays as it is."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    places: list[tuple[Any, Any]] = []
    _collect(value, places)
    if places:
        change(*rng.choice(places))
    return json.dumps(value, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def _collect(value: Any, places: list[tuple[Any, Any]]) -> None:
    keys: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        places.append((value, key))
        _collect(value[key], places)
