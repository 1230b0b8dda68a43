"""`drawbridge rebuild`: compute all state anew from the events, and prove that what the database has is equal."""

import sys
from pathlib import Path

import click

from drawbridge import shipped
from drawbridge.commands import options, running
from drawbridge.commands.files import Told
from drawbridge.law import SCHEMES
from drawbridge.record.export import export_events
from drawbridge.record.rebuild import Rebuilt, rebuild, write
from drawbridge.settings import Settings

#: what differs is told up to here; the rest is counted
_LINES = 20


@click.command()
@click.option("--scheme", "schemes", multiple=True, type=click.Choice(list(SCHEMES)), help="Only this scheme.")
@click.option("--write", "is_written", is_flag=True, help="Write the state that the events say over what is there.")
@options.archives
@options.config
def command(schemes: tuple[str, ...], archives: Path | None, config_file: Path | None, *, is_written: bool) -> None:
    """Compute each scheme's state from all of its events and compare it with snapshot, open and closed cases.

    Prints what differs, and exits with 1; or with 0. Workers may run meanwhile. With --write what differs is replaced;
    a worker that has the scheme then ends and starts again from it. That is also how the state of archived months is
    brought to the form of a new version.

    Example: drawbridge rebuild --scheme zhenjiang-2013
    """
    settings = options.needing(config_file, "database")
    sys.exit(running.run(_rebuild(settings, schemes or tuple(SCHEMES), archives, is_written=is_written)))


async def _rebuild(settings: Settings, schemes: tuple[str, ...], archives: Path | None, *, is_written: bool) -> int:
    """Rebuild scheme after scheme; return the exit code."""
    wrong = 0
    async with running.database(settings) as pool, pool.acquire() as connection:
        for scheme in schemes:
            told = Told(f"rebuild {scheme}", "events")
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                lines = export_events(connection, scheme, archives)
                found = await rebuild(connection, SCHEMES[scheme], shipped.calendar(), lines, told.add)
            _tell(scheme, found)
            if is_written:
                await write(connection, found)
                click.echo(f"{scheme}: written; a worker that had it starts again from there")
            else:
                wrong |= bool(found.differences)
    return wrong


def _tell(scheme: str, found: Rebuilt) -> None:
    """Print how the database stands to the events."""
    for line in found.differences[:_LINES]:
        click.echo(f"{scheme}: {line}")
    if len(found.differences) > _LINES:
        click.echo(f"{scheme}: and {len(found.differences) - _LINES} more")
    state = found.state
    cases = f"{len(state.cases)} cases in memory, {len(found.closed)} closed"
    how = f"differs in {len(found.differences)} places" if found.differences else "is what the events say"
    click.echo(f"{scheme}: {state.sequence} events, {cases}: the state {how}")
