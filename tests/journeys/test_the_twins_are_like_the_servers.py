"""What the simulation believes of a database, asked of its twin and of PostgreSQL in the same words."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

import asyncpg
import pytest

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.gateway.journal import DeskJournal
from drawbridge.law.snapshot import Head, Snapshot
from drawbridge.record.journal import FencedError, Journal
from drawbridge.record.migrate import migrate
from drawbridge.record.owed import Outbox
from drawbridge.record.rows import Answered, Batch, Buried, Happened, Origin, Ruled, message_key
from drawbridge.record.saved import Saved
from drawbridge.relay.outbox import RelayOutbox
from simulation.twin_database import TwinDatabase, TwinJournal
from simulation.twin_outbox import TwinOutbox
from simulation.world import World

AT = datetime(2014, 1, 6, 9, tzinfo=SHANGHAI)
SCHEME = "zhenjiang-2013"
Belief = Callable[[DeskJournal, RelayOutbox], Awaitable[None]]


def event(sequence: int) -> Happened:
    """Return an event of a scheme."""
    return Happened(SCHEME, sequence, AT, "bridge.closed.v1", "bridge/1/2", ("1",), (), b"line %d" % sequence)


async def a_successor_fences(journal: DeskJournal, outbox: RelayOutbox) -> None:
    """Who takes a partition goes on where the journal stands, and the one before can write nothing more."""
    old = await journal.append(await journal.take(0, "old"), Batch(5, [event(1), event(2)], {("bank.1.in", 0): 9}))
    new = await journal.take(0, "new")
    assert (new.epoch, new.next_offset, new.position) == (old.epoch + 1, 5, 2)
    assert await journal.origins(0) == {("bank.1.in", 0): 9}
    with pytest.raises(FencedError):
        await journal.append(old, Batch(6, [event(3)]))
    after = await journal.append(new, Batch(7, [event(3)]))
    assert await outbox.writer(0) == (after.epoch, 3)
    assert [row.position for row in await outbox.after(0, 1, 10)] == [2, 3]
    assert [line async for line in journal.event_lines(SCHEME, 1)] == [b"line 2", b"line 3"]


async def a_batch_is_whole_or_not_there(journal: DeskJournal, outbox: RelayOutbox) -> None:
    """A row that is there already leaves nothing of its batch."""
    writer = await journal.append(await journal.take(0, "me"), Batch(1, [event(1)]))
    with pytest.raises(asyncpg.UniqueViolationError):
        await journal.append(writer, Batch(5, [event(2), event(1)]))
    assert (await journal.take(0, "me")).next_offset == 1
    assert await outbox.after(0, 0, 10) == await outbox.after(0, 0, 1)


async def the_copy_of_the_cursor_is_compared(journal: DeskJournal, outbox: RelayOutbox) -> None:
    """Only who knows what is noted may note something else; a person may note anything."""
    await journal.take(0, "me")
    assert await outbox.published(0) == 0
    assert await outbox.remember(0, 3, 0)
    assert await outbox.remember(0, 5, 3)
    assert not await outbox.remember(0, 4, 3)
    assert await outbox.published(0) == 5
    assert await outbox.remember(0, 2)
    assert await outbox.published(0) == 2


async def a_dead_letter_is_ruled_on_once(journal: DeskJournal, outbox: RelayOutbox) -> None:
    """It is found by its place, with whether somebody has ruled; a second ruling on it leaves nothing of its batch."""
    letter = Buried("", "malformed", "why", AT, b"{}", b"raw", (("a", b"b"),), Origin("bank.1.in", 0, 7))
    writer = await journal.append(await journal.take(0, "me"), Batch(1, [event(1), letter]))
    assert await journal.buried(0, [1, 2, 3]) == {2: (letter, False)}
    ruled = Ruled(2, "discard", "operator", "because", AT, Origin("operator.o.in", 0, 1), None)
    writer = await journal.append(writer, Batch(2, rulings=[ruled]))
    assert await journal.buried(0, [2]) == {2: (letter, True)}
    assert await journal.buried(1, [2]) == {}
    with pytest.raises(asyncpg.UniqueViolationError):
        await journal.append(writer, Batch(3, [event(2)], rulings=[ruled]))
    assert (await journal.take(0, "me")).next_offset == 2
    assert len(await outbox.after(0, 0, 10)) == 2


async def what_was_answered_is_remembered(journal: DeskJournal, outbox: RelayOutbox) -> None:
    """A message's first receipt is found by its key, in its scheme only; the last one tells order and instant."""
    await journal.take(0, "me")
    assert await journal.last_decided(SCHEME) == (0, None)
    await journal.append(await journal.take(0, "me"), Batch(2, [answered(1, "a"), answered(2, "a", is_first=False)]))
    key = message_key("urn:bank:1", "a")
    assert await journal.remembered(SCHEME, [key, b"?" * 32]) == {key: (b"d" * 32, b"receipt 1")}
    assert await journal.remembered("qianjiang-2015", [key]) == {}
    assert await journal.last_decided(SCHEME) == (2, AT)
    assert [row.line for row in await outbox.after(0, 0, 10)] == [b"receipt 1", b"receipt 2"]


