"""`drawbridge archive`: put old months of a scheme into files, and take them out of the database."""

from datetime import date
from pathlib import Path

import asyncpg
import click

from drawbridge.commands import Failure, options, running
from drawbridge.commands.files import Told
from drawbridge.law import SCHEMES
from drawbridge.record import archive
from drawbridge.record.archive_files import folder_of
from drawbridge.settings import Settings


def _month(_context: click.Context, _option: click.Parameter, value: str) -> date:
    try:
        return date.fromisoformat(f"{value}-01")
    except ValueError:
        raise click.BadParameter("give a month such as 2014-06") from None


@click.command()
@click.option("--scheme", type=click.Choice(list(SCHEMES)), required=True, help="Whose months.")
@click.option("--until", callback=_month, required=True, metavar="YYYY-MM", help="The last month to archive.")
@click.option("--to", "root", type=click.Path(path_type=Path), required=True, help="The folder of all archives.")
@options.config
def command(scheme: str, until: date, root: Path, config_file: Path | None) -> None:
    """Write a scheme's months up to YYYY-MM to a folder as verified NDJSON, then take them out of the database.

    A month goes when a later one has begun, all of it is published, and the state is written down beyond it. Its files
    are read back before its tables are dropped. Workers may run meanwhile. It can be broken off and run again at any
    time. Keep the folder: `verify`, `export`, `explain` and `rebuild` read it with --archives.

    Example: drawbridge archive --scheme zhenjiang-2013 --until 2014-06 --to archives
    """
    settings = options.needing(config_file, "database")
    try:
        count = running.run(_archive(settings, scheme, until, root))
    except OSError as why:
        raise Failure(f"{why.filename or root} cannot be written: {why.strerror or why}") from None
    except asyncpg.LockNotAvailableError:
        raise Failure("somebody reads that month now, an export perhaps: run it again when that has ended") from None
    if not count:
        click.echo(f"{scheme}: nothing to archive up to {until:%Y-%m}")


async def _archive(settings: Settings, scheme: str, until: date, root: Path) -> int:
    """Archive month after month; return how many."""
    count = 0
    async with running.database(settings) as pool, pool.acquire() as connection:
        while (month_on := await archive.next_month(connection, scheme)) is not None and month_on <= until:
            told = Told(f"archive {scheme}", "lines")
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                month = await archive.write(connection, root, scheme, month_on, told.add)
            await archive.drop(connection, month)
            click.echo(
                f"{scheme} {month.name}: {month.events} events and {month.messages} messages in"
                f" {folder_of(root, scheme, month_on)}, last hash {month.last_hash}"
            )
            count += 1
    return count
