"""A stored message becomes a line of a replay file: its own bytes, and the `recordedtime` of its decision."""

import json
from datetime import datetime

import pytest

from drawbridge.bank.codec import read_message
from drawbridge.bank.envelope import SHANGHAI, Message
from drawbridge.record.export import with_recordedtime
from drawbridge.record.rows import message_key, readable

AT = datetime(2014, 1, 6, 9, 0, 0, 123000, SHANGHAI)
ENVELOPE = b"""  {
  "specversion": "1.0", "id": "m\\n1", "source": "urn:bank:313314000017", "type": "t.v1",
  "time": "2014-01-06T09:00:00+08:00", "scheme": "s", "subject": "{", "data": {"amount_fen": 1e3, "recordedtime": 1}}
"""


def test_the_line_is_the_message_with_the_instant_of_its_decision() -> None:
    """On one line; numbers keep their form, so that what was refused for it is refused again."""
    line = with_recordedtime(ENVELOPE, AT)
    assert b"\n" not in line
    assert b"1e3" in line
    read = read_message(line)
    assert isinstance(read, Message)
    assert read.recorded_at == AT
    assert read.attributes == json.loads(ENVELOPE)


@pytest.mark.parametrize("told", ['"2013-01-01T00:00:00+08:00"', "7"])
def test_a_recordedtime_of_the_senders_own_still_refuses_the_message(told: str) -> None:
    """It is kept under another name, which no message may have either."""
    raw = ENVELOPE.replace(b'"data"', b'"recordedtime": ' + told.encode() + b', "data"', 1)
    read = read_message(with_recordedtime(raw, AT))
    assert isinstance(read, Message)
    assert read.recorded_at == AT
    assert read.attributes["senders_recordedtime"] == json.loads(told)


def test_keys_have_one_size_and_text_has_no_zero_bytes() -> None:
    """However long or odd an id is; source and id do not run into each other."""
    assert len(message_key("urn:bank:1", "x" * 1_000_000)) == 32
    assert message_key("a", "b#c") != message_key("a#b", "c")
    assert readable("a\0b") == "a\ufffdb"
