"""The worked cases in the plain form that any implementation can be run against, through the command itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from drawbridge.commands.replay import command

FOLDER = Path(__file__).parent / "cases" / "shared-format"
#: the enrolments and deposits that every case begins with
PRELUDE = {"bank.enrolled.v1", "deposit.placed.v1", "pool.risk_fund.placed.v1"}
NAMES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))


@pytest.mark.parametrize("name", NAMES)
def test_the_command_gives_the_events_of_the_case(name: str) -> None:
    """`drawbridge replay` of the messages prints the expected events, in order, with their data."""
    want = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    until = ["--until", want["until"]] if want["until"] else []
    arguments = [str(FOLDER / f"{name}.ndjson"), "--scheme", want["scheme"], "--show", "events", *until]
    run = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    events = [event for event in map(json.loads, run.stdout_bytes.splitlines()) if event["type"] not in PRELUDE]
    expected = want["events_after_the_prelude"]
    assert [event["type"] for event in events] == [type_ for type_, _ in expected]
    for event, (_, fields) in zip(events, expected, strict=True):
        assert {key: _value(event, key) for key in fields} == fields, event["type"]


def _value(event: dict[str, Any], key: str) -> Any:
    return event.get(key[1:]) if key.startswith("@") else event["data"].get(key)
