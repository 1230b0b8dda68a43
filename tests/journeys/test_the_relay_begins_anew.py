"""Whatever happens to the relay's producer, the journal is published once, in order: it begins anew and goes on."""

import asyncio
from collections.abc import Mapping

import pytest
from aiokafka import AIOKafkaProducer
from relay_alone import RelayAlone
from running_service import PATIENCE_S

from drawbridge.reading import JournalReader
from drawbridge.record.owed import Outbox
from drawbridge.relay import publisher
from drawbridge.relay.behind import Standing
from drawbridge.relay.cursor import CursorError, Place, read_cursor
from drawbridge.relay.kafka import KafkaSession


async def test_what_a_torn_transaction_left_is_not_published_again(alone: RelayAlone) -> None:
    """Records of the next rows stand on the topic already, without a cursor: the relay passes them over."""
    journal = await alone.journal()
    async with alone.publisher(batch=20) as publisher:
        running = asyncio.create_task(publisher.run())
        outbox = Outbox(alone.pool)
        while await outbox.published(alone.partition) < 40:  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.wait([running])
        session = publisher.open_session()
        await session.open()
        cursor = await session.cursor()
        assert cursor is not None
        recorder = publisher.make_recorder()
        owed = await outbox.after(alone.partition, cursor.position, 12)
        records = [record for row in owed for record in recorder.records(row)]
        # the relay's own session would write a cursor: what is torn lacks it
        producer = session._producer  # type: ignore[attr-defined]
        await producer.begin_transaction()
        await session._delivery(records[: len(records) // 2])  # type: ignore[attr-defined]
        await producer.commit_transaction()
        await session.close()
    async with alone.publishing(batch=20):
        await alone.everything_is_published()
    assert alone.events() == journal


async def test_it_goes_on_when_the_broker_has_forgotten_its_id(alone: RelayAlone) -> None:
    """An idle relay's transactional id expires; what comes then is published all the same."""
    await alone.journal(cases=4)
    async with alone.publishing():
        await alone.everything_is_published()
        await asyncio.sleep(9)  # this broker forgets after 5 s, and looks every second
        journal = await alone.journal(cases=8)
        await alone.everything_is_published()
    assert alone.events() == journal


async def test_an_idle_relay_says_where_it_is(alone: RelayAlone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cursor names the ends of the outputs as others have moved them since: nobody has to look through all that."""
    monkeypatch.setattr(publisher, "SAY_EVERY_S", 0.5)
    await alone.journal(cases=4)
    topic = f"{alone.service.prefix}dead-letters"
    async with alone.publishing(), AIOKafkaProducer(bootstrap_servers=alone.service.kafka) as somebody:
        await alone.everything_is_published()
        place = (await somebody.send_and_wait(topic, b"of another partition's relay", b"", partition=0)).offset
        async with asyncio.timeout(PATIENCE_S):
            ends: dict[Place, int] = {}
            while ends.get((topic, 0)) != place + 1:
                cursors = await asyncio.to_thread(alone.everything, "relay.cursor")
                ends = dict(read_cursor(cursors[-1].value).ends)


async def test_who_owes_nothing_does_not_read_what_others_published(
    alone: RelayAlone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The relays of quiet partitions would hold up a start by reading all outputs; who owes something has to look."""
    looked = []
    standing = KafkaSession.standing

    async def noted(self: KafkaSession, since: Mapping[Place, int], until: Mapping[Place, int]) -> list[Standing]:
        looked.append(until)
        return await standing(self, since, until)

    await alone.journal(cases=4)
    async with alone.publishing():
        await alone.everything_is_published()
    monkeypatch.setattr(KafkaSession, "standing", noted)
    capsys.readouterr()
    async with alone.publishing(), asyncio.timeout(PATIENCE_S):
        while "relay opened" not in capsys.readouterr().out:  # noqa: ASYNC110 - its log tells nobody
            await asyncio.sleep(0.05)
    assert not looked
    journal = await alone.journal(cases=8)
    async with alone.publishing():
        await alone.everything_is_published()
    assert looked
    assert alone.events() == journal


async def test_cut_and_slow_connections_neither_double_nor_lose(alone: RelayAlone) -> None:
    """Every connection is cut again and again, and each frame takes its time."""
    journal = await alone.journal()
    alone.proxy.delay_s = 0.01
    async with alone.publishing(batch=10):
        for _ in range(6):
            await asyncio.sleep(0.7)
            alone.proxy.cut()
        alone.proxy.delay_s = 0.0
        await alone.everything_is_published()
    assert alone.events() == journal


async def test_it_stops_when_broker_and_database_disagree(alone: RelayAlone) -> None:
    """Until a person says from which row on; rows from there are published again, and readers that count see it."""
    journal = await alone.journal(cases=4)
    async with alone.publishing():
        await alone.everything_is_published()
    await alone.pool.execute("UPDATE relay_cursors SET position = 1")
    async with alone.publisher(batch=20) as publisher:
        with pytest.raises(CursorError, match="the database says 1"):
            await asyncio.wait_for(publisher.run(), PATIENCE_S)
    _, written = await Outbox(alone.pool).writer(alone.partition)
    alone.service.run("relay", "--scheme", "zhenjiang-2013", "--from", str(written), "--yes")
    async with alone.publishing():
        await alone.everything_is_published()
    assert alone.events()[: len(journal)] == journal
    assert set(alone.events()) == set(journal)


async def test_a_subscriber_reads_the_whole_chain(alone: RelayAlone) -> None:
    """With the reader that ships, which counts."""
    journal = await alone.journal(cases=4)
    async with alone.publishing(batch=7):
        await alone.everything_is_published()
    async with JournalReader(alone.service.kafka, prefix=alone.service.prefix) as reader:
        events = aiter(reader)
        read = [(await anext(events)).line for _ in journal]
    assert read == journal
