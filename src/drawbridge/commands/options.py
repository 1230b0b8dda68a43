"""What several commands share: the settings option and what it makes of it."""

import os
from pathlib import Path

import click

from drawbridge import settings as settings_module
from drawbridge.commands import Failure
from drawbridge.settings import Row, Settings, SettingsError

#: `--config FILE`, for every command that meets the broker or the database
config = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="A TOML file of settings; DRAWBRIDGE_* variables stand over it.",
)

#: `--archives FOLDER`, for every command that reads a scheme's journal from its first row on
archives = click.option(
    "--archives",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder to which `archive` wrote months.",
)


def load(config_file: Path | None) -> tuple[Settings, list[Row]]:
    """Return the settings and where each comes from.

    Raises:
        Failure: with what is wrong with them.
    """
    try:
        return settings_module.load(config_file, os.environ)
    except SettingsError as wrong:
        raise Failure(str(wrong)) from None


def needing(config_file: Path | None, *names: str) -> Settings:
    """Return the settings, those of `names` given.

    Raises:
        Failure: one is missing or wrong.
    """
    settings, _ = load(config_file)
    for name in names:
        if not getattr(settings, name):
            raise Failure(
                f"DRAWBRIDGE_{name.upper()} is not set. `drawbridge up` starts everything on this machine and"
                " prints it; `drawbridge settings` lists every setting."
            )
    return settings
