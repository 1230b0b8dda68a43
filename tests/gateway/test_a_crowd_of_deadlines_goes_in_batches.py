"""Many deadlines that are due at once are concluded a batch at a time, in the order in which a replay does it."""

import asyncio
from dataclasses import replace
from datetime import datetime
from random import Random

import pytest
from desk_alone import SANDBOX, SCHEME, DeskAlone, city
from kept_journal import KeptJournal, KilledError
from loans import lending, many_loans

from drawbridge import shipped
from drawbridge.gateway.desk import Desk, open_desk
from drawbridge.record.rows import Answered, Batch, Happened
from drawbridge.settings import Settings

#: loans that were paid out on one day and are never repaid
LOANS = 60
#: events and messages of a batch here
BATCH = 20
#: events of one deadline, at most
OF_ONE = 3
SMALL = replace(SANDBOX, desk_batch=BATCH, snapshot_events=35)


async def opened(journal: KeptJournal, settings: Settings = SMALL) -> Desk:
    """Become the writer, as a worker that starts."""
    return await open_desk(settings, journal, shipped.calendar(), partition=0, partitions=1, holder="test")


async def lent(desk: Desk, alone: DeskAlone, lines: list[bytes]) -> None:
    """Let a desk decide these messages, a batch at a time."""
    for start in range(0, len(lines), BATCH):
        await desk.take(alone.facts(start, lines[start : start + BATCH]))


def of_timers(batch: Batch) -> int:
    """Count the events that timers caused."""
    return sum(isinstance(row, Happened) and b'"causationid":"timer:' in row.line for row in batch.outbound)


async def test_before_a_message_they_go_into_small_transactions_in_the_order_of_a_replay() -> None:
    """None holds more than a batch, each names the message as the next to be decided, and the last one decides it."""
    journal, alone = KeptJournal(), DeskAlone(None)
    desk = await opened(journal)
    *lines, last = lending(LOANS)
    await lent(desk, alone, lines)
    begun = len(journal.batches)
    await desk.take(alone.facts(len(lines), [last]))
    crowd = journal.batches[begun:]
    assert sum(map(of_timers, crowd)) >= 2 * LOANS
    assert max(map(of_timers, crowd[:-1])) < BATCH + OF_ONE
    assert of_timers(crowd[-1]) <= BATCH * OF_ONE, "no more timers than messages"
    assert {batch.next_offset for batch in crowd[:-1]} == {len(lines)}
    assert not any(batch.origins or isinstance(row, Answered) for batch in crowd[:-1] for row in batch.outbound)
    assert journal.journalled(SCHEME.id) == alone.replayed()


async def test_when_nothing_arrives_they_go_into_small_transactions_too() -> None:
    """And the messages that follow find the state of a replay."""
    journal, alone = KeptJournal(), DeskAlone(None)
    desk = await opened(journal)
    *lines, last = lending(LOANS)
    await lent(desk, alone, lines)
    begun = len(journal.batches)
    assert await desk.pass_time(datetime.fromisoformat("2014-11-30T00:00:00+08:00"))
    assert max(map(of_timers, journal.batches[begun:])) < BATCH + OF_ONE
    await desk.take(alone.facts(len(lines), [last]))
    assert journal.journalled(SCHEME.id) == alone.replayed()


@pytest.mark.parametrize("batches", range(3))
async def test_what_a_desk_decided_and_could_not_write_is_in_no_snapshot(batches: int) -> None:
    """Some batches of a crowd are written, then the database is gone: what it writes down at its end is no further.

    A snapshot that is ahead of the journal would take the events in between from everybody, for good.
    """
    journal, alone = KeptJournal(), DeskAlone(None)
    desk = await opened(journal)
    *lines, last = lending(LOANS)
    await lent(desk, alone, lines)
    gone_at, records = len(journal.batches) + batches, alone.facts(len(lines), [last])

    def gone() -> None:
        if len(journal.batches) == gone_at:
            raise KilledError

    journal.before = gone
    with pytest.raises(KilledError):
        await desk.take(records)
    journal.before = lambda: None
    await desk.save()
    await (await opened(journal)).take(records)
    assert journal.journalled(SCHEME.id) == alone.replayed()


async def test_a_crowd_that_tells_nothing_lets_others_have_their_turn() -> None:
    """The deadlines of loans that are repaid: no event, no transaction, and signs of life go on in between."""
    journal, alone, turns = KeptJournal(), DeskAlone(None), [0]
    desk = await opened(journal)
    lines = [*lending(0)[:-1], *many_loans(LOANS, "repayment")]
    await lent(desk, alone, lines)
    state, begun = desk.offices[SCHEME.id].state, len(journal.batches)
    end = datetime.fromisoformat("2014-11-30T00:00:00+08:00")
    await desk.pass_time(datetime.fromisoformat("2014-07-20T00:00:00+08:00"))
    waiting = state.timers.count_due(end, 10_000)
    assert waiting > 2 * LOANS

    async def others() -> None:
        while True:
            turns[0] += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    await desk.pass_time(end)
    beside.cancel()
    assert turns[0] >= waiting // BATCH - 1
    assert sum(map(of_timers, journal.batches[begun:])) < LOANS
    assert state.timers.count_due(end, 10_000) == 0


async def test_a_desk_that_has_to_leave_does_so_between_two_batches() -> None:
    """A rebalance does not wait for a million deadlines: the next writer goes on with the same message."""
    journal, alone = KeptJournal(), DeskAlone(None)
    desk = await opened(journal)
    *lines, last = lending(LOANS)
    await desk.take(alone.facts(0, lines))
    begun = len(journal.batches)
    desk.leave()
    records = alone.facts(len(lines), [last])
    assert await desk.take(records), "what it wrote is owed"
    assert len(journal.batches) == begun + 1
    assert desk.writer.next_offset == len(lines)
    await (await opened(journal)).take(records)
    assert journal.journalled(SCHEME.id) == alone.replayed()


@pytest.mark.parametrize("seed", range(8))
async def test_a_desk_that_is_killed_between_any_two_batches_is_followed_as_if_nothing_were(seed: int) -> None:
    """Also in the middle of one instant's deadlines, with snapshots taken there; before a commit and after it."""
    dice, journal = Random(seed), KeptJournal()  # noqa: S311 - chance, not a secret
    alone, lines = DeskAlone(None), city(seed, 20)
    records = alone.facts(0, lines)
    settings = replace(SMALL, desk_batch=1 + seed % 2, snapshot_events=10)

    def dies_at_times() -> None:
        if dice.random() < 0.04:
            raise KilledError

    journal.before = journal.after = dies_at_times
    killed = 0
    while (at := (await journal.take(0, "look")).next_offset) < len(records):
        try:
            desk = await opened(journal, settings)
            for start in range(at, len(records), 25):
                await desk.take(records[start : start + 25])
        except KilledError:
            killed += 1
    assert killed
    assert journal.journalled(SCHEME.id) == alone.replayed()
    office = desk.offices[SCHEME.id]
    again = (await opened(journal, settings)).offices[SCHEME.id]
    assert (again.state.cases, again.state.timers.pending) == (office.state.cases, office.state.timers.pending)
