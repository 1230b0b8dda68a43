"""What another writer, a killed one or another user does to a folder of keys: no secret stays, and none comes back."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest

from drawbridge import keyring
from drawbridge.keyring import Keyring, KeyringError
from drawbridge.signing.keys import KeyFormError, read_key_set

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
YEAR = timedelta(days=365)


class KilledError(BaseException):
    """Stands for SIGKILL: nothing is done after it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the key k1."""
    Keyring(tmp_path / "keys").new("k1", "EdDSA", AT, AT + YEAR)
    return tmp_path / "keys"


def secret_of(folder: Path, kid: str) -> bytes:
    """The text of a key's secret."""
    found: str = orjson.loads((folder / f"{kid}.jwk").read_bytes())["d"]
    return found.encode()


def killed_at(monkeypatch: pytest.MonkeyPatch, call: str, times: int = 1) -> None:
    """Have a process die at a call of the file system, and leave what it has made so far."""
    left = [times]
    real_unlink = Path.unlink

    def dying(*_: Any, **__: Any) -> None:
        left[0] -= 1
        if not left[0]:
            monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)  # whoever is dead takes nothing away
            raise KilledError
        real_unlink(*_, **__)

    monkeypatch.setattr(Path, call, dying)


@pytest.mark.parametrize(("call", "times"), [("hardlink_to", 1), ("unlink", 2)], ids=["before", "after"])
def test_a_killed_writer_leaves_no_secret_of_a_revoked_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, times: int
) -> None:
    """Killed before the file got its name or just after: what it left is gone at the latest when a key is revoked."""
    with monkeypatch.context() as patched:
        killed_at(patched, call, times)
        with pytest.raises(KilledError):
            Keyring(folder).new("k2", "EdDSA", AT, AT + YEAR)
    assert len(list(folder.iterdir())) > len([kept.public_key.kid for kept in Keyring(folder).all()])
    monkeypatch.setattr(os, "getpid", lambda: 1)  # another process
    if times == 1:
        Keyring(folder).new("k2", "EdDSA", AT, AT + YEAR)
    secret = secret_of(folder, "k2")
    Keyring(folder).revoke("k2", AT)
    assert sorted(path.name for path in folder.iterdir()) == ["k1.jwk", "k2.jwk"]
    assert not any(secret in path.read_bytes() for path in folder.iterdir())


def test_a_key_that_is_revoked_while_it_is_rotated_stays_revoked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever rotates has read the secret already, and must not write it back: the one waits for the other."""
    secret = secret_of(folder, "k1")
    revoker = Thread(target=Keyring(folder).revoke, args=("k1", AT))
    fresh = keyring._FRESH["EdDSA"]

    def revoked_meanwhile() -> tuple[bytes, bytes]:
        revoker.start()
        revoker.join(timeout=0.5)  # without a lock it is through by then
        return fresh()

    monkeypatch.setitem(keyring._FRESH, "EdDSA", revoked_meanwhile)
    Keyring(folder).rotate("k1", "k2", AT, AT + timedelta(days=7), AT + YEAR)
    revoker.join()
    assert Keyring(folder).one("k1").revoked_at == AT
    assert not any(secret in path.read_bytes() for path in folder.iterdir())
    assert list(Keyring(folder).published(AT)) == ["k2"]


def test_a_key_behind_a_link_is_not_said_to_be_revoked(folder: Path, tmp_path: Path) -> None:
    """The secret would stay where the link leads; nothing is written, and no successor is made."""
    (folder / "k1.jwk").rename(tmp_path / "elsewhere")
    (folder / "k1.jwk").symlink_to(tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere").read_bytes()
    for what in (
        lambda: Keyring(folder).revoke("k1", AT),
        lambda: Keyring(folder).rotate("k1", "k2", AT, AT + YEAR, AT + YEAR),
    ):
        with pytest.raises(KeyringError, match="is a link"):
            what()
    assert [path.name for path in folder.iterdir()] == ["k1.jwk"]
    assert (tmp_path / "elsewhere").read_bytes() == before


@pytest.mark.parametrize("of_the_file", [False, True])
def test_what_belongs_to_another_user_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, of_the_file: bool
) -> None:
    """Its owner could put his own key there, whatever the mode says."""
    real = os.fstat if of_the_file else os.stat

    def of_another(*given: Any, **more: Any) -> os.stat_result:
        status = real(*given, **more)
        return os.stat_result((*status[:4], os.geteuid() + 4711, *status[5:]))

    monkeypatch.setattr(os, "fstat" if of_the_file else "stat", of_another)
    with pytest.raises(KeyringError, match="belongs to another user"):
        Keyring(folder).all()


def test_a_folder_that_may_not_be_read_is_not_an_empty_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty public set would be enrolled, and the bank be without a key."""

    def denied(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", denied)
    monkeypatch.setattr(os, "listdir", denied)
    with pytest.raises(KeyringError, match="Permission denied"):
        Keyring(folder).published(AT)


def test_the_file_of_a_revoked_key_is_taken_into_no_set(folder: Path) -> None:
    """It has a public half: put into an enrolment by hand, it would count again."""
    Keyring(folder).revoke("k1", AT)
    with pytest.raises(KeyFormError, match="is revoked: leave it out"):
        read_key_set({"keys": [orjson.loads((folder / "k1.jwk").read_bytes())]})
