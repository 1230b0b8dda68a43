"""`drawbridge keys`: the private keys that messages are signed with, as files, and their public halves to enrol."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import orjson

from drawbridge.bank.envelope import instant_text
from drawbridge.commands import Failure, options
from drawbridge.keyring import Keyring, KeyringError
from drawbridge.signing.algorithms import ALGORITHMS
from drawbridge.signing.keys import PublicKey

#: a key of longer life is one that nobody knows how to replace
_MAX_DAYS = 3650

days_option = click.option(
    "--days", type=click.IntRange(1, _MAX_DAYS), default=365, show_default=True, help="How long it is valid."
)


def _with_keyring(told: Callable[..., None]) -> Callable[..., None]:
    """Add where the keys are, and give the command the folder of keys.

    Raises:
        Failure: no folder is named, or what is done with it does not succeed.
    """

    @functools.wraps(told)
    def opened(folder: Path | None, config_file: Path | None, **given: Any) -> None:
        if folder is None:
            settings, _ = options.load(config_file)
            if not settings.keys:
                raise Failure("no folder of keys is named: set DRAWBRIDGE_KEYS, or give --keys FOLDER")
            folder = Path(settings.keys)
        try:
            told(Keyring(folder), **given)
        except KeyringError as why:
            raise Failure(str(why)) from None

    folder = click.option(
        "--keys", "folder", type=click.Path(path_type=Path), help="The folder; else DRAWBRIDGE_KEYS names it."
    )
    return folder(options.config(opened))


@click.group()
def command() -> None:
    """Make, list, rotate and revoke the keys that messages are signed with.

    A private key is a file with mode 600; it is never printed. What is enrolled is the public key set.

    Example: drawbridge keys new k1 --alg SM2
    """


@command.command("new")
@click.argument("kid")
@click.option("--alg", type=click.Choice(list(ALGORITHMS)), default="EdDSA", show_default=True, help="What it is for.")
@days_option
@_with_keyring
def new_command(ring: Keyring, kid: str, alg: str, days: int) -> None:
    """Make the key KID, valid from now on. A key that is there already is never written over.

    Example: drawbridge keys new k1 --alg SM2 --days 365
    """
    at = _now()
    click.echo(f"made {_told(ring.new(kid, alg, at, at + timedelta(days=days)), 'valid')}")
    click.echo("`drawbridge keys list --jwks` prints the public keys to enrol")


@command.command("list")
@click.option("--jwks", is_flag=True, help="The public key set as JSON, for the enrolment: valid and coming keys.")
@_with_keyring
def list_command(ring: Keyring, *, jwks: bool) -> None:
    """List the keys: kid, algorithm, from when until when, and whether each can be used now.

    Example: drawbridge keys list --jwks
    """
    at = _now()
    if jwks:
        click.echo(orjson.dumps(ring.published(at).jwks()))
        return
    for kept in ring.all():
        click.echo(_told(kept.public_key, kept.state(at)))


@command.command("rotate")
@click.argument("kid")
@click.argument("successor")
@click.option(
    "--overlap-days", type=click.IntRange(1, _MAX_DAYS), default=7, show_default=True, help="Both are valid so long."
)
@days_option
@_with_keyring
def rotate_command(ring: Keyring, kid: str, successor: str, overlap_days: int, days: int) -> None:
    """Make the SUCCESSOR of the key KID, for the same algorithm, valid from now on; KID ends after the overlap.

    Have the new key set enrolled before you sign with the successor.

    Example: drawbridge keys rotate k1 k2 --overlap-days 14
    """
    at = _now()
    overlap_ends_at = at + timedelta(days=overlap_days)
    made = ring.rotate(kid, successor, at, overlap_ends_at, at + timedelta(days=days))
    click.echo(f"made {_told(made, 'valid')}")
    kept = ring.one(kid)
    click.echo(f"     {_told(kept.public_key, kept.state(at))}")
    click.echo("have both enrolled (`drawbridge keys list --jwks`), then sign with the new one")


@command.command("revoke")
@click.argument("kid")
@_with_keyring
def revoke_command(ring: Keyring, kid: str) -> None:
    """End the key KID at once and take its secret out of its file. It is no longer in the public key set.

    The gateway takes it until the operator enrols the set without it: send him that set at once.

    Example: drawbridge keys revoke k1
    """
    ring.revoke(kid, _now())
    click.echo(f"revoked {kid}; have the set without it enrolled now: `drawbridge keys list --jwks`")


def _told(key: PublicKey, state: str) -> str:
    """Return a key in a line."""
    begin, end = (instant_text(at) if at else "–" for at in (key.begins_at, key.ends_at))
    return f"{key.kid}  {key.algorithm.name}  from {begin} until {end}  {state}"


def _now() -> datetime:
    """Return the instant, in whole seconds as keys have it."""
    return datetime.now(UTC).replace(microsecond=0)
