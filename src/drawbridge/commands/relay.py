"""`drawbridge relay`: decide from which row of the journal the relay goes on."""

import getpass
from dataclasses import dataclass
from pathlib import Path

import click
import structlog

from drawbridge import logs, wiring
from drawbridge.commands import Failure, options, running
from drawbridge.law import SCHEMES, read_event
from drawbridge.record.owed import Outbox, OwedEvent, OwedReceipt
from drawbridge.relay.cursor import Cursor
from drawbridge.relay.kafka import KafkaSession
from drawbridge.relay.session import Session, UnclearError
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, EVENTS, FACTS, partition_of


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the person asked for."""

    first: int
    partition: int | None
    scheme: str | None
    sure: bool


@click.command()
@click.option("--from", "first", type=click.IntRange(1), required=True, metavar="N", help="The row to publish next.")
@click.option("--partition", type=click.IntRange(0), help="Of the journal.")
@click.option("--scheme", type=click.Choice(list(SCHEMES)), help="The partition on which this scheme is decided.")
@click.option("--yes", "sure", is_flag=True, help="Ask nothing.")
@options.config
def command(first: int, partition: int | None, scheme: str | None, *, sure: bool, config_file: Path | None) -> None:
    """Have a partition's relay go on with row N of the journal, whatever broker and database say.

    This is a person's decision, after the relay has stopped because the two disagree. Rows before N are never
    published any more; rows from N on are published again, also those that readers have seen before: tell them.

    Example: drawbridge relay --scheme zhenjiang-2013 --from 1201
    """
    settings = options.needing(config_file, "kafka", "database")
    if (partition is None) == (scheme is None):
        raise Failure("say which partition: either --partition or --scheme")
    logs.configure(settings.log_level)
    try:
        running.run(_decide(settings, _Wish(first, partition, scheme, sure)))
    except UnclearError as why:
        raise Failure(f"it is not known whether this was noted: {why}. Run it again") from None


async def _decide(settings: Settings, wish: _Wish) -> None:
    """Show what stands where, ask, and write both cursors."""
    async with running.database(settings) as pool, running.broker(settings) as broker:
        count = await broker.partitions(settings.topic(FACTS))
        partition = partition_of(wish.scheme, count) if wish.scheme is not None else wish.partition
        if partition is None or partition >= count:
            raise Failure(f"there is no partition {partition}: `{settings.topic(FACTS)}` has {count}")
        outbox = Outbox(pool)
        _, written = await outbox.writer(partition)
        if wish.first > written + 1:
            raise Failure(f"the journal of partition {partition} ends at row {written}: N is at most {written + 1}")
        archived = await outbox.archived(partition)
        if wish.first <= archived:
            raise Failure(f"rows up to {archived} are archived and cannot be published again: N is more than that")
        remembered = await outbox.published(partition)
        click.echo(
            f"partition {partition}: the journal ends at row {written}; the database believes that {remembered} were"
            f" published\nnext is row {wish.first}: {await _row(outbox, partition, wish.first)}"
        )
        if not wish.sure:
            click.confirm("Publish from there on?", abort=True)
        if not broker.embedded:
            await _point(
                await _session(broker, partition), Cursor(wish.first - 1, wish.first - 1, settings.relay_batch)
            )
        await outbox.remember(partition, wish.first - 1)
        structlog.get_logger().warning(
            "a person decided where the relay goes on",
            partition=partition,
            row=wish.first,
            before=remembered,
            by=getpass.getuser(),
        )


async def _row(outbox: Outbox, partition: int, position: int) -> str:
    """Say what a row of the journal is."""
    match await outbox.after(partition, position - 1, 1):
        case [OwedEvent() as row]:
            event = read_event(row.line)
            return f"event {event.sequence} of {row.scheme}, {event.type}"
        case [OwedReceipt() as row]:
            return f"a receipt on {row.topic}"
        case [_]:
            return "a dead letter"
        case _:
            return "what will be decided next"


async def _session(broker: wiring.Broker, partition: int) -> Session:
    """Return a session that fences the relay which may be running."""
    names = (EVENTS, CREDIT_RECORDS, ALERTS)
    return KafkaSession(
        broker.settings,
        partition,
        producer=broker.relay_producer(partition),
        committed=broker.consumer(),
        watermarks=broker.consumer(committed=False),
        partitions={name: await broker.partitions(broker.settings.topic(name)) for name in names},
    )


async def _point(session: Session, cursor: Cursor) -> None:
    """Write a cursor: what stands on the outputs now is left behind it."""
    try:
        await session.open()
        ends = await session.ends()
        await session.publish([], Cursor(cursor.position, cursor.after, cursor.batch, ends))
    finally:
        await session.close()
