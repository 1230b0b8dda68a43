"""What the simulation believes of a broker, clause by clause: asked of its twin and of Apache Kafka in the same words.

Each is a promise on which intake, desk or relay relies, or a trap that they must survive.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from simulation.ground import Ground, Held, publish, stands, values, write

Clause = Callable[[Ground], Awaitable[None]]


async def a_transaction_is_seen_whole_or_not_at_all(on: Ground) -> None:
    """Before the commit a reader of committed records sees none of its partitions, afterwards all of them."""
    one, two = TopicPartition(await on.topic("one"), 0), TopicPartition(await on.topic("two"), 0)
    committed, everything = await on.consumer(), await on.consumer(committed=False)
    producer = await on.relay_producer("id")
    await producer.begin_transaction()
    await write(producer, one, b"1")
    await write(producer, two, b"2")
    assert [await values(everything, place) for place in (one, two)] == [[b"1"], [b"2"]]
    assert [await values(committed, place) for place in (one, two)] == [[], []]
    await producer.commit_transaction()
    await _eventually(lambda: values(committed, one), [b"1"])
    await _eventually(lambda: values(committed, two), [b"2"])


async def a_transactions_end_takes_an_offset(on: Ground) -> None:
    """Offsets have gaps: a reader counts sequences, never offsets, and its position goes on behind the marker."""
    place = TopicPartition(await on.topic("marked"), 0)
    reader, producer = await on.consumer(), await on.relay_producer("id")
    await publish(producer, (place, b"a"))
    await publish(producer, (place, b"b"))
    await _eventually(lambda: stands(reader, place), [(0, b"a"), (2, b"b")])
    await _eventually(lambda: reader.end_offsets([place]), {place: 4})
    assert await reader.beginning_offsets([place]) == {place: 0}


async def a_successor_fences_and_aborts(on: Ground) -> None:
    """Who starts with an id ends what is open under it; the one before cannot commit it."""
    place = TopicPartition(await on.topic("fenced"), 0)
    committed, everything = await on.consumer(), await on.consumer(committed=False)
    old = await on.relay_producer("id")
    await publish(old, (place, b"done"))
    await old.begin_transaction()
    await write(old, place, b"aborted")
    new = await on.relay_producer("id")
    with pytest.raises(KafkaError):
        await old.commit_transaction()
    await publish(new, (place, b"new"))
    await _eventually(lambda: values(committed, place), [b"done", b"new"])
    assert await values(everything, place) == [b"done", b"aborted", b"new"]


async def a_fenced_producer_cannot_begin(on: Ground) -> None:
    """A relay that was idle, or stopped, when its successor came adds nothing either."""
    place = TopicPartition(await on.topic("stopped"), 0)
    everything, old = await on.consumer(committed=False), await on.relay_producer("id")
    await publish(old, (place, b"old"))
    await publish(await on.relay_producer("id"), (place, b"new"))
    with pytest.raises(KafkaError):
        await publish(old, (place, b"late"))
    assert await values(everything, place) == [b"old", b"new"]


async def an_open_transaction_holds_back_what_follows(on: Ground) -> None:
    """The last stable offset stands before it; committed records of others behind it wait, and nothing is skipped."""
    place = TopicPartition(await on.topic("held"), 0)
    committed, everything = await on.consumer(), await on.consumer(committed=False)
    open_, other = await on.relay_producer("open"), await on.relay_producer("other")
    await open_.begin_transaction()
    await write(open_, place, b"first")
    await publish(other, (place, b"second"))
    await _eventually(lambda: everything.end_offsets([place]), {place: 3})
    assert await committed.end_offsets([place]) == {place: 0}
    assert await values(committed, place) == []
    await open_.commit_transaction()
    await _eventually(lambda: values(committed, place), [b"first", b"second"])


async def a_transaction_of_nobody_ends_by_itself(on: Ground) -> None:
    """After its timeout the broker aborts it, and the one who began it is fenced."""
    place = TopicPartition(await on.topic("hanging"), 0)
    committed, producer = await on.consumer(), await on.relay_producer("id", timeout_s=1.0)
    await producer.begin_transaction()
    await write(producer, place, b"never seen")
    assert await committed.end_offsets([place]) == {place: 0}
    await _eventually(lambda: committed.end_offsets([place]), {place: 2})
    with pytest.raises(KafkaError):
        await producer.commit_transaction()
    await publish(await on.relay_producer("id"), (place, b"seen"))
    await _eventually(lambda: values(committed, place), [b"seen"])


async def _commit_held_back(on: Ground, place: TopicPartition, value: bytes) -> tuple[Held, "asyncio.Task[None]"]:
    """Publish with a new producer, and return its commit's request, caught, with the task that waits for an answer."""
    producer, held = await on.relay_producer("id"), on.hold("EndTxn")
    commit = asyncio.create_task(publish(producer, (place, value)))
    await held.caught()
    return held, commit


