"""A desk that starts again has the state of the one before: from a snapshot and the events after it, or from all."""

from dataclasses import replace
from random import Random
from typing import Any

import orjson
import pytest
from desk_alone import SANDBOX, SCHEME, DeskAlone, city
from loans import lending
from product import product

from drawbridge.gateway.desk import Desk
from drawbridge.gateway.office import MissingEventsError
from drawbridge.record import saved

#: snapshots often, so that a city has many
OFTEN = replace(SANDBOX, snapshot_events=60)


def picture(desk: Desk) -> dict[str, Any]:
    """All that a desk knows of its scheme, in a form that compares by value."""
    office = desk._offices[SCHEME.id]
    state = office.state
    return {
        "cases": state.cases,
        "banks": state.banks,
        "book": state.book,
        "timers": state.timers.pending,
        "calendar": state.calendar.fingerprint,
        "journal": (state.sequence, state.head),
        "clock": state.clock,
        "decided": office.decided,
    }


async def in_batches(alone: DeskAlone, lines: list[bytes], size: int) -> Desk:
    """Have lines decided by one desk."""
    desk = await alone.open()
    for start in range(0, len(lines), size):
        await alone.say(desk, lines[start : start + size])
    return desk


@pytest.mark.parametrize("seed", range(4))
async def test_desks_that_follow_each_other_decide_as_one(
    desk_alone: DeskAlone, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each begins where the journal stands, whether the one before wrote its state down at its end or was killed."""
    monkeypatch.setattr(saved, "PORTION", 3)  # a snapshot of more cases than one statement takes
    desk_alone.settings = OFTEN
    dice, lines = Random(seed), city(seed)  # noqa: S311 - chance, not a secret
    while lines:
        desk = await desk_alone.open()
        for _ in range(dice.randrange(1, 6)):
            count = dice.randrange(1, 30)
            await desk_alone.say(desk, lines[:count])
            lines = lines[count:]
        if dice.random() < 0.5:
            await desk.save()
    assert await desk_alone.journalled() == desk_alone.replayed()


@pytest.mark.parametrize("seed", range(4))
async def test_a_snapshot_and_the_events_after_it_say_what_the_whole_journal_says(
    desk_alone: DeskAlone, seed: int
) -> None:
    """Also what the desk itself had in memory is the very same."""
    lines = city(seed)
    desk_alone.settings = OFTEN
    await in_batches(desk_alone, lines[:-30], 25)
    desk_alone.settings = replace(SANDBOX, snapshot_events=1_000_000)
    before = picture(await in_batches(desk_alone, lines[-30:], 25))
    saved = await desk_alone.pool.fetchval("SELECT sequence FROM snapshots")
    assert 0 < saved < before["journal"][0], "there are events after the snapshot"
    assert picture(await desk_alone.open()) == before
    await desk_alone.pool.execute("DELETE FROM snapshots")
    assert picture(await desk_alone.open()) == before


async def test_a_snapshot_between_two_deadlines_of_one_instant_is_what_the_events_say(
    desk_alone: DeskAlone, database: str
) -> None:
    """A crowd of them goes in batches, and the desk may have to leave after any; the next one goes on there."""
    desk_alone.settings = replace(SANDBOX, desk_batch=7, snapshot_events=1)
    *lines, last = lending(20)
    desk = await in_batches(desk_alone, lines, 50)
    desk.leave()
    await desk_alone.say(desk, [last])
    clock = desk.offices[SCHEME.id].state.clock
    assert desk.next_due() == clock, "it is in the middle"
    rebuild = product(database)
    assert (done := rebuild("rebuild")).returncode == 0, done.stdout
    again = await desk_alone.open()
    assert picture(again) == picture(desk)
    await again.take(desk_alone.facts(again.writer.next_offset, [last]))
    desk_alone.sent.pop()
    assert await desk_alone.journalled() == desk_alone.replayed()
    assert (done := rebuild("rebuild")).returncode == 0, done.stdout


async def closed_cases_are_spoken_of(alone: DeskAlone, desk: Desk, number: int) -> list[str]:
    """Have money move on every closed case that has left memory; return their subjects."""
    events = [orjson.loads(line) for line in (await alone.journalled())[0]]
    closed = {event["subject"] for event in events if event["type"] == "bridge.closed.v1"}
    left = [subject for subject in sorted(closed) if subject not in desk.offices[SCHEME.id].state.cases]
    paid = {orjson.loads(line)["subject"]: line for line in city(3) if b"bank.bridge.repayment.v1" in line}
    lines = []
    for subject in left:
        again = orjson.loads(paid[subject])
        again.pop("recordedtime", None)
        told = {"id": f"again-{number}-{subject}", "time": "2014-12-01T10:00:00+08:00"}
        lines.append(orjson.dumps(again | told | {"data": again["data"] | {"payment_ref": f"again-{number}"}}))
    await alone.say(desk, lines)
    return left


async def test_what_is_said_of_a_closed_case_after_the_snapshot_is_known_again(desk_alone: DeskAlone) -> None:
    """A case that has left memory takes the events after the snapshot once, however many desks follow each other."""
    await in_batches(desk_alone, city(3), 25)
    desk = await desk_alone.open()
    await desk_alone.say(desk, [city(3)[0].replace(b"2014-01-02", b"2014-11-03", 1)])
    await desk.save()
    for number in range(3):
        assert len(await closed_cases_are_spoken_of(desk_alone, desk, number)) > 5
        before = picture(desk)
        desk = await desk_alone.open()
        assert picture(desk) == before
    assert await desk_alone.journalled() == desk_alone.replayed()
    await desk.save()
    assert await closed_cases_are_spoken_of(desk_alone, await desk_alone.open(), 3)
    assert await desk_alone.journalled() == desk_alone.replayed()


async def test_a_snapshot_of_another_form_is_passed_over_for_the_whole_journal(desk_alone: DeskAlone) -> None:
    """It is the work of another version; the desk reads everything once, and writes it down in its own form."""
    desk_alone.settings = OFTEN
    before = picture(await in_batches(desk_alone, city(1), 25))
    form = await desk_alone.pool.fetchval("SELECT form FROM snapshots")
    await desk_alone.pool.execute("UPDATE snapshots SET form = 'another', body = '', sequence = 3")
    await desk_alone.pool.execute("UPDATE open_cases SET body = 'not to be read'")
    assert picture(await desk_alone.open()) == before
    assert await desk_alone.pool.fetchval("SELECT form FROM snapshots") == form
    assert picture(await desk_alone.open()) == before


async def test_a_desk_does_not_begin_with_a_gap_in_its_journal(desk_alone: DeskAlone) -> None:
    """Where events are missing that no snapshot covers it says so, and decides nothing on a wrong state."""
    await in_batches(desk_alone, city(1), 25)
    await desk_alone.pool.execute("DELETE FROM events WHERE sequence = 7")
    with pytest.raises(MissingEventsError, match="after event 6 the journal goes on with 8"):
        await desk_alone.open()


async def test_a_repetition_gets_its_first_receipt_again_to_the_byte(desk_alone: DeskAlone) -> None:
    """From the journal, by a desk that never saw the first; months later, and with nothing else decided."""
    lines = city(2)
    first = await in_batches(desk_alone, lines, 25)
    receipts = {
        row["id"]: row["receipt"] for row in await desk_alone.pool.fetch("SELECT * FROM messages WHERE is_first")
    }
    later = await desk_alone.open()
    await desk_alone.say(later, lines[:50])
    again = await desk_alone.pool.fetch("SELECT * FROM messages WHERE position > $1", first.writer.position)
    repeated = [row for row in again if row["receipt"] == receipts[row["id"]]]
    assert len(repeated) >= 45, "the city's own altered messages aside, which are refused as such"
    assert not any(row["is_first"] for row in again)
    assert later._offices[SCHEME.id].state.sequence == first._offices[SCHEME.id].state.sequence
    assert await desk_alone.journalled() == desk_alone.replayed()
