"""What a fetch brought goes to the agent at once and is acknowledged as a whole: the consumer as intake uses it."""

from collections.abc import AsyncIterator, Sequence
from itertools import zip_longest
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from drawbridge.gateway.app import PORTIONS, make_app
from drawbridge.gateway.consumer import Fetched, PromptConsumer
from drawbridge.settings import Settings

PLACE = TopicPartition("bank.A.in", 0)
OTHER = TopicPartition("bank.B.in", 0)


def records(place: TopicPartition, *offsets: int, at: Sequence[int] = ()) -> list[ConsumerRecord]:
    """Return records as the broker gives them, appended at these milliseconds, or all at 0."""
    return [
        ConsumerRecord(place.topic, place.partition, offset, appended_ms, 1, None, b"{}", None, 0, 2, ())
        for offset, appended_ms in zip_longest(offsets, at, fillvalue=0)
    ]


@pytest.fixture
async def consumer() -> AsyncIterator[PromptConsumer]:
    """Give a consumer that is not started, in an app whose flow is on."""
    app = make_app(Settings(kafka="127.0.0.1:9"), "group", embedded=False)
    app.finalize()
    made = app.consumer
    assert isinstance(made, PromptConsumer)
    app.flow_control.resume()
    yield made
    made._thread.thread_loop.close()


def queue_of(consumer: PromptConsumer) -> Any:
    """Return what an agent reads from."""
    channel: Any = aiter(consumer.app.topic("bank.A.in", value_serializer="raw"))
    return channel.queue


async def test_what_a_fetch_brought_comes_at_once_and_nothing_of_it_twice(consumer: PromptConsumer) -> None:
    """All topics' records, each topic's in order; what was handed over before is left out."""
    queue = queue_of(consumer)
    consumer._hand_over({PLACE: records(PLACE, 3, 4), OTHER: records(OTHER, 7)}, {PLACE, OTHER})
    first: Fetched = queue.get_nowait()
    assert [(r.topic, r.offset) for r in first.records] == [("bank.A.in", 3), ("bank.B.in", 7), ("bank.A.in", 4)]
    consumer._read_offset[PLACE] = 6
    consumer._hand_over({PLACE: records(PLACE, 5, 6, 7)}, {PLACE})
    assert [r.offset for r in queue.get_nowait().records] == [6, 7]


async def test_what_waits_on_several_topics_comes_in_the_order_in_which_the_broker_got_it(
    consumer: PromptConsumer,
) -> None:
    """A fetch brings long runs of each; a topic's own order stands, also where its broker's clock stepped back."""
    queue = queue_of(consumer)
    consumer.transport.portion = 4
    runs = {PLACE: records(PLACE, 0, 1, 2, at=(10, 40, 20)), OTHER: records(OTHER, 5, 6, at=(15, 30))}
    consumer._hand_over(runs, {PLACE, OTHER})
    first, second = queue.get_nowait(), queue.get_nowait()
    came = [(r.topic, r.offset) for r in (*first.records, *second.records)]
    assert came == [("bank.A.in", 0), ("bank.B.in", 5), ("bank.B.in", 6), ("bank.A.in", 1), ("bank.A.in", 2)]
    assert (first.ends, second.ends) == ({PLACE: 1, OTHER: 6}, {PLACE: 2})


async def test_what_came_in_one_moment_comes_in_turn(consumer: PromptConsumer) -> None:
    """A batch of the sender's client has one append time for all of its records."""
    queue = queue_of(consumer)
    runs = {PLACE: records(PLACE, 0, 1, 2, at=(10, 10, 11)), OTHER: records(OTHER, 5, 6, 7, at=(10, 10, 10))}
    consumer._hand_over(runs, {PLACE, OTHER})
    assert [r.offset for r in queue.get_nowait().records] == [0, 5, 1, 6, 7, 2]


async def test_a_paused_topic_gives_nothing(consumer: PromptConsumer) -> None:
    """It is read again when it is no longer paused."""
    queue = queue_of(consumer)
    consumer._hand_over({PLACE: records(PLACE, 0)}, set())
    assert queue.empty()


async def test_what_was_fetched_before_a_rebalance_is_not_begun_with(consumer: PromptConsumer) -> None:
    """Not while the flow is off, and not when the group has shared out anew: it is read again."""
    fetched = Fetched(records(PLACE, 0), {PLACE: 0}, consumer.app.consumer_generation_id)
    consumer.app.flow_control.suspend()
    assert not consumer.take(fetched)
    consumer.app.flow_control.resume()
    consumer.app.consumer_generation_id += 1
    assert not consumer.take(fetched)
    assert not consumer._unacked_messages


async def test_what_was_taken_is_waited_for_until_it_is_acknowledged(consumer: PromptConsumer) -> None:
    """A rebalance waits for it, and then commits behind its last records, also over a gap that a transaction left."""
    fetched = Fetched(records(PLACE, 3, 5), {PLACE: 5}, consumer.app.consumer_generation_id)
    assert consumer.take(fetched)
    assert fetched in consumer._unacked_messages
    assert not consumer._filter_committable_offsets([PLACE])
    consumer.acknowledge(fetched)
    assert not consumer._unacked_messages
    assert consumer._filter_committable_offsets([PLACE]) == {PLACE: 6}
    assert not consumer._filter_committable_offsets([PLACE]), "there is nothing new to be committed"


async def test_no_more_is_fetched_than_the_agent_can_take(consumer: PromptConsumer) -> None:
    """When so many fetches wait for it, the next one waits too, until there is room again."""
    queue = queue_of(consumer)
    for offset in range(PORTIONS):
        consumer._hand_over({PLACE: records(PLACE, offset)}, {PLACE})
    assert not consumer._room.is_set()
    while not queue.empty():
        queue.get_nowait()
    assert consumer._room.is_set()
