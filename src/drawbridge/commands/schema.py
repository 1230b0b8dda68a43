"""`drawbridge schema`: write the published contract, or check it for drift and for breaking changes."""

from pathlib import Path

import click

from drawbridge.commands import Failure
from drawbridge.publish.compatibility import breaking_changes
from drawbridge.publish.tree import drift, write

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(epilog="Example: drawbridge schema --check schemas --compare schemas/released/0.1.0")
@click.option("--write", "write_to", type=_FOLDER, metavar="DIR", help="Write schemas, channels and examples there.")
@click.option("--check", type=_FOLDER, metavar="DIR", help="Say what there differs from the code; exit 1 if anything.")
@click.option(
    "--compare", type=_FOLDER, metavar="OLD_DIR", help="Name what would break users of a release; exit 1 if anything."
)
def command(write_to: Path | None, check: Path | None, compare: Path | None) -> None:
    """Publish the contract: JSON Schema of every message and event, AsyncAPI of the channels, and examples."""
    if write_to is None and check is None and compare is None:
        raise click.UsageError("say what to do: --write, --check or --compare, each with a folder")
    wrong: list[str] = []
    try:
        if write_to is not None:
            changes = write(write_to)
            click.echo("\n".join([*changes, f"{write_to}: {len(changes)} files were not as published, and are now"]))
        if check is not None:
            wrong += _drifted(check)
        if compare is not None:
            wrong += _broken(compare)
    except OSError as error:
        raise Failure(f"{error.filename}: {error.strerror}. Give a folder that can be read and written.") from None
    if wrong:
        click.echo("\n".join(wrong))
        raise SystemExit(1)


def _drifted(folder: Path) -> list[str]:
    if not folder.is_dir():
        raise Failure(f"{folder}: there is no such folder. Write it first: drawbridge schema --write {folder}")
    found = drift(folder)
    if not found:
        click.echo(f"{folder}: as the code publishes it")
        return []
    return [f"{folder}/{line}" for line in found] + [f"Write it anew: drawbridge schema --write {folder}"]


def _broken(folder: Path) -> list[str]:
    if not folder.is_dir():
        raise Failure(f"{folder}: there is no such folder. Give the folder of a released version.")
    try:
        found = breaking_changes(folder)
    except ValueError as error:
        raise Failure(f"{folder}: not a published contract: {error}") from None
    if not found:
        click.echo(f"{folder}: nothing that it promises is broken")
        return []
    return [*found, "Each breaks a sender or a reader of that version: give the type a new major version instead."]
