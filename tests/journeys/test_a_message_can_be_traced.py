"""`drawbridge trace`: where a message is at each step of its way, and what became of it."""

import json
from typing import Any

import pytest
from running_service import CASES, OPERATOR, Service, eventually

from drawbridge.bank.envelope import Sender
from drawbridge.sending import sender_and_key

LINES = (CASES / "1-on-time.ndjson").read_bytes().splitlines()
ENROLMENT = LINES[0]
MESSAGE = f"urn:operator:{OPERATOR}#m-1"
RECORD = f"operator.{OPERATOR}.in/0/0"


def traced(service: Service, what: str, *options: str) -> dict[str, Any]:
    """Return what is known of something, by the command's own JSON; nothing known is told likewise."""
    found: dict[str, Any] = json.loads(service.run("trace", what, "--json", *options, check=False))
    return found


async def test_it_says_where_a_message_waits_at_each_step(service: Service) -> None:
    """Before intake, before the desk, before the relay; then with its order, its events and its answer."""
    if service.embedded:
        pytest.skip("the embedded broker's groups take too long to come and go")
    async with service.letterbox() as box:
        sender, key = sender_and_key(ENROLMENT)
        assert sender is not None
        await box.send(sender, key, ENROLMENT)

    (waiting,) = traced(service, MESSAGE)["waiting"]
    assert (waiting["waits_for"], waiting["waits_at"]) == ("intake", f"{service.prefix}{RECORD}")

    intake = service.start("--roles", "intake")
    eventually(lambda: traced(service, MESSAGE)["waiting"][0]["waits_for"] == "desk", "it is in facts")
    (waiting,) = traced(service, RECORD)["waiting"]
    assert waiting["waits_at"].startswith(f"{service.prefix}facts/")
    assert waiting["received"] == f"{service.prefix}{RECORD}"
    intake.stop()

    desk = service.start("--roles", "desk")
    eventually(lambda: bool(traced(service, MESSAGE)["decided"]), "it is decided")
    found = traced(service, RECORD)
    (decided,) = found["decided"]
    assert found["waiting"] == []
    assert (decided["order"], decided["row"], decided["published_up_to"]) == (1, 2, 0)
    assert [(event["type"], event["sequence"], event["published"]) for event in decided["events"]] == [
        ("bank.enrolled.v1", 1, False)
    ]
    assert "not yet" in service.run("trace", MESSAGE).decode()
    desk.stop()

    service.start("--roles", "relay")
    eventually(lambda: traced(service, MESSAGE)["decided"][0]["receipt"]["published"], "it is answered")
    (decided,) = traced(service, MESSAGE)["decided"]
    assert decided["receipt"]["topic"] == f"operator.{OPERATOR}.out"
    assert decided["events"][0]["topics"] == ["events", "bank.313314000017.out"]


async def test_it_tells_repetitions_dead_letters_and_cases(service: Service) -> None:
    """A repetition is named as one, a dead letter with its reason; a case is told with all its messages and events."""
    service.start()
    operator = Sender("operator", OPERATOR)
    async with service.letterbox() as box:
        for line in LINES[:5]:
            sender, key = sender_and_key(line)
            assert sender is not None
            await box.ask(sender, key, line)
        await box.ask(operator, b"", ENROLMENT)
        await box.ask(operator, b"", b"garbage")
        refused = ENROLMENT.replace(b'"m-1"', b'"m-one"').replace(b"bank.enrolment", b"bank.enrollment")
        await box.ask(operator, b"", refused)

    first, again = traced(service, MESSAGE)["decided"]
    assert (first["repetition"], again["repetition"], again["events"]) == (False, True, [])
    assert first["receipt"]["type"] == again["receipt"]["type"] == "receipt.accepted.v1"

    dead_at = int(again["received"].rpartition("/")[2]) + 1
    (letter,) = traced(service, f"operator.{OPERATOR}.in/0/{dead_at}")["dead_letters"]
    assert (letter["reason"], letter["topic"]) == ("malformed", "dead-letters")
    assert "bytes" not in letter

    (decided,) = traced(service, f"urn:operator:{OPERATOR}#m-one")["decided"]
    assert (decided["receipt"]["code"], decided["events"]) == ("unknown-type", [])

    case = traced(service, "bank/313314000017")
    assert [entry["id"] for entry in case["decided"]] == ["m-1", "m-1", "m-one"]
    assert {event["type"] for event in case["events"]} >= {"bank.enrolled.v1"}
    assert all(event["published"] for event in case["events"])


async def test_it_shows_the_bytes_only_when_asked(service: Service) -> None:
    """What a message says of people and enterprises is not told by a command that is run over somebody's shoulder."""
    service.start()
    number = next(n for n, line in enumerate(LINES) if b'"bank.bridge.notice.v1"' in line)
    async with service.letterbox() as box:
        for line in LINES[: number + 1]:
            sender, key = sender_and_key(line)
            assert sender is not None
            await box.ask(sender, key, line)
    notice = json.loads(LINES[number])
    what, secret = f"{notice['source']}#{notice['id']}", notice["data"]["enterprise"]["name"]
    assert secret not in service.run("trace", what).decode()
    assert secret not in json.dumps(traced(service, what), ensure_ascii=False)
    assert "bytes" in traced(service, what, "--bytes")["decided"][0]


def test_it_says_when_nothing_is_known_and_what_may_be_asked(service: Service) -> None:
    """Nothing known is exit code 1; a question of no form that is known names the three that are."""
    assert service.refused("trace", "urn:bank:313314000017#none") == (
        1,
        "nothing is known of it: no sender's topic, no fact and no journal holds it\n",
    )
    code, said = service.refused("trace", "whatever")
    assert (code, "a record" in said, "a case" in said) == (2, True, True)
