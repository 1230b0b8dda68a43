"""The channels, as AsyncAPI 3.0: who writes what on which topic."""

from importlib.metadata import version
from typing import Any, Literal, NamedTuple

from drawbridge.bank.events import EVENTS
from drawbridge.bank.messages import MODELS
from drawbridge.law import SCHEMES
from drawbridge.publish.envelopes import ANSWERS, DEAD_LETTER

_RECEIPTS = [type_ for type_ in ANSWERS if type_.startswith("receipt.")]
_ALERTS = [type_ for type_ in ANSWERS if type_.startswith("alert.")]
_CREDIT = [type_ for type_ in EVENTS if type_.startswith("credit.")]
#: kinds of subject that no bank hears of, and those that an agency does: its schemes' cases, accounts and members
_NOT_OF_BANKS = ("calendar/", "account/")
_CASES_OF_AGENCIES = tuple(f"{scheme.case_kind}/" for scheme in SCHEMES.values() if scheme.has_agency)
_OF_AGENCIES = (*_CASES_OF_AGENCIES, "account/", "enterprise/", "<")
_TO_BANKS = [*_RECEIPTS, *(type_ for type_, model in EVENTS.items() if not model.SUBJECT.startswith(_NOT_OF_BANKS))]
_TO_AGENCIES = [*_RECEIPTS, *(type_ for type_, model in EVENTS.items() if model.SUBJECT.startswith(_OF_AGENCIES))]
_BANK = {"code": {"description": "The bank's 12-digit CNAPS code.", "examples": ["105314000041"]}}
_NAME = {"name": {"description": "The name in the sender's `source`.", "examples": ["zhenjiang-finance-bureau"]}}


def _inbound(role: str) -> list[str]:
    return [type_ for type_ in MODELS if type_.startswith(f"{role}.")]


class _Channel(NamedTuple):
    """A topic, seen from outside."""

    id: str
    address: str
    description: str
    parameters: dict[str, Any]
    types: list[str]
    action: Literal["send", "receive"]
    """What the gateway does there."""


_CHANNELS = [
    _Channel("bankIn", "bank.{code}.in", "What a bank says. Only it writes.", _BANK, _inbound("bank"), "receive"),
    _Channel(
        "bankOut",
        "bank.{code}.out",
        "A bank's receipts, and the events of its cases. Key: subject.",
        _BANK,
        _TO_BANKS,
        "send",
    ),
    _Channel("operatorIn", "operator.{name}.in", "What an operator says.", _NAME, _inbound("operator"), "receive"),
    _Channel("operatorOut", "operator.{name}.out", "An operator's receipts.", _NAME, _RECEIPTS, "send"),
    _Channel(
        "agencyIn",
        "agency.{name}.in",
        "What an agency says; bridge loans have none.",
        _NAME,
        _inbound("agency"),
        "receive",
    ),
    _Channel("agencyOut", "agency.{name}.out", "An agency's receipts and events.", _NAME, _TO_AGENCIES, "send"),
    _Channel(
        "events", "events", "Every event of the journal, in a scheme's order. Key: subject.", {}, list(EVENTS), "send"
    ),
    _Channel(
        "creditRecords",
        "credit.records",
        "The last statement on each credit record; compacted. Key: scheme, subject and case.",
        {},
        _CREDIT,
        "send",
    ),
    _Channel("alerts", "alerts", "What somebody should look at. Key: case.", {}, _ALERTS, "send"),
    _Channel(
        "deadLetters",
        "dead-letters",
        "Bytes that could not be answered, with their headers.",
        {},
        [DEAD_LETTER],
        "send",
    ),
]


def document() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document; payloads are the schemas beside it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "drawbridge",
            "version": version("drawbridge"),
            "description": "What banks send to the gateway of a city's loan scheme, and what it answers. Values are "
            "structured CloudEvents 1.0; `ce_type` and `ce_id` are repeated as headers.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {channel.id: _channel(channel) for channel in _CHANNELS},
        "operations": {
            f"{channel.action}{channel.id[0].upper()}{channel.id[1:]}": {
                "action": channel.action,
                "channel": {"$ref": f"#/channels/{channel.id}"},
            }
            for channel in _CHANNELS
        },
        "components": {
            "messages": {
                **{type_: _message(type_, "messages") for type_ in MODELS},
                **{type_: _message(type_, "events") for type_ in (*EVENTS, *ANSWERS, DEAD_LETTER)},
            }
        },
    }


def _channel(channel: _Channel) -> dict[str, Any]:
    described: dict[str, Any] = {"address": channel.address, "description": channel.description}
    if channel.parameters:
        described["parameters"] = channel.parameters
    described["messages"] = {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in channel.types}
    return described


def _message(type_: str, folder: str) -> dict[str, Any]:
    return {
        "name": type_,
        "contentType": "application/json" if type_ == DEAD_LETTER else "application/cloudevents+json",
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./{folder}/{type_}.json"},
        },
    }
