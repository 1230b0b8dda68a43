"""`drawbridge export`: messages, events or dead letters from the database as NDJSON."""

from pathlib import Path

import click

from drawbridge.commands import options, running
from drawbridge.record.export import export_dead_letters, export_events, export_messages
from drawbridge.settings import Settings

KINDS = {"messages": export_messages, "events": export_events, "dead-letters": export_dead_letters}


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--scheme", required=True, help="The scheme's profile id.")
@options.archives
@options.config
def command(kind: str, scheme: str, archives: Path | None, config_file: Path | None) -> None:
    """Write a scheme's messages, events or dead letters, one JSON a line, in the order of the journal.

    A replay of the exported messages gives the exported events. Dead letters whose scheme cannot be told are shown
    with those of every scheme.

    Example: drawbridge export messages --scheme zhenjiang-2013 | drawbridge replay - --scheme zhenjiang-2013
    """
    settings = options.needing(config_file, "database")
    running.run(_export(settings, kind, scheme, archives))


async def _export(settings: Settings, kind: str, scheme: str, archives: Path | None) -> None:
    """Print the lines as they are read."""
    out = click.get_binary_stream("stdout")
    async with running.database(settings) as pool, pool.acquire() as connection:
        async for line in KINDS[kind](connection, scheme, archives):
            out.write(line + b"\n")
    out.flush()
