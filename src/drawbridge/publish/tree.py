"""The published folder: every file and its bytes, written, and compared with what stands on disk."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from drawbridge.publish.asyncapi import document
from drawbridge.publish.envelopes import event_schemas, message_schemas
from drawbridge.publish.examples.bad import bad_examples
from drawbridge.publish.examples.good import GOOD
from drawbridge.publish.guide import GUIDE

#: the folders in which nothing else may stand
_OWNED = ("messages", "events", "examples")


@cache
def published() -> Mapping[str, bytes]:
    """Return every published file: its path below the folder, and its bytes. Put together once a run."""
    files = {f"messages/{type_}.json": _json(schema) for type_, schema in message_schemas().items()}
    files |= {f"events/{type_}.json": _json(schema) for type_, schema in event_schemas().items()}
    files |= {f"examples/good/{name}.json": _json(good.message) for name, good in GOOD.items()}
    for bad in bad_examples():
        told: dict[str, Any] = {"code": bad.code}
        if bad.field is not None:
            told["field"] = bad.field
        files[f"examples/bad/{bad.name}.json"] = _json(told | {"history": bad.history, "message": bad.message})
    files["asyncapi.yaml"] = _yaml(document())
    files["README.md"] = GUIDE.encode()
    return MappingProxyType(files)


def drift(folder: Path) -> list[str]:
    """Say what differs between a folder and what is published now, a line each.

    Raises:
        OSError: the folder cannot be read.
    """
    files = published()
    found = [
        f"{path}: {'is missing' if not (folder / path).is_file() else 'differs'}"
        for path, content in files.items()
        if not (folder / path).is_file() or (folder / path).read_bytes() != content
    ]
    return sorted(found + [f"{path}: is no longer published" for path in _left_over(folder, files)])


def write(folder: Path) -> list[str]:
    """Write what is published into a folder, and take out what no longer is.

    Returns:
        What differed before, a line each.

    Raises:
        OSError: the folder cannot be written.
    """
    files = published()
    folder.mkdir(parents=True, exist_ok=True)
    changes = drift(folder)
    for path in _left_over(folder, files):
        (folder / path).unlink()
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return changes


def _left_over(folder: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    for owned in _OWNED:
        for found in sorted((folder / owned).rglob("*.json")):
            path = found.relative_to(folder).as_posix()
            if path not in files:
                yield path


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _yaml(value: object) -> bytes:
    own_copies = json.loads(json.dumps(value))  # a part that stands twice would be written as an anchor and an alias
    return yaml.safe_dump(own_copies, sort_keys=False, allow_unicode=True, width=100).encode()
