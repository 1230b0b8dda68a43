"""The worked cases of the law, sent as bank messages to the real service."""

import json
import time
from functools import partial
from pathlib import Path

import orjson
import pytest
from running_service import CASES, SCHEME, Record, Service

from drawbridge.bank.envelope import Sender
from drawbridge.law import read_event
from drawbridge.sending import Letterbox, sender_and_key
from drawbridge.topics import inbound
from drawbridge.watch.alerts import Alerts

WORKED = sorted(CASES.glob("*.ndjson"))
LINES = {file: file.read_bytes().splitlines() for file in WORKED}


async def send_all(box: Letterbox, lines: list[bytes]) -> list[bytes]:
    """Send messages one after another and return the answers; garbage goes with the sender before it."""
    answers, sender = [], None
    for line in lines:
        told, key = sender_and_key(line)
        sender = told or sender
        assert sender is not None
        answer, headers = await box.ask(sender, key, line)
        if b'"type":"receipt.' in answer:
            assert headers["sandbox"] == b"true"
        answers.append(answer)
    return answers


@pytest.mark.parametrize("file", WORKED, ids=lambda file: file.stem)
async def test_the_service_decides_as_the_replay_does(service: Service, file: Path) -> None:
    """Journal and receipts of the service are, byte for byte, those of a replay of the same messages."""
    service.start()
    async with service.letterbox() as box:
        answers = await send_all(box, LINES[file])
    assert service.exported("events") == service.replayed()
    told = service.run("replay", str(file), "--scheme", SCHEME, "--show", "receipts").splitlines()
    assert [undated(line) for line in answers] == [undated(line) for line in told]
    decided = service.run("replay", str(file), "--scheme", SCHEME, "--show", "events").splitlines()
    assert service.exported("events") == [line for line in decided if b'"type":"dead_letter.v1"' not in line]


async def test_a_bank_enrolled_while_the_service_runs_can_speak_within_a_minute(service: Service) -> None:
    """Its topics are made and heard with no person restarting anything; before that it has none."""
    worker = service.start()
    enrolment, *_ = LINES[WORKED[0]]
    bank = Sender("bank", orjson.loads(enrolment)["subject"].removeprefix("bank/"))
    async with service.letterbox() as box:
        assert service.prefix + inbound(bank) not in await box.broker.topics()
        operator, key = sender_and_key(enrolment)
        assert operator is not None
        await box.ask(operator, key, enrolment)
        began = time.monotonic()
        first = {**orjson.loads(enrolment), "id": "b-1", "source": f"urn:bank:{bank.name}", "type": "bank.hello.v1"}
        answer, _ = await box.ask(bank, b"", orjson.dumps(first))
    assert time.monotonic() - began < 60
    assert orjson.loads(answer)["data"]["code"] == "unknown-type"
    # Faust now and then takes up no topic that is new: then the worker finds itself idle, and begins anew by itself
    assert len(worker.pids()) <= 2


def undated(line: bytes) -> bytes:
    """Return an answer as it is; of a dead letter without its instant, which a file of garbage does not tell."""
    answer = orjson.loads(line)
    if answer["type"] != "dead_letter.v1":
        return line
    return orjson.dumps({**answer, "recordedtime": None})


async def test_everyone_is_told_what_concerns_him(service: Service) -> None:
    """Events, credit feed, alerts and bank channels hold what the journal says, each once and in its order."""
    service.start()
    async with service.letterbox() as box:
        await send_all(box, LINES[CASES / "2-refusal.ndjson"])
    journal = service.exported("events")
    events = service.read("events", lambda found: len(found) >= len(journal))
    assert [record.value for record in events] == journal
    assert len({record.partition for record in events}) == 1
    assert all(record.key == orjson.loads(record.value)["subject"].encode() for record in events)

    credit = [line for line in journal if orjson.loads(line)["type"].startswith("credit.")]
    records = service.read("credit.records", lambda found: len(found) >= len(credit))
    assert [record.value for record in records] == credit
    for record in records:
        event = orjson.loads(record.value)
        assert record.key.decode() == f"{SCHEME}/{event['subject']}/{event['data']['case']}"

    watch = Alerts()
    due = [alert for line in journal for alert in watch.of(read_event(line))]
    assert due
    assert [record.value for record in service.read("alerts", lambda found: len(found) >= len(due))] == due

    breach = next(orjson.loads(line) for line in journal if b'"type":"bank.breached.v1"' in line)
    original = breach["data"]["bank"]
    main = next(orjson.loads(line)["data"]["main_bank"] for line in journal if b'"type":"bridge.noticed.v1"' in line)

    def holds(type_: str, found: list[Record]) -> bool:
        return any(record.type == type_ for record in found)

    service.read(f"bank.{original}.out", partial(holds, "deposit.penalty.raised.v1"))
    told_main = service.read(f"bank.{main}.out", partial(holds, "bank.breached.v1"))
    assert not any(record.type.startswith("deposit.penalty") for record in told_main)


async def test_a_message_in_binary_mode_is_answered_like_a_structured_one(service: Service) -> None:
    """Attributes in `ce_*` headers and data in the value give the same journal."""
    service.start()
    lines = LINES[WORKED[0]]
    async with service.letterbox() as box:
        for line in lines[:8]:
            sender, key = sender_and_key(line)
            assert sender is not None
            envelope = json.loads(line)
            data = json.dumps(envelope.pop("data"), ensure_ascii=False).encode()
            content_type = envelope.pop("datacontenttype", "application/json")
            headers = [(f"ce_{name}", str(value).encode()) for name, value in envelope.items()]
            answer, _ = await box.ask(sender, key, data, [("content-type", content_type.encode()), *headers])
            assert orjson.loads(answer)["type"] == "receipt.accepted.v1"
    (service.folder / "first.ndjson").write_bytes(b"\n".join(lines[:8]))
    replayed = service.run("replay", str(service.folder / "first.ndjson"), "--scheme", SCHEME, "--show", "events")
    assert service.exported("events") == replayed.splitlines()
    assert service.exported("events") == service.replayed()
