"""What is published carries the traceparent of the message that caused it, except where that must stay unknown."""

from pathlib import Path

import pytest

from drawbridge import shipped
from drawbridge.law import SCHEMES
from drawbridge.record.owed import OwedEvent
from drawbridge.relay.records import Recorder
from drawbridge.replay import Replay
from drawbridge.settings import Settings

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
STORY = Path(__file__).parents[2] / "docs" / "examples" / "not-renewed.ndjson"
MAIN, ORIGINAL = "402314000025", "104314000058"


@pytest.fixture(scope="module")
def journal() -> list[bytes]:
    """The events of a story, some of a message and some of a timer."""
    replay = Replay(SCHEMES["zhenjiang-2013"], shipped.calendar())
    return [event.line for line in STORY.read_bytes().splitlines() for event in replay.answer(line).events]


def traced(line: bytes, hidden_from: list[str]) -> dict[str, bool]:
    """Return which topics get the trace of an event that concerns two banks."""
    recorder = Recorder(Settings(), {}, lambda _: (), lambda _: [])
    owed = OwedEvent(1, "zhenjiang-2013", line, [MAIN, ORIGINAL], hidden_from, TRACE)
    return {record.topic: ("traceparent", TRACE.encode()) in record.headers for record in recorder.records(owed)}


def test_everyone_who_sees_the_cause_sees_the_trace(journal: list[bytes]) -> None:
    """On `events` and on the channels of the banks that it concerns."""
    line = next(line for line in journal if b'"type":"bridge.noticed.v1"' in line)
    assert traced(line, []) == {"events": True, f"bank.{MAIN}.out": True, f"bank.{ORIGINAL}.out": True}


def test_a_bank_that_must_not_know_the_cause_does_not_get_its_trace(journal: list[bytes]) -> None:
    """It could tell by it what another bank's message did."""
    line = next(line for line in journal if b'"type":"bridge.noticed.v1"' in line)
    assert traced(line, [ORIGINAL]) == {"events": True, f"bank.{MAIN}.out": True, f"bank.{ORIGINAL}.out": False}


def test_what_a_timer_caused_has_no_trace(journal: list[bytes]) -> None:
    """Also when it fired because a message let time pass: that message did not cause it."""
    line = next(line for line in journal if b'"causationid":"timer:' in line and b'"type":"bridge.' in line)
    assert not any(traced(line, []).values())
