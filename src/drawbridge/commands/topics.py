"""`drawbridge topics`: show or make the topics that this version needs."""

from pathlib import Path

import click

from drawbridge.commands import Failure, options, running
from drawbridge.record.owed import enrolled_banks
from drawbridge.settings import Settings
from drawbridge.topics import is_topic_name, plans


@click.command()
@click.option("--apply", "make", is_flag=True, help="Make the missing ones.")
@options.config
def command(*, make: bool, config_file: Path | None) -> None:
    """Say which topics differ from what this version needs; with --apply, make the missing ones.

    Those of banks are known from the journal: a bank has its topics from its enrolment on. Exit code 1 when something
    differs in the end; partitions and settings of an existing topic are a person's to change.

    Example: DRAWBRIDGE_OPERATORS=finance-bureau drawbridge topics --apply
    """
    settings = options.needing(config_file, "kafka", "database")
    for name in (*settings.operators, *settings.agencies):
        if not is_topic_name(name):
            raise Failure(f"{name!r} cannot be part of a topic's name: use letters, digits, dot, dash and underscore")
    made, differing = running.run(_topics(settings, make=make))
    for name in made:
        click.echo(f"made: {name}")
    for line in differing:
        click.echo(line)
    if differing:
        raise SystemExit(1)
    click.echo("the topics are what this version needs")


async def _topics(settings: Settings, *, make: bool) -> tuple[list[str], list[str]]:
    """Return what was made and what differs."""
    async with running.database(settings) as pool, running.broker(settings) as broker:
        wanted = plans(settings, await enrolled_banks(pool))
        made = await broker.create(wanted) if make else []
        return made, await broker.differing(wanted)
