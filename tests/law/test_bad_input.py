"""Whatever the bytes are, nothing crashes, nothing is lost, and each input gets one answer by the contract."""

import json
from typing import Any

import pytest
from broken_input import broken_inputs
from hypothesis import example, given
from hypothesis import strategies as st
from told import Told, folded, picture, random_lines, tell

from drawbridge.bank.codec import MAX_RECORD_BYTES
from drawbridge.bank.rejects import Code

GOOD = random_lines(2, 80)
CODES = {code.value for code in Code}


def answers_of(told: Told, line: bytes) -> list[dict[str, Any]]:
    """What one more line is answered with: receipts and dead letters, no events."""
    before = len(told.output)
    told.say(line)
    lines = [json.loads(each) for each in told.output[before:]]
    return [each for each in lines if each["type"] == "dead_letter.v1" or each["type"].startswith("receipt.")]


@pytest.mark.parametrize("seed", range(4))
def test_broken_messages_between_good_ones_each_get_one_answer(seed: int) -> None:
    """A receipt with a code of the closed list, or a dead letter that keeps the bytes; the core goes on as it was."""
    told = tell(GOOD[: len(GOOD) // 2])
    for line in broken_inputs(GOOD, seed, 250):
        answers = answers_of(told, line)
        assert len(answers) == 1, line
        assert told.replay.state.sequence == len(told.events)
        if answers[0]["type"] == "dead_letter.v1":
            assert set(answers[0]) == {"type", "reason", "detail", "recordedtime", "bytes"}
        elif answers[0]["type"] == "receipt.rejected.v1":
            assert answers[0]["data"]["code"] in CODES
    assert picture(folded(told)) == picture(told.state)


@given(st.binary(max_size=300))
@example(b"")
@example(b"\xef\xbb\xbf{}")
@example(b"[" * 100_000)
@example(b"1" * 10_000)
@example(b'{"time": "2014-07-08T10:00:00+08:00", "data": 1e999}')
def test_random_bytes_are_a_dead_letter(raw: bytes) -> None:
    """No bytes crash it, and a message does not come out of noise."""
    told = tell([raw])
    assert (told.dead_letters, told.receipts, told.events) == (1, [], [])


SCALARS = st.none() | st.booleans() | st.floats() | st.integers() | st.text()


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_any_json_that_is_no_envelope_is_a_dead_letter(value: Any) -> None:
    """Not an object, or one without the attributes."""
    assert tell([json.dumps(value).encode("utf-8", "surrogatepass")]).dead_letters == 1


ENVELOPE = json.loads(GOOD[0])
ANY = SCALARS | st.lists(st.integers(), max_size=2)


@given(st.dictionaries(st.sampled_from([*ENVELOPE, "recordedtime", "prev", "x"]), ANY, max_size=4))
def test_an_envelope_with_any_attributes_gets_one_answer(differs: dict[str, Any]) -> None:
    """Each attribute may be anything."""
    line = json.dumps({**ENVELOPE, **differs}).encode("utf-8", "surrogatepass")
    assert len(answers_of(Told(), line)) == 1


@pytest.mark.parametrize("over", [0, 1])
def test_a_record_is_at_most_a_mebibyte(over: int) -> None:
    """One byte above the limit is no message, whatever it says."""
    message = {**ENVELOPE, "id": "large", "data": {"text": ""}}
    message["data"]["text"] = "x" * (MAX_RECORD_BYTES - len(json.dumps(message)) + over)
    (answer,) = answers_of(Told(), json.dumps(message).encode())
    assert answer["type"] == ("dead_letter.v1" if over else "receipt.rejected.v1")