async def a_commit_without_an_answer_may_have_been_done(on: Ground) -> None:
    """Its producer cannot tell; the next one finds all of it there."""
    place = TopicPartition(await on.topic("unanswered"), 0)
    committed = await on.consumer()
    late, commit = await _commit_held_back(on, place, b"there")
    await late.arrive()
    with pytest.raises(KafkaError):
        await commit
    await on.relay_producer("id")
    await _eventually(lambda: values(committed, place), [b"there"])


async def a_commit_without_an_answer_may_not_have_been_done(on: Ground) -> None:
    """It looks the same to its producer; the next one aborts it."""
    place = TopicPartition(await on.topic("unheard"), 0)
    committed = await on.consumer()
    _, commit = await _commit_held_back(on, place, b"lost")
    with pytest.raises(KafkaError):
        await commit
    await publish(await on.relay_producer("id"), (place, b"again"))
    await _eventually(lambda: values(committed, place), [b"again"])


async def a_late_commit_of_an_older_epoch_is_refused(on: Ground) -> None:
    """A new producer after an unanswered commit makes the late request harmless, also within a transaction."""
    place = TopicPartition(await on.topic("harmless"), 0)
    committed = await on.consumer()
    late, commit = await _commit_held_back(on, place, b"aborted")
    with pytest.raises(KafkaError):
        await commit
    new = await on.relay_producer("id")
    await new.begin_transaction()
    await write(new, place, b"new")
    await late.arrive()
    assert await values(committed, place) == []
    await new.commit_transaction()
    await _eventually(lambda: values(committed, place), [b"new"])


async def a_late_commit_of_the_same_epoch_tears(on: Ground) -> None:
    """The trap: a producer that asked twice has its next transaction committed in the middle, by the first request."""
    place = TopicPartition(await on.topic("torn"), 0)
    committed, producer, late = await on.consumer(), await on.plain_producer("id"), on.hold("EndTxn")
    await publish(producer, (place, b"first"))
    await late.caught()
    await producer.begin_transaction()
    await write(producer, place, b"half")
    await late.arrive()
    await _eventually(lambda: values(committed, place), [b"first", b"half"])
    with pytest.raises(KafkaError):
        await write(producer, place, b"the other half")


async def a_batch_that_is_sent_twice_stands_once(on: Ground) -> None:
    """An idempotent producer asks again when no answer comes; the request of before arrives as well."""
    place = TopicPartition(await on.topic("idempotent"), 0)
    reader, producer = await on.consumer(), await on.plain_producer(None)
    await write(producer, place, b"a")
    late = on.hold("Produce")
    sent = asyncio.create_task(write(producer, place, b"b"))
    await late.caught()
    await sent
    await late.arrive()
    await write(producer, place, b"c")
    assert await values(reader, place) == [b"a", b"b", b"c"]


async def a_record_tells_whose_clock_its_instant_is(on: Ground) -> None:
    """1: the broker's, when it appended the record; 0: the client's."""
    ours = TopicPartition(await on.topic("appended", append_time=True), 0)
    theirs = TopicPartition(await on.topic("created"), 0)
    reader, producer = await on.consumer(), await on.plain_producer(None)
    for place, kind in ((ours, 1), (theirs, 0)):
        await write(producer, place, b"x")
        reader.assign([place])
        reader.seek(place, 0)
        records: list[Any] = []
        while not records:
            records = (await reader.getmany(place, timeout_ms=200)).get(place, [])
        assert [record.timestamp_type for record in records] == [kind]


async def compaction_keeps_the_last_of_each_key_where_it_stood(on: Ground) -> None:
    """What is read of the cursor's topic ends with the last cursor, whatever was removed before it."""
    place = TopicPartition(await on.topic("compacted", compacted=True), 0)
    reader, producer = await on.consumer(), await on.plain_producer(None)
    for key, value in ((b"a", b"a1"), (b"b", b"b1"), (b"a", b"a2")):
        await write(producer, place, value, key=key)
    await asyncio.sleep(0.2)  # then Kafka begins a new segment; the one that is written to it never compacts
    await write(producer, place, b"c1", key=b"c")
    await on.compact(place)
    assert await stands(reader, place) == [(1, b"b1"), (2, b"a2"), (3, b"c1")]
    assert await reader.beginning_offsets([place]) == {place: 0}
    await write(producer, place, b"a3", key=b"a")
    assert (await stands(reader, place))[-1] == (4, b"a3")


