"""The schema of a whole message: CloudEvents attributes and `data`."""

import re
from typing import Any

from pydantic import BaseModel

from drawbridge.bank.events import EVENTS
from drawbridge.bank.events.answers import AlertCleared, AlertRaised, DeadLetterLine, ReceiptAccepted, ReceiptRejected
from drawbridge.bank.messages import MODELS
from drawbridge.publish.shapes import named_parts

DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: what is sent beside the journal, in envelopes of its own
ANSWERS: dict[str, type[BaseModel]] = {
    model.TYPE: model for model in (ReceiptAccepted, ReceiptRejected, AlertRaised, AlertCleared)
}
DEAD_LETTER = "dead_letter.v1"

#: what stands for each part of a subject's form; a CNAPS code unless it is named here
_SUBJECT_PARTS = {
    "<notice no>": ".+",
    "<loan no>": ".+",
    "<pool>": ".+",
    "<YYYY-MM>": "[0-9]{4}-(0[1-9]|1[0-2])",
    "<uscc or org_code>": "([0-9A-HJ-NP-RTUW-Y]{18}|[0-9A-Z]{9})",
}
_INSTANT = {"type": "string", "format": "date-time", "examples": ["2014-03-10T10:00:00+08:00"]}
_TEXT = {"type": "string", "minLength": 1}
_SOURCES = {
    "bank": ("^urn:bank:[0-9]{12}$", "urn:bank:105314000041"),
    "agency": (r"^urn:agency:\S+$", "urn:agency:qianjiang-office"),
    "operator": (r"^urn:operator:\S+$", "urn:operator:zhenjiang-finance-bureau"),
}


def message_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of every inbound message, by its type."""
    return {type_: _message(type_, model) for type_, model in MODELS.items()}


def event_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of everything that the gateway sends, by its type."""
    schemas = {type_: _event(type_, model) for type_, model in EVENTS.items()}
    schemas |= {type_: _answer(type_, model) for type_, model in ANSWERS.items()}
    schemas[DEAD_LETTER] = _dead_letter()
    return schemas


def subject_pattern(form: str) -> str:
    """Return the pattern of a subject, from its form such as `bank/<code>`."""
    if form.startswith("<"):
        return ".*"
    parts = re.split("(<[^>]+>)", form)
    return "^" + "".join(_SUBJECT_PARTS.get(part, "[0-9]{12}") if part[:1] == "<" else part for part in parts) + "$"


def _attribute(description: str, form: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, **form}


def _common(type_: str) -> dict[str, Any]:
    return {
        "specversion": _attribute("The version of CloudEvents.", {"const": "1.0", "type": "string"}),
        "type": _attribute("What is said; ends in its major version.", {"const": type_, "type": "string"}),
        "scheme": _attribute("The scheme's profile.", {**_TEXT, "examples": ["zhenjiang-2013"]}),
    }


def _document(
    type_: str, model: type[BaseModel], properties: dict[str, Any], required: list[str], *, inbound: bool
) -> dict[str, Any]:
    """Put a schema together: the envelope at the root, the data and its parts as named definitions."""
    group = "messages" if inbound else "events"
    document: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:drawbridge:schema:{group}:{type_}",
        "title": model.__name__ + ("Message" if inbound else "Event"),
        "description": model.__doc__,
        "type": "object",
        "properties": {**properties, "data": {"$ref": f"#/$defs/{model.__name__}"}},
        "required": [*required, "data"],
        "$defs": named_parts(model, closed=inbound),
    }
    if inbound:
        document["additionalProperties"] = False
    return document


def _message(type_: str, model: Any) -> dict[str, Any]:
    source, example = _SOURCES[type_.split(".", 1)[0]]
    properties = {
        **_common(type_),
        "id": _attribute("Unique per source; the same id again is the same message again.", _TEXT),
        "source": _attribute(
            "Who speaks: a bank by its CNAPS code.", {"type": "string", "pattern": source, "examples": [example]}
        ),
        "subject": _attribute(
            f"The case: `{model.SUBJECT}`.", {"type": "string", "pattern": subject_pattern(model.SUBJECT)}
        ),
        "time": _attribute("When the fact happened; with an offset.", _INSTANT),
        "datacontenttype": {"const": "application/json", "type": "string"},
        "dataschema": {"type": "string", "minLength": 1},
    }
    required = ["specversion", "id", "source", "type", "subject", "time", "scheme"]
    return _document(type_, model, properties, required, inbound=True)


def _event(type_: str, model: Any) -> dict[str, Any]:
    digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    properties = {
        **_common(type_),
        "id": _attribute("`<scheme>-<sequence>`.", {**_TEXT, "examples": ["zhenjiang-2013-17"]}),
        "source": _attribute("`urn:drawbridge:<scheme>`.", {"type": "string", "pattern": "^urn:drawbridge:.+$"}),
        "subject": _attribute(
            f"What it is about: `{model.SUBJECT}`.", {"type": "string", "pattern": subject_pattern(model.SUBJECT)}
        ),
        "time": _attribute("When it happened, or the instant that the law names.", _INSTANT),
        "recordedtime": _attribute("When the gateway learned of it, or when its timer fired.", _INSTANT),
        "sequence": _attribute(
            "The place in the scheme's journal, without gaps from 1.",
            {"type": "integer", "format": "int64", "minimum": 1},
        ),
        "causationid": _attribute(
            "The message that caused it (`source#id`), or `timer:<name>@<instant>`. Left out on a bank's channel when"
            " it names another bank's case.",
            _TEXT,
        ),
        "prev": _attribute("SHA-256 of the canonical JSON of the event before; the first has 64 zeros.", digest),
        "datacontenttype": {"const": "application/json", "type": "string"},
    }
    required = ["specversion", "id", "source", "type", "subject", "time", "scheme", "recordedtime", "sequence", "prev"]
    return _document(type_, model, properties, required, inbound=False)


def _answer(type_: str, model: Any) -> dict[str, Any]:
    properties = {
        **_common(type_),
        "id": _attribute("Of a receipt: `<source>#<id>` of the message that it answers.", _TEXT),
        "source": _attribute("`urn:drawbridge:<scheme>`.", {"type": "string", "pattern": "^urn:drawbridge:.+$"}),
        "subject": _attribute(f"`{model.SUBJECT}`.", {"type": "string"}),
        "time": _attribute("Of a receipt: when its message was received; of an alert: its event's `time`.", _INSTANT),
        "recordedtime": _attribute("Of an alert: its event's `recordedtime`.", _INSTANT),
        "causationid": _attribute("Of an alert: the event that it follows, `source#id`.", _TEXT),
        "datacontenttype": {"const": "application/json", "type": "string"},
    }
    required = ["specversion", "id", "source", "type", "time", "scheme"]
    return _document(type_, model, properties, required, inbound=False)


def _dead_letter() -> dict[str, Any]:
    parts = named_parts(DeadLetterLine, closed=False)
    root = parts.pop(DeadLetterLine.__name__)
    return {"$schema": DIALECT, "$id": f"urn:drawbridge:schema:events:{DEAD_LETTER}", **root, "$defs": parts}
