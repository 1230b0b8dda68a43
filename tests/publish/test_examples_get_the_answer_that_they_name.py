"""The published examples, decided: each gets the answer that it names, and every receipt is as described."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from drawbridge import shipped
from drawbridge.law import SCHEMES
from drawbridge.publish.envelopes import event_schemas
from drawbridge.publish.examples.bad import bad_examples
from drawbridge.publish.examples.good import GOOD
from drawbridge.publish.examples.parts import SCHEME, Message
from drawbridge.replay import Replay

VALIDATORS = {type_: Draft202012Validator(schema) for type_, schema in event_schemas().items()}


def receipts_of(history: tuple[str, ...], message: Message) -> list[Any]:
    """Decide a message after its history: the data of each receipt, its type beside it."""
    messages = [*(GOOD[name].message for name in history), message]
    replay = Replay(SCHEMES.get(messages[0]["scheme"], SCHEMES[SCHEME]), shipped.calendar())
    receipts = []
    for sent in messages:
        decision = replay.answer(json.dumps(sent, ensure_ascii=False).encode())
        assert decision.receipt is not None
        receipt = json.loads(decision.receipt)
        VALIDATORS[receipt["type"]].validate(receipt)
        receipts.append(receipt["data"])
    return receipts


@pytest.mark.parametrize("name", GOOD)
def test_a_good_example_is_accepted(name: str) -> None:
    """So is everything that goes before it."""
    receipts = receipts_of(GOOD[name].history, GOOD[name].message)
    assert [receipt for receipt in receipts if "code" in receipt] == []


@pytest.mark.parametrize("bad", bad_examples(), ids=lambda bad: bad.name)
def test_a_bad_example_is_refused_as_it_says(bad: Any) -> None:
    """The receipt names the code and the field; everything before it was accepted."""
    *before, last = receipts_of(bad.history, bad.message)
    assert [receipt for receipt in before if "code" in receipt] == []
    assert (last["code"], last.get("field")) == (bad.code, bad.field), last
