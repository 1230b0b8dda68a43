"""The published examples, decided: each gets the answer that it names, and all events are as described."""

import json
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from drawbridge import shipped
from drawbridge.bank.events import EVENTS
from drawbridge.law import SCHEMES
from drawbridge.publish.envelopes import event_schemas
from drawbridge.publish.examples.bad import bad_examples
from drawbridge.publish.examples.good import GOOD
from drawbridge.publish.examples.parts import SCHEME, Message
from drawbridge.replay import Replay

#: long after every example's last deadline
LATER = datetime.fromisoformat("2014-12-01T00:00:00+08:00")


@cache
def schema_of(type_: str) -> Draft202012Validator:
    """Return a validator of what the gateway sends."""
    return Draft202012Validator(event_schemas()[type_])


def answers(history: tuple[str, ...], message: Message) -> tuple[list[Any], list[Any]]:
    """Decide a message after its history: all receipts, and all events until long after."""
    replay = Replay(SCHEMES[SCHEME], shipped.calendar())
    receipts, events = [], []
    for sent in [*(GOOD[name].message for name in history), message]:
        decision = replay.answer(json.dumps(sent, ensure_ascii=False).encode())
        assert decision.receipt is not None
        receipts.append(json.loads(decision.receipt))
        events += decision.events
    return receipts, [json.loads(event.line) for event in [*events, *replay.until(LATER)]]


def assert_as_described(said: list[Any]) -> None:
    """Everything that the gateway sends fits its published schema, and holds no field that is not described."""
    for event in said:
        schema_of(event["type"]).validate(event)
        try:
            if event["type"] in EVENTS:
                EVENTS[event["type"]].model_validate(event["data"])
        except ValidationError as error:
            pytest.fail(f"{event['type']} is not as described: {error}")


@pytest.mark.parametrize("name", GOOD)
def test_a_good_example_is_accepted(name: str) -> None:
    """So is everything that goes before it; and all events are as described."""
    receipts, events = answers(GOOD[name].history, GOOD[name].message)
    assert [receipt["data"] for receipt in receipts if receipt["type"] != "receipt.accepted.v1"] == []
    assert_as_described(receipts + events)


@pytest.mark.parametrize("bad", bad_examples(), ids=lambda bad: bad.name)
def test_a_bad_example_is_refused_as_it_says(bad: Any) -> None:
    """The receipt names the code and the field; everything before it was accepted."""
    receipts, events = answers(bad.history, bad.message)
    *before, last = receipts
    assert {receipt["type"] for receipt in before} <= {"receipt.accepted.v1"}
    assert last["data"]["code"] == bad.code, last["data"]
    assert last["data"].get("field") == bad.field
    assert_as_described(receipts + events)
