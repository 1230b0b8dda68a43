"""`drawbridge migrate`: bring the database's tables to this version."""

from pathlib import Path

import click

from drawbridge.commands import options, running
from drawbridge.record.migrate import migrate, pending
from drawbridge.settings import Settings


@click.command()
@click.option("--check", is_flag=True, help="Only say what is missing; exit code 1 when something is.")
@options.config
def command(*, check: bool, config_file: Path | None) -> None:
    """Bring the database's tables to what this version needs, and say what was done. Forward only.

    Example: DRAWBRIDGE_DATABASE=postgresql://drawbridge@db/drawbridge drawbridge migrate
    """
    settings = options.needing(config_file, "database")
    steps = running.run(_migrate(settings, check=check))
    for name in steps:
        click.echo(f"{'missing' if check else 'applied'}: {name}")
    if not steps:
        click.echo("the database is at this version")
    if check and steps:
        raise SystemExit(1)


async def _migrate(settings: Settings, *, check: bool) -> list[str]:
    """Apply what is pending, or only look; return the steps' names."""
    async with running.database(settings) as pool, pool.acquire() as connection:
        return [step.name for step in await (pending if check else migrate)(connection)]