async def a_snapshot_stands_over_the_one_before(journal: DeskJournal, _: RelayOutbox) -> None:
    """Its cases are those that were written and are not gone; a whole one leaves none of before."""
    writer = await journal.take(0, "me")
    saved = [
        Snapshot(Head("form", 1, "h", AT, b"head 1"), {"bridge/1/a": b"a1", "bridge/1/b": b"b1"}, is_whole=True),
        Snapshot(Head("form", 2, "h", AT, b"head 2"), {"bridge/1/c": b"c2"}, ["bridge/1/a"]),
        Snapshot(Head("form", 3, "h", AT, b"head 3"), {"bridge/1/d": b"d3"}, is_whole=True),
    ]
    for snapshot, cases in zip(saved, ({b"a1", b"b1"}, {b"b1", b"c2"}, {b"d3"}), strict=True):
        batch = Batch(0, saved={SCHEME: (snapshot, 9)})
        writer = await journal.append(writer, batch)
        async with journal.saved(SCHEME) as found:
            assert found is not None
            assert found[0] == Saved(snapshot.head, 9)
            assert {body async for body in found[1]} == cases
    async with journal.saved("qianjiang-2015") as found:
        assert found is None


def answered(decided: int, id_: str, *, is_first: bool = True) -> Answered:
    """Return a message's row."""
    return Answered(
        scheme=SCHEME,
        decided=decided,
        key=message_key("urn:bank:1", id_),
        is_first=is_first,
        digest=b"d" * 32,
        recorded_at=AT,
        source="urn:bank:1",
        id=id_,
        type="bank.bridge.notice.v1",
        raw=b"{}",
        told_time=False,
        receipt=b"receipt %d" % decided,
        receipt_topic="bank.1.out",
        origin=Origin("bank.1.in", 0, decided),
    )


BELIEFS: tuple[Belief, ...] = (
    a_successor_fences,
    a_batch_is_whole_or_not_there,
    the_copy_of_the_cursor_is_compared,
    a_dead_letter_is_ruled_on_once,
    what_was_answered_is_remembered,
    a_snapshot_stands_over_the_one_before,
)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections to a database with its tables."""
    pool = await asyncpg.create_pool(database, min_size=1, max_size=4)
    async with pool.acquire() as connection:
        await migrate(connection)
    yield pool
    await pool.close()


@pytest.mark.parametrize("belief", BELIEFS)
async def test_postgresql_does_what_its_twin_is_believed_to(belief: Belief, pool: asyncpg.Pool) -> None:
    """The real server."""
    await belief(Journal(pool), Outbox(pool))


@pytest.mark.parametrize("belief", BELIEFS)
def test_the_twin_does_what_postgresql_does(belief: Belief) -> None:
    """The same, asked of the twin, with whatever order of steps."""
    for seed in range(20):
        world = World(seed, AT)
        database = TwinDatabase(world)

        async def ask(database: TwinDatabase = database) -> None:
            await belief(TwinJournal(database), TwinOutbox(database))

        world.run(ask())
