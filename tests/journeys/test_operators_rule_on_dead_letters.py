"""`drawbridge dead-letters`: an operator has what could not be answered decided once more, or leaves it for good."""

import json
from typing import Any

import asyncpg
import orjson
import pytest
from running_service import CASES, OPERATOR, Service, eventually

from drawbridge import wiring
from drawbridge.bank.envelope import Sender
from drawbridge.gateway.rulings import Ruling, digest_of
from drawbridge.sending import Letterbox, sender_and_key
from drawbridge.topics import sender_plans

LINES = (CASES / "1-on-time.ndjson").read_bytes().splitlines()
NOTICE = next(line for line in LINES if b'"bank.bridge.notice.v1"' in line)
BEFORE = LINES[: LINES.index(NOTICE)]
OPERATED = Sender("operator", OPERATOR)
RULED_BY = ("--as", OPERATOR, "--reason", "the bank is enrolled now")


def listed(service: Service, *options: str) -> list[dict[str, Any]]:
    """Return what `dead-letters list` tells."""
    return [json.loads(line) for line in service.run("dead-letters", "list", "--json", *options).splitlines()]


async def came_too_early(service: Service, box: Letterbox) -> dict[str, Any]:
    """Have a bank send its notice before it is enrolled, and return the dead letter that it becomes."""
    bank, key = sender_and_key(NOTICE)
    assert bank is not None
    broker = await wiring.broker(service.settings())
    await broker.create(sender_plans(service.settings(), bank))
    await broker.close()
    buried, _ = await box.ask(bank, key, NOTICE)
    assert orjson.loads(buried)["reason"] == "unknown-sender"
    (letter,) = listed(service)
    return letter


async def test_a_dead_letter_is_decided_once_its_cause_is_mended(service: Service) -> None:
    """Its sender has his receipt, the journal knows who ruled and why, and a replay of the messages is the journal."""
    service.start()
    bank, _ = sender_and_key(NOTICE)
    assert bank is not None
    async with service.letterbox() as box:
        letter = await came_too_early(service, box)
        for line in BEFORE:
            sender, key = sender_and_key(line)
            assert sender is not None
            await box.ask(sender, key, line)
    assert letter["sha256"] == digest_of(NOTICE)

    said = service.run("dead-letters", "resubmit", letter["place"], *RULED_BY).decode()
    assert said == f"{letter['place']}: resubmitted by {OPERATOR}: receipt.accepted.v1 on {bank.role}.{bank.name}.out\n"

    assert listed(service) == []
    (ruled,) = listed(service, "--all")
    assert ruled["place"] == letter["place"]
    assert (ruled["ruling"]["operator"], ruled["ruling"]["reason"]) == (OPERATOR, RULED_BY[-1])
    answers = service.read(f"bank.{bank.name}.out", lambda found: any(r.type.startswith("receipt.") for r in found))
    (receipt,) = [record for record in answers if record.type.startswith("receipt.")]
    assert orjson.loads(receipt.value)["data"]["message_id"] == json.loads(NOTICE)["id"]
    assert service.replayed() == service.exported("events")

    traced = json.loads(service.run("trace", letter["received"], "--json"))
    assert traced["dead_letters"][0]["ruling"]["ruling"] == "resubmit"
    assert traced["decided"][0]["row"] == ruled["ruling"]["answer"]
    by_ruling = json.loads(service.run("trace", ruled["ruling"]["received"], "--json"))
    assert by_ruling["dead_letters"] == traced["dead_letters"]

    code, said = service.refused("dead-letters", "discard", letter["place"], *RULED_BY)
    assert (code, f"{OPERATOR} ruled on it before" in said) == (2, True)


