"""The Faust app: agents on the senders' topics (intake) and on the alerts (watch)."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, cast

import faust
import structlog
from aiokafka import ConsumerRecord
from faust.auth import Credentials, SASLCredentials, SSLCredentials
from faust.transport.conductor import Conductor

from drawbridge.access import kafka_tls
from drawbridge.gateway.consumer import Fetched, PromptConsumer, PromptTransport
from drawbridge.gateway.intake import Received
from drawbridge.record.rows import Origin
from drawbridge.settings import Settings

log = structlog.get_logger()

#: a change of the subscription during a rebalance is forgotten by Faust: after so many looks it is asked again
RESUBSCRIBE_LOOKS = 10
#: a group's leader that does not know a new topic yet gives it to nobody; when it knows, it shares out anew
METADATA_MAX_AGE_MS = 5_000
#: portions that wait for the agent before no more is fetched
PORTIONS = 16
#: EX_SOFTWARE of sysexits.h
SOFTWARE_ERROR = 70


class TablelessApp(faust.App):
    """A Faust app that keeps no tables, so it makes no folders for them: it also runs on a read-only file system."""

    def _create_directories(self) -> None:
        """Make nothing."""


def make_app(settings: Settings, group: str, *, embedded: bool) -> faust.App:
    """Return a Faust app without agents.

    Args:
        settings: where the broker is, and its timings.
        group: the consumer group.
        embedded: whether it is the embedded broker, whose groups are slow and whose producer takes batches of one.
    """
    session_s = 2.0 if embedded else settings.session_timeout_ms / 1000
    options: dict[str, Any] = {"producer_max_batch_size": 1} if embedded else {}
    url = [f"kafka://{server}" for server in settings.kafka.split(",")]
    app = TablelessApp(
        settings.topic(group),
        broker=url,
        autodiscover=False,
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        value_serializer="raw",
        key_serializer="raw",
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=session_s,
        broker_heartbeat_interval=0.4 if embedded else settings.heartbeat_ms / 1000,
        broker_commit_interval=0.2,
        stream_buffer_maxsize=PORTIONS,
        stream_wait_empty=not embedded,
        stream_recovery_delay=0.0,
        broker_credentials=_credentials(settings),
        consumer_metadata_max_age_ms=METADATA_MAX_AGE_MS,
        consumer_group_instance_id=settings.worker_id or None,
        web_enabled=False,
        web_tables_enabled=False,
        web_router_enabled=False,
        worker_redirect_stdouts=False,
        **options,
    )
    transport = PromptTransport(app.conf.broker_consumer, app, app.loop)
    transport.portion = max(1, settings.intake_batch // 2)
    transport.fetch_wait_ms = settings.fetch_wait_ms
    transport.isolation_level = "read_uncommitted" if embedded else "read_committed"
    app.transport = transport
    # 45 s until a new sender is heard would be too long
    _conductor(app)._resubscribe_sleep_lock_seconds = 0.5  # noqa: SLF001 - Faust has no setting for it
    return app


def _credentials(settings: Settings) -> Credentials | None:
    """Return what Faust's own clients show to the broker; None where it asks for nothing."""
    if settings.kafka_protocol == "PLAINTEXT":
        return None
    if settings.kafka_protocol == "SSL":
        return SSLCredentials(kafka_tls(settings))
    return SASLCredentials(
        username=settings.kafka_user,
        password=settings.kafka_password,
        mechanism=settings.kafka_mechanism,
        ssl_context=kafka_tls(settings) if settings.kafka_protocol == "SASL_SSL" else None,
    )


def add_intake(
    app: faust.App, settings: Settings, topics: Sequence[str], forward: Callable[[list[Received]], Awaitable[None]]
) -> None:
    """Add the intake agent on these topics.

    A batch is acknowledged when `forward` returns. An exception in an agent would only skip the message: so it ends the
    process here, and the supervisor starts another, which reads the batch again.
    """
    channel = app.topic(*topics, value_serializer="raw", key_serializer="raw")

    async def intake(stream: Any) -> None:
        consumer = cast("PromptConsumer", app.consumer)
        try:
            async for batch in _batches(stream, app, at_most=settings.intake_batch):
                await forward([_received(record) for fetched in batch for record in fetched.records])
                for fetched in batch:
                    consumer.acknowledge(fetched)
        except Exception:
            log.exception("intake failed, the process ends")
            os._exit(SOFTWARE_ERROR)

    app.agent(channel, name="intake")(intake)


def has_share(app: faust.App) -> bool:
    """Tell whether the broker's group has given an app its share, and no rebalance has begun since."""
    return app.rebalancing_count > 0 and not app.rebalancing


def add_watch(app: faust.App, topic: str, tell: Callable[[bytes], None]) -> None:
    """Add the agent that tells people of alerts; nothing rests on it."""
    channel = app.topic(topic, value_serializer="raw", key_serializer="raw")

    async def watch(stream: Any) -> None:
        consumer = cast("PromptConsumer", app.consumer)
        async for batch in _batches(stream, app, at_most=consumer.transport.portion):
            for fetched in batch:
                for record in fetched.records:
                    tell(record.value)
                consumer.acknowledge(fetched)

    app.agent(channel, name="watch")(watch)


async def _batches(stream: Any, app: faust.App, *, at_most: int) -> AsyncIterator[list[Fetched]]:
    """Yield what was fetched, as much at a time as is there, up to so many records."""
    consumer, queue = cast("PromptConsumer", app.consumer), stream.channel.queue
    async for first in stream:
        fetches, count = [first], len(first.records)
        while not queue.empty() and count + consumer.transport.portion <= at_most:
            fetches.append(queue.get_nowait())
            count += len(fetches[-1].records)
        if taken := [fetched for fetched in fetches if consumer.take(fetched)]:
            yield taken


def _received(record: ConsumerRecord) -> Received:
    """Return a record as intake takes it; a header without a value, which Kafka knows too, has an empty one."""
    return Received(
        Origin(record.topic, record.partition, record.offset),
        record.value,
        tuple((name, value or b"") for name, value in record.headers),
        record.timestamp,
        record.timestamp_type,
    )


def _conductor(app: faust.App) -> Conductor:
    """Return the part of the app that subscribes."""
    return cast("Conductor", app.topics)


async def follow_senders(app: faust.App, look: Callable[[], Awaitable[list[str]]], every_s: float) -> None:
    """Look for new senders' topics every so often, until cancelled, and let intake hear them too.

    The others notice no more than a rebalance.

    Args:
        app: of intake alone.
        look: returns the topics on which somebody may speak.
        every_s: seconds between two looks.
    """
    conductor = _conductor(app)
    asked: list[str] = []
    patience = 0
    while True:
        await asyncio.sleep(every_s)
        topics, subscribed = await look(), set(conductor._topic_name_index)  # noqa: SLF001 - what Faust is subscribed to
        new = sorted(set(topics) - subscribed)
        if not subscribed or not new:  # it has not begun yet, or hears all
            continue
        patience -= 1
        if new == asked and patience > 0:  # under way: each change of a subscription costs a rebalance
            continue
        log.info("new senders", topics=new)
        asked, patience = new, RESUBSCRIBE_LOOKS
        for channel in conductor:  # the agent reads from a copy of the channel that it was given
            channel.topics = topics
        conductor._flag_changes()  # noqa: SLF001 - as Faust's own `add` does for a new channel
