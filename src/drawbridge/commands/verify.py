"""`drawbridge verify`: check a journal's sequence and hash chain."""

import sys
from pathlib import Path

import click

from drawbridge.commands import options, running
from drawbridge.commands.files import open_lines, with_progress
from drawbridge.law import SCHEMES
from drawbridge.law.event import ChainCheck, ChainFault
from drawbridge.record.export import export_events
from drawbridge.settings import Settings


@click.command(
    epilog="Example: drawbridge replay messages.ndjson --scheme zhenjiang-2013 --show events | drawbridge verify -"
)
@click.argument("file", required=False)
@click.option("--scheme", "schemes", multiple=True, metavar="ID", help="In the database: only this scheme's journal.")
@options.config
def command(file: str | None, schemes: tuple[str, ...], config_file: Path | None) -> None:
    """Check the journal in FILE (events one a line; - for standard input), or those in the database without FILE.

    Prints the count and the last hash, and exits with 0; or the first sequence that is wrong, and exits with 1.
    """
    if file is not None:
        check = ChainCheck()
        for line in with_progress(open_lines(file), "verify"):
            check.add(line)
        sys.exit(_tell("", check))
    settings = options.needing(config_file, "database")
    sys.exit(running.run(_verify_database(settings, schemes or tuple(SCHEMES))))


async def _verify_database(settings: Settings, schemes: tuple[str, ...]) -> int:
    wrong = 0
    async with running.database(settings) as pool, pool.acquire() as connection:
        for scheme in schemes:
            check = ChainCheck()
            async for line in export_events(connection, scheme):
                check.add(line)
            wrong |= _tell(f"{scheme}: ", check)
    return wrong


def _tell(of: str, check: ChainCheck) -> int:
    """Print how a journal stands and return the exit code."""
    fault: ChainFault | None = check.fault
    if fault is not None:
        click.echo(f"{of}sequence {fault.sequence} is wrong: {fault.what}")
        return 1
    click.echo(f"{of}{check.count} events, last hash {check.head}")
    return 0
