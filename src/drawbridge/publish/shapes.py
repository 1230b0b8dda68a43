"""From a pydantic model to named JSON Schema parts that a code generator turns into classes with good names."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


class _Generator(GenerateJsonSchema):
    """pydantic's own writer, less what would only be noise: titles of fields, and defaults of null."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False

    def get_title_from_name(self, name: str) -> str:
        return name

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        if isinstance(inner.get("type"), str):
            return {**inner, "type": [inner["type"], "null"]}
        return super().nullable_schema(schema)


class _OpenGenerator(_Generator):
    """Leaves objects open: whoever reads what we say has to pass over fields that a later version adds."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        described = super().model_schema(schema)
        described.pop("additionalProperties", None)
        return described


def named_parts(model: type[BaseModel], *, closed: bool) -> dict[str, Any]:
    """Describe a model and all of its parts, each under its name, as `$defs`.

    Args:
        model: what to describe; it stands under its class's name.
        closed: whether an unknown field is refused (what we receive) or passed over (what we say).
    """
    described = model.model_json_schema(schema_generator=_Generator if closed else _OpenGenerator)
    parts: dict[str, Any] = described.pop("$defs", {})
    parts[model.__name__] = described
    for owner in list(parts):
        for name, field in parts[owner].get("properties", {}).items():
            parts[owner]["properties"][name] = _with_name(field, name, owner, parts)
    return dict(sorted(parts.items()))


def _with_name(field: dict[str, Any], name: str, owner: str, parts: dict[str, Any]) -> dict[str, Any]:
    """Give choices and objects that stand in a field a name of their own, and refer to it."""
    if field.get("type") == "array" and isinstance(field.get("items"), dict):
        return {**field, "items": _with_name(field["items"], name.removesuffix("s"), owner, parts)}
    if "enum" not in field and "anyOf" not in field and field.get("type") != "object":
        return field
    part = dict(field)
    outside = {key: part.pop(key) for key in ("description",) if key in part and part.get("type") != "object"}
    title = str(part.get("title") or _class_name(name))
    if parts.get(title, {**part, "title": title}) != {**part, "title": title}:
        title = owner + title
    parts[title] = {**part, "title": title}
    return {**outside, "$ref": f"#/$defs/{title}"}


def _class_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
