"""Whether a sender or reader of the last released version can live with this one, and what would break it.

Senders break when less is accepted than before; readers break when more is said than before, or less of what they
were promised. So both directions are judged from the same list of changes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from drawbridge.publish.tree import published


class _Effect(Enum):
    """What a change does to the set of values that fit."""

    FEWER = "fewer values fit"
    MORE = "more values fit"
    OTHER = "other values fit"


@dataclass(frozen=True)
class _Change:
    path: str
    effect: _Effect
    what: str


#: a bound, and whether a greater figure lets fewer values through
_BOUNDS = {
    "minimum": True,
    "exclusiveMinimum": True,
    "minLength": True,
    "minItems": True,
    "maximum": False,
    "exclusiveMaximum": False,
    "maxLength": False,
    "maxItems": False,
}
_RULES = ("pattern", "format", "not", "if", "then", "else", "allOf", "propertyNames", "contentEncoding")

Schemas = dict[str, dict[str, Any]]


def breaking_changes(old_folder: Path) -> list[str]:
    """Name each breaking change between a released folder and what is published now, a line each.

    Raises:
        OSError: the folder cannot be read.
        ValueError: a file of it is no JSON or YAML, or there is no schema in it.
    """
    files = published()
    new = {path: json.loads(content) for path, content in files.items() if path.startswith(("messages/", "events/"))}
    old = {
        path.relative_to(old_folder).as_posix(): json.loads(path.read_bytes())
        for group in ("messages", "events")
        for path in sorted((old_folder / group).glob("*.json"))
    }
    if not old:
        raise ValueError("there is no schema in its folders messages/ and events/")
    channels = _channels((old_folder / "asyncapi.yaml").read_bytes()) - _channels(files["asyncapi.yaml"])
    return compare(old, new) + [f"asyncapi.yaml: the channel {address} is gone" for address in sorted(channels)]


def compare(old: Schemas, new: Schemas) -> list[str]:
    """Name each breaking change between two sets of schemas, by their paths `messages/…` and `events/…`."""
    found = []
    for path, schema in old.items():
        if path not in new:
            found.append(f"{path}: is gone")
            continue
        harmless = _Effect.MORE if path.startswith("messages/") else _Effect.FEWER
        found += [
            f"{path}: {change.path or 'the whole'}: {change.what}"
            for change in _changes(schema, new[path], schema, new[path], "")
            if change.effect is not harmless
        ]
    return found


def _channels(document: bytes) -> set[str]:
    return {channel["address"] for channel in yaml.safe_load(document)["channels"].values()}


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return schema if reference is None else dict(root["$defs"][reference.removeprefix("#/$defs/")])


def _changes(
    old: dict[str, Any], new: dict[str, Any], old_root: dict[str, Any], new_root: dict[str, Any], path: str
) -> Iterator[_Change]:
    """Walk two schemas side by side and yield every change of what fits."""
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    yield from _of_sets(path, "type", _types(old), _types(new))
    yield from _of_sets(path, "choice", _choices(old), _choices(new))
    for bound, greater_is_fewer in _BOUNDS.items():
        yield from _of_bound(path, bound, old.get(bound), new.get(bound), greater_is_fewer=greater_is_fewer)
    for rule in _RULES:
        if old.get(rule) != new.get(rule):
            effect = _Effect.FEWER if rule not in old else _Effect.MORE if rule not in new else _Effect.OTHER
            yield _Change(path, effect, f"the rule `{rule}` changed")
    yield from _of_fields(old, new, old_root, new_root, path)
    if "items" in old and "items" in new:
        yield from _changes(old["items"], new["items"], old_root, new_root, f"{path}[]")


def _of_fields(
    old: dict[str, Any], new: dict[str, Any], old_root: dict[str, Any], new_root: dict[str, Any], path: str
) -> Iterator[_Change]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
    for name, field in before.items():
        inner = f"{path}.{name}".removeprefix(".")
        if name not in after:
            yield _Change(inner, _Effect.OTHER, "the field is gone")
            continue
        if name in needed_after - needed_before:
            yield _Change(inner, _Effect.FEWER, "is now required")
        if name in needed_before - needed_after:
            yield _Change(inner, _Effect.MORE, "may now be left out")
        yield from _changes(field, after[name], old_root, new_root, inner)
    for name in sorted(needed_after - set(before)):
        yield _Change(f"{path}.{name}".removeprefix("."), _Effect.FEWER, "is a new field and required")


def _types(schema: dict[str, Any]) -> frozenset[str] | None:
    type_ = schema.get("type")
    return None if type_ is None else frozenset([type_] if isinstance(type_, str) else type_)


def _choices(schema: dict[str, Any]) -> frozenset[str] | None:
    choices = [schema["const"]] if "const" in schema else schema.get("enum", schema.get("anyOf"))
    return None if choices is None else frozenset(json.dumps(choice, sort_keys=True) for choice in choices)


def _of_sets(path: str, what: str, old: frozenset[str] | None, new: frozenset[str] | None) -> Iterator[_Change]:
    if old is None or new is None:
        if old is not new:
            yield _Change(
                path, _Effect.FEWER if old is None else _Effect.MORE, f"the {what}s were {old and sorted(old)}"
            )
        return
    for gone in sorted(old - new):
        yield _Change(path, _Effect.FEWER, f"the {what} {gone} is gone")
    for added in sorted(new - old):
        yield _Change(path, _Effect.MORE, f"the {what} {added} is new")


def _of_bound(path: str, bound: str, old: Any, new: Any, *, greater_is_fewer: bool) -> Iterator[_Change]:
    if old == new:
        return
    fewer = old is None or (new is not None and (new > old) == greater_is_fewer)
    yield _Change(path, _Effect.FEWER if fewer else _Effect.MORE, f"`{bound}` was {old} and is {new}")
