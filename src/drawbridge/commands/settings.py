"""`drawbridge settings`: every setting, its value and where it comes from."""

from pathlib import Path

import click

from drawbridge.commands import options


@click.command()
@options.config
def command(config_file: Path | None) -> None:
    """List every setting with its value, unit, default and source. Passwords are not shown.

    Example: DRAWBRIDGE_CLOCK=messages drawbridge settings --config drawbridge.toml
    """
    _, rows = options.load(config_file)
    for row in rows:
        click.echo(f"{row.name}={row.value}")
        unit = f" [{row.unit}]" if row.unit else ""
        click.echo(f"    {row.meaning}{unit}; default: {row.default or 'none'}; from: {row.source}")
