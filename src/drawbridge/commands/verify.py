"""`drawbridge verify`: check a journal's sequence and hash chain."""

import sys
from pathlib import Path

import asyncpg
import click

from drawbridge.commands import options, running
from drawbridge.commands.files import Told, open_lines, with_progress
from drawbridge.law import SCHEMES
from drawbridge.law.event import ChainCheck, ChainFault
from drawbridge.record import months
from drawbridge.record.archive import archived
from drawbridge.record.export import export_events
from drawbridge.settings import Settings


@click.command(
    epilog="Example: drawbridge replay messages.ndjson --scheme zhenjiang-2013 --show events | drawbridge verify -"
)
@click.argument("file", required=False)
@click.option("--scheme", "schemes", multiple=True, metavar="ID", help="In the database: only this scheme's journal.")
@options.archives
@options.config
def command(file: str | None, schemes: tuple[str, ...], archives: Path | None, config_file: Path | None) -> None:
    """Check the journal in FILE (events one a line; - for standard input), or those in the database without FILE.

    Prints the count and the last hash, and exits with 0; or the first sequence that is wrong, and exits with 1. Workers
    may run meanwhile. Where months are archived the check goes on from the last archived hash; with --archives it
    begins in the files.
    """
    if file is not None:
        check = ChainCheck()
        for line in with_progress(open_lines(file), "verify"):
            check.add(line)
        sys.exit(_tell("", check))
    settings = options.needing(config_file, "database")
    sys.exit(running.run(_verify_database(settings, schemes or tuple(SCHEMES), archives)))


async def _verify_database(settings: Settings, schemes: tuple[str, ...], archives: Path | None) -> int:
    """Check these schemes' journals and return the exit code."""
    wrong = 0
    async with running.database(settings) as pool, pool.acquire() as connection:
        for scheme in schemes:
            told = Told(f"verify {scheme}", "events")
            if archives is not None:
                check = ChainCheck()
                async for line in export_events(connection, scheme, archives):
                    check.add(line)
                    told.add()
            else:
                check = await _verify_kept(connection, scheme, told)
            wrong |= _tell(f"{scheme}: ", check)
    return wrong


async def _verify_kept(connection: asyncpg.Connection, scheme: str, told: Told) -> ChainCheck:
    """Check what of a journal is in the database, from where the archived months end."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        before = await archived(connection, scheme)
        check = ChainCheck(before[-1].last_sequence, before[-1].last_hash) if before else ChainCheck()
        if before:
            click.echo(f"{scheme}: the first {check.count} are archived, up to {before[-1].name}")
        async for line in months.event_lines(connection, scheme):
            check.add(line)
            told.add()
    return check


def _tell(of: str, check: ChainCheck) -> int:
    """Print how a journal stands and return the exit code."""
    fault: ChainFault | None = check.fault
    if fault is not None:
        click.echo(f"{of}sequence {fault.sequence} is wrong: {fault.what}")
        return 1
    click.echo(f"{of}{check.count} events, last hash {check.head}")
    return 0
