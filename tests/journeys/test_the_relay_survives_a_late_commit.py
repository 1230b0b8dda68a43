"""A request to commit that the network held back arrives when the next transaction is open: nothing is torn.

Apache Kafka guards only clients that speak a newer protocol than ours against it, so the relay guards itself.
"""

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from proxy import Api
from relay_alone import RelayAlone


@pytest.mark.parametrize("release_at", [Api.INIT_PRODUCER_ID, Api.ADD_PARTITIONS_TO_TXN, Api.PRODUCE])
async def test_each_event_is_published_once_in_order_around_late_commits(alone: RelayAlone, release_at: Api) -> None:
    """Three commits come late, each at a bad moment: while the relay begins anew, or publishes again."""
    journal = await alone.journal()
    holds = [alone.proxy.hold(Api.END_TXN, passes=passes, release_at=release_at) for passes in (1, 4, 9)]
    async with alone.publishing(batch=20):
        await alone.everything_is_published()
    assert all(hold.caught.is_set() for hold in holds)
    assert alone.events() == journal


async def test_the_harness_tears_a_client_that_asks_twice(alone: RelayAlone) -> None:
    """The same delay makes a plain client's aborted record visible: what the relay must not let happen does happen."""
    topic = alone.service.prefix + "alerts"
    producer = AIOKafkaProducer(bootstrap_servers=alone.proxy.address, transactional_id=f"{topic}-plain")
    await producer.start()
    late = alone.proxy.hold(Api.END_TXN)
    async with producer.transaction():
        await producer.send_and_wait(topic, b"first", partition=0)
    await producer.begin_transaction()
    await producer.send_and_wait(topic, b"aborted", partition=0)
    alone.proxy.release(late)
    told = alone.service.read("alerts", lambda found: len(found) > 1)
    assert [record.value for record in told] == [b"first", b"aborted"]
    with pytest.raises(KafkaError):
        await producer.abort_transaction()
    await producer.stop()
