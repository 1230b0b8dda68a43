"""Private keys as files: one JWK a file, `<kid>.jwk`, with mode 600 in a folder that only its owner may write.

A file is written whole before it has its name, so there is no half key, and none is ever written over another. One
writer at a time is in the folder, and takes away what one before him left that was killed. A revoked key loses its
secret for good; its file stays, and says when. Nothing here prints or logs a secret.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import gmssl_pyx
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drawbridge.disk import keep_entries
from drawbridge.signing.algorithms import ALGORITHMS
from drawbridge.signing.keys import (
    REVOKED_AT,
    KeyFormError,
    KeySet,
    PrivateKey,
    PublicKey,
    State,
    read_key_set,
    read_private_key,
    read_second,
)

_SUFFIX = ".jwk"
#: what is written and has no key's name yet; a killed writer leaves it, and the next one takes it away
_UNNAMED = ".new"
#: of a file's name as well: no path, nothing hidden, nothing that a shell would read otherwise
_KID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_OTHERS = 0o077
_OTHERS_WRITE = 0o022


class KeyringError(Exception):
    """A key or its file is not as it must be; the message says which and what to do, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A key of the folder."""

    public_key: PublicKey
    revoked_at: datetime | None = None
    private_key: PrivateKey | None = field(default=None, repr=False)
    """None of a revoked key."""

    def state(self, at: datetime) -> State | Literal["revoked"]:
        """Say whether the key can be used at an instant, and if not, why."""
        return self.public_key.state(at) if self.revoked_at is None else "revoked"


class Keyring:
    """A folder of private keys."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it need not be there yet."""
        self._folder = folder

    def all(self) -> list[Kept]:
        """Return every key, by `kid`.

        Raises:
            KeyringError: there is no such folder, or a file in it is readable for others or is no key.
        """
        self._check_folder()
        with _told(self._folder):  # not by a glob, for which a folder that may not be read is an empty one
            paths = sorted(path for path in self._folder.iterdir() if path.suffix == _SUFFIX)
        return [self._read(path) for path in paths]

    def published(self, at: datetime) -> KeySet:
        """Return the public keys that an enrolment should have: those that are valid, or will be.

        Raises:
            KeyringError: as `all`.
        """
        usable = [kept.public_key for kept in self.all() if kept.state(at) in {"valid", "coming"}]
        return KeySet({key.kid: key for key in usable})

    def new(self, kid: str, alg: str, begins_at: datetime, ends_at: datetime) -> PublicKey:
        """Make a key, and the folder when there is none.

        Raises:
            KeyringError: the `kid` cannot be a file's name or is taken, or the file cannot be written.
        """
        self._path(kid)  # before there is a folder
        with _told(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            return self._make(kid, alg, begins_at, ends_at)

    def rotate(self, kid: str, successor: str, at: datetime, overlap_ends_at: datetime, ends_at: datetime) -> PublicKey:
        """Make a key's successor, valid from now on; the key itself is valid until the overlap ends, at most.

        The successor is made first: whatever happens between, there is no instant without a key.

        Raises:
            KeyringError: the key is not valid now, or the successor cannot be made.
        """
        with self._alone():
            kept = self.one(kid)
            if kept.private_key is None or kept.state(at) != "valid":
                raise KeyringError(f"the key {kid} is {kept.state(at)}: make a new one with `drawbridge keys new`")
            self._check_no_link(kid)
            made = self._make(successor, kept.public_key.algorithm.name, at, ends_at)
            self._replace(kid, kept.private_key.ending(overlap_ends_at).jwk())
            return made

    def revoke(self, kid: str, at: datetime) -> None:
        """End a key at once, and take its secret out of the file.

        Raises:
            KeyringError: there is no such key, it is revoked already, or its file cannot be written.
        """
        with self._alone():
            kept = self.one(kid)
            if kept.revoked_at is not None:
                raise KeyringError(f"the key {kid} is revoked already")
            self._check_no_link(kid)
            self._replace(kid, kept.public_key.jwk() | {REVOKED_AT: int(at.timestamp())})

    def one(self, kid: str) -> Kept:
        """Return one key.

        Raises:
            KeyringError: there is none of that name, or its file is readable for others or is no key.
        """
        self._check_folder()
        path = self._path(kid)
        with _told(path):
            is_there = path.exists()
        if not is_there:
            raise KeyringError(f"there is no key {kid} in {self._folder}: `drawbridge keys list` tells which there are")
        return self._read(path)

    def _path(self, kid: str) -> Path:
        """Return a key's file."""
        if not _KID.fullmatch(kid):
            raise KeyringError(f"{kid!r} cannot name a key: up to 64 letters, digits, dots, dashes and underscores")
        return self._folder / f"{kid}{_SUFFIX}"

    def _check_folder(self) -> None:
        """Refuse a folder in which others could put their keys in place of these."""
        with _told(self._folder):
            status = self._folder.stat()
        if not self._folder.is_dir():
            raise KeyringError(f"{self._folder} is no folder: name the one that holds the keys")
        if status.st_mode & _OTHERS_WRITE:
            raise KeyringError(f"others may write in {self._folder}: chmod 700 '{self._folder}'")
        _check_owner(self._folder, status)

    def _read(self, path: Path) -> Kept:
        """Read a key's file."""
        with _told(path), path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & _OTHERS:
                raise KeyringError(
                    f"others may read or write {path}: chmod 600 '{path}'; if somebody could have read it, revoke the"
                    " key and have its successor enrolled"
                )
            _check_owner(path, status)
            raw = file.read()
        try:
            value = orjson.loads(raw)
            kept = _kept(value)
        except (orjson.JSONDecodeError, KeyFormError) as why:
            # what JSON says of a place holds nothing of what stands there
            said = why if isinstance(why, KeyFormError) else "it is no JSON"
            raise KeyringError(f"{path} is no key: {said}; take it out of the folder") from None
        if kept.public_key.kid != path.name.removesuffix(_SUFFIX):
            raise KeyringError(f"{path} holds a key of another name: a key's file is called <kid>{_SUFFIX}")
        return kept

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other writers out of the folder: what was read of a key is still so when it is written."""
        self._check_folder()
        with _told(self._folder):
            descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            with _told(self._folder):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _check_no_link(self, kid: str) -> None:
        """Refuse to write a key anew whose file is a link: the secret would stay where it leads."""
        path = self._path(kid)
        if path.is_symlink():
            raise KeyringError(f"{path} is a link: put the file itself in its place, then try again")

    def _make(self, kid: str, alg: str, begins_at: datetime, ends_at: datetime) -> PublicKey:
        """Make a key and its file, which must not be there."""
        path = self._path(kid)
        secret, public = _FRESH[alg]()
        key = PrivateKey(PublicKey(kid, ALGORITHMS[alg], public, begins_at, ends_at), secret)
        with _told(path), self._written(key.jwk()) as made:
            try:
                path.hardlink_to(made)
            except FileExistsError:
                raise KeyringError(
                    f"{path} is there already: no key is written over another; choose another name"
                ) from None
        return key.public_key

    def _replace(self, kid: str, jwk: dict[str, Any]) -> None:
        """Write a key's file anew, whole."""
        path = self._path(kid)
        with _told(path), self._written(jwk) as made:
            made.replace(path)

    @contextmanager
    def _written(self, jwk: dict[str, Any]) -> Iterator[Path]:
        """Write a file that has no key's name yet, only for its owner whatever the umask is; take it away after."""
        made = self._folder / _UNNAMED
        made.unlink(missing_ok=True)
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, 0o600)
                file.write(orjson.dumps(jwk, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
                file.flush()
                os.fsync(descriptor)
            yield made
        finally:
            made.unlink(missing_ok=True)
            keep_entries(self._folder)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of which file an error is, and what to do."""
    try:
        yield
    except FileNotFoundError:
        raise KeyringError(f"{path} is not there: `drawbridge keys new` makes the folder and a key") from None
    except OSError as why:
        raise KeyringError(f"{path}: {why.strerror}") from None


def _check_owner(path: Path, status: os.stat_result) -> None:
    """Refuse what another user than this one or root could change."""
    if status.st_uid not in {os.geteuid(), 0}:
        raise KeyringError(f"{path} belongs to another user: run this as its owner, or take a folder of your own")


def _kept(value: object) -> Kept:
    """Read what stands in a key's file."""
    if not isinstance(value, dict) or REVOKED_AT not in value:
        key = read_private_key(value)
        return Kept(key.public_key, private_key=key)
    revoked_at = read_second(value, REVOKED_AT, "the key")
    jwk = {name: member for name, member in value.items() if name != REVOKED_AT}
    (public,) = read_key_set({"keys": [jwk]}).values()  # refuses a secret: a revoked key has none
    return Kept(public, revoked_at)


def _ed25519() -> tuple[bytes, bytes]:
    """Return secret and public key of a fresh key."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def _sm2() -> tuple[bytes, bytes]:
    """Return secret and public key of a fresh key."""
    public, secret = gmssl_pyx.sm2_key_generate()
    return bytes(secret), bytes(public)


#: the random number generator is the operating system's, in both
_FRESH: dict[str, Callable[[], tuple[bytes, bytes]]] = {"EdDSA": _ed25519, "SM2": _sm2}