async def a_topic_that_is_not_there_is_not_named(on: Ground) -> None:
    """So a relay can say which is missing."""
    there = await on.topic("there")
    named = await (await on.consumer()).topics()
    assert there in named
    assert there.replace("there", "elsewhere") not in named


class _Ears(ConsumerRebalanceListener):  # type: ignore[misc]
    """Hears what a group says, in its order."""

    def __init__(self, name: str, heard: list[tuple[str, str, frozenset[int]]]) -> None:
        self.name = name
        self.heard = heard

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Hear what is given up."""
        self.heard.append((self.name, "gives up", frozenset(place.partition for place in revoked)))

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Hear what is given."""
        self.heard.append((self.name, "gets", frozenset(place.partition for place in assigned)))


async def a_group_shares_out_everything_after_all_gave_up(on: Ground) -> None:
    """Each partition has one member; nobody gets one before the one that had it has heard that it is gone."""
    topic, heard = await on.topic("shared", partitions=2), list[tuple[str, str, frozenset[int]]]()
    first = await on.member("group", [topic], _Ears("first", heard))
    await _eventually(lambda: _numbers(first), [0, 1])
    second = await on.member("group", [topic], _Ears("second", heard))
    await _eventually(lambda: _numbers(first, second), [0, 1])
    await _eventually(lambda: _numbers(second), [1], [0])
    given_up = heard.index(("first", "gives up", frozenset({0, 1})))
    [at] = [n for n, (name, what, of) in enumerate(heard) if (name, what) == ("second", "gets") and of]
    assert given_up < at
    await second.stop()
    await _eventually(lambda: _numbers(first), [0, 1])


async def a_group_remembers_what_was_committed(on: Ground) -> None:
    """A new member begins there; where nothing was committed the broker says so."""
    topic = await on.topic("remembered", partitions=2)
    here, there = TopicPartition(topic, 0), TopicPartition(topic, 1)
    producer = await on.plain_producer(None)
    await write(producer, here, b"a", b"b", b"c")
    first = await on.member("group", [topic])
    await _eventually(lambda: _numbers(first), [0, 1])
    await first.commit({here: 2})
    assert await on.positions("group", [here, there]) == {here: 2, there: -1}
    await first.stop()
    second = await on.member("group", [topic])
    found: list[bytes] = []
    while not found:
        found = [r.value for records in (await second.getmany(timeout_ms=200)).values() for r in records]
    assert found == [b"c"]


async def a_member_whose_share_is_anothers_commits_nothing(on: Ground) -> None:
    """While a group shares out, and afterwards, what was another's is not moved by the one that had it."""
    topic = await on.topic("moved", partitions=1)
    place = TopicPartition(topic, 0)
    first = await on.member("group", [topic])
    await _eventually(lambda: _numbers(first), [0])
    second = await on.member("group", [topic])
    await _eventually(lambda: _numbers(first, second), [0])
    out = first if not first.assignment() else second
    with pytest.raises(KafkaError):
        await out.commit({place: 5})
    assert await on.positions("group", [place]) == {place: -1}


CLAUSES: tuple[Clause, ...] = (
    a_transaction_is_seen_whole_or_not_at_all,
    a_transactions_end_takes_an_offset,
    a_successor_fences_and_aborts,
    a_fenced_producer_cannot_begin,
    an_open_transaction_holds_back_what_follows,
    a_transaction_of_nobody_ends_by_itself,
    a_commit_without_an_answer_may_have_been_done,
    a_commit_without_an_answer_may_not_have_been_done,
    a_late_commit_of_an_older_epoch_is_refused,
    a_late_commit_of_the_same_epoch_tears,
    a_batch_that_is_sent_twice_stands_once,
    a_record_tells_whose_clock_its_instant_is,
    compaction_keeps_the_last_of_each_key_where_it_stood,
    a_topic_that_is_not_there_is_not_named,
    a_group_shares_out_everything_after_all_gave_up,
    a_group_remembers_what_was_committed,
    a_member_whose_share_is_anothers_commits_nothing,
)


async def _numbers(*members: Any) -> list[int]:
    """Return the partitions that members have, each as often as it is had."""
    for member in members:  # a client joins while it is asked for records
        with suppress(KafkaError):
            await member.getmany(timeout_ms=20)
    return sorted(place.partition for member in members for place in member.assignment())


async def _eventually(look: Callable[[], Awaitable[Any]], *wanted: Any) -> None:
    """Look until it is as wanted: a marker is written a moment after its transaction has ended."""
    found = None
    for _ in range(400):
        found = await look()
        if found in wanted:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{found!r} instead of {wanted!r}")