async def test_a_ruling_that_does_not_fit_is_a_dead_letter_itself(service: Service) -> None:
    """Other bytes, a letter that there is not, a second ruling, a bank's ruling: each is told, and rules on nothing."""
    service.start()
    async with service.letterbox() as box:
        letter = await came_too_early(service, box)
        partition, position = map(int, letter["place"].split("/"))
        wrong = [
            Ruling("resubmit", partition, position, digest_of(b"other bytes"), "why"),
            Ruling("discard", partition, position + 1000, letter["sha256"], "why"),
            Ruling("discard", partition, position, letter["sha256"], "this one fits"),
            Ruling("resubmit", partition, position, letter["sha256"], "and this is one too many"),
        ]
        for ruling in wrong:
            await box.send(OPERATED, b"", b"", ruling.headers())
        bank, key = sender_and_key(NOTICE)
        assert bank is not None
        await box.send(bank, key, b"", wrong[2].headers())
    eventually(lambda: len(listed(service)) == 4, "all four are told")
    details = [entry["detail"] for entry in sorted(listed(service), key=lambda told: told["received"])]
    assert "only an operator" in details[0]
    assert "another SHA-256" in details[1]
    assert "does not stand in the journal" in details[2]
    assert "ruled on" in details[3]
    (discarded,) = [told for told in listed(service, "--all") if told["ruling"]]
    assert (discarded["place"], discarded["ruling"]["ruling"]) == (letter["place"], "discard")
    assert service.exported("messages") == []


async def test_what_stays_wrong_is_a_dead_letter_again_and_can_be_left(service: Service) -> None:
    """Garbage resubmitted is garbage, told with exit code 1; discarded, it is listed no more and kept all the same."""
    service.start()
    async with service.letterbox() as box:
        await box.ask(OPERATED, b"", b"garbage", [("odd", b"\xff\x00")])
    (letter,) = listed(service)
    code, said = service.refused("dead-letters", "resubmit", letter["place"], *RULED_BY)
    (again,) = listed(service)
    assert (code, f"a dead letter again, {again['place']}" in said) == (1, True)
    assert again["received"] == letter["received"]
    assert (again["headers"], again["sha256"]) == (["odd"], digest_of(b"garbage"))

    assert service.run("dead-letters", "discard", again["place"], *RULED_BY).decode() == (
        f"{again['place']}: discarded by {OPERATOR}\n"
    )
    assert service.run("dead-letters", "list") == b"dead letters: 0\n"
    assert service.run("dead-letters", "show", again["place"], "--bytes") == b"garbage"
    assert b"garbage" not in service.run("dead-letters", "show", again["place"])
    assert len(service.exported("dead-letters")) == 2


async def test_a_ruling_is_carried_out_once_though_its_worker_is_killed(service: Service) -> None:
    """Killed when the ruling is in the journal and nobody heard of it yet, the worker's successor leaves it at that."""
    if service.embedded:
        pytest.skip("the embedded broker's groups take too long to come and go")
    worker = service.start()
    async with service.letterbox() as box:
        await box.ask(OPERATED, b"", b"garbage")
    worker.stop()
    (letter,) = listed(service)
    killed = service.start(crash_at="journal.committed:1")
    code, _ = service.refused("dead-letters", "resubmit", letter["place"], *RULED_BY)
    eventually(lambda: len(killed.pids()) > 1, "it was killed and started anew")
    ruled, again = listed(service, "--all")
    assert (code, ruled["place"], again["ruling"]) == (1, letter["place"], None)
    assert f"{letter['place'].split('/')[0]}/{ruled['ruling']['answer']}" == again["place"]
    published = service.read("dead-letters", lambda found: len(found) >= 2)
    assert [record.value for record in published] == service.exported("dead-letters")


async def test_a_ruling_needs_a_known_operator_and_a_reason(service: Service) -> None:
    """Nothing is sent without a name that somebody answers for; nothing is written to the database from here."""
    for options, detail in (
        (("--as", "somebody", "--reason", "why"), "no known operator"),
        (("--as", OPERATOR, "--reason", " "), "say why"),
        (("--as", OPERATOR), "--reason"),
        (("--as", OPERATOR, "--reason", "why"), "there is no dead letter 1/7"),
    ):
        code, said = service.refused("dead-letters", "resubmit", "1/7", *options)
        assert (code, detail in said) == (2, True), said
    connection = await asyncpg.connect(service.database)
    assert await connection.fetchval("SELECT count(*) FROM dead_letter_rulings") == 0
    await connection.close()
    assert service.exported("dead-letters") == []
