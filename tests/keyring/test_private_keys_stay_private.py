"""`drawbridge keys` makes, lists, rotates and revokes keys; only a file's owner sees a private key."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from drawbridge.cli import cli
from drawbridge.keyring import Keyring, KeyringError
from drawbridge.signing.jws import sign, verify
from drawbridge.signing.keys import read_key_set
from drawbridge.signing.verdict import Reason, Refused, Signed

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
YEAR = timedelta(days=365)
EACH_ALGORITHM = pytest.mark.parametrize("alg", ["EdDSA", "SM2"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys are; it is not there yet."""
    return tmp_path / "keys"


def keys(folder: Path, *words: str) -> Result:
    """Run `drawbridge keys`."""
    return CliRunner().invoke(cli, ["keys", *words], env={"DRAWBRIDGE_KEYS": str(folder)})


def listed(folder: Path) -> dict[str, Any]:
    """The public key set that the command prints."""
    found: dict[str, Any] = orjson.loads(keys(folder, "list", "--jwks").output)
    return found


def secret_of(folder: Path, kid: str) -> str:
    """What must never be printed."""
    found: str = orjson.loads((folder / f"{kid}.jwk").read_bytes())["d"]
    return found


@EACH_ALGORITHM
def test_a_new_key_signs_and_its_public_half_verifies(folder: Path, alg: str) -> None:
    """From the command to a verdict: what is listed for the enrolment fits what is in the file."""
    made = keys(folder, "new", "k1", "--alg", alg)
    assert made.exit_code == 0
    assert made.output.startswith(f"made k1  {alg}  from ")
    private = Keyring(folder).one("k1").private_key
    assert private is not None
    now = datetime.now(UTC)
    assert verify(sign(b"x", private, now).encode(), b"x", read_key_set(listed(folder)), now) == Signed("k1", alg)


@EACH_ALGORITHM
def test_no_command_prints_a_secret(folder: Path, alg: str) -> None:
    """Neither what succeeds nor what fails; the public set has no private member."""
    outputs = [keys(folder, "new", "k1", "--alg", alg).output]
    secrets = [secret_of(folder, "k1")]
    outputs += [keys(folder, *words).output for words in (["rotate", "k1", "k2"], ["list"], ["list", "--jwks"])]
    secrets.append(secret_of(folder, "k2"))
    outputs += [keys(folder, "new", "k1").output, keys(folder, "revoke", "k1").output, keys(folder, "list").output]
    (folder / "k2.jwk").chmod(0o644)
    outputs.append(keys(folder, "list").output)
    (folder / "k2.jwk").chmod(0o600)
    (folder / "k2.jwk").write_text((folder / "k2.jwk").read_text().replace('"kid": "k2"', '"kid": "k3"'))
    outputs.append(keys(folder, "list").output)
    assert len(secrets[0]) == 43
    assert not any(secret in output for secret in secrets for output in outputs)
    assert all("d" not in key for key in listed_keys(outputs[3]))


def listed_keys(output: str) -> list[dict[str, Any]]:
    """The keys of a printed set."""
    found: list[dict[str, Any]] = orjson.loads(output)["keys"]
    return found


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_a_key_is_only_for_its_owner_whatever_the_umask(folder: Path, umask: int) -> None:
    """Mode 600, in a folder of mode 700, also after it was rotated."""
    folder.mkdir(mode=0o700)
    before = os.umask(umask)
    try:
        Keyring(folder).new("k1", "EdDSA", AT, AT + YEAR)
        Keyring(folder).rotate("k1", "k2", AT, AT + timedelta(days=7), AT + YEAR)
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {"k1.jwk": 0o600, "k2.jwk": 0o600}


def test_a_folder_that_is_made_is_only_for_its_owner(folder: Path) -> None:
    """Nobody else can list it, or put a key in the place of another."""
    Keyring(folder).new("k1", "EdDSA", AT, AT + YEAR)
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o622, 0o601, 0o777])
def test_a_key_that_others_may_read_or_write_is_refused(folder: Path, mode: int) -> None:
    """By each command that would read it, with what to do."""
    keys(folder, "new", "k1")
    (folder / "k1.jwk").chmod(mode)
    for words in (["list"], ["list", "--jwks"], ["rotate", "k1", "k2"], ["revoke", "k1"]):
        found = keys(folder, *words)
        assert found.exit_code == 2
        assert f"chmod 600 '{folder}/k1.jwk'" in found.output
    assert sorted(path.name for path in folder.iterdir()) == ["k1.jwk"]


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777])
def test_a_folder_in_which_others_may_write_is_refused(folder: Path, mode: int) -> None:
    """Else somebody could have his own key signed with."""
    keys(folder, "new", "k1")
    folder.chmod(mode)
    for words in (["list"], ["new", "k2"]):
        found = keys(folder, *words)
        assert found.exit_code == 2
        assert f"chmod 700 '{folder}'" in found.output


def test_no_key_is_written_over_another(folder: Path) -> None:
    """Not by `new`, and not by `rotate`; the old one stays as it was, to the byte."""
    keys(folder, "new", "k1")
    keys(folder, "new", "k2", "--alg", "SM2")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for words in (["new", "k1"], ["new", "k2"], ["rotate", "k1", "k2"], ["rotate", "k1", "k1"]):
        found = keys(folder, *words)
        assert found.exit_code == 2
        assert "no key is written over another" in found.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("kid", ["", ".", "..", "../k1", "a/b", "-k", ".k", "k 1", "ключ", "k\n", "k" * 65])
def test_a_kid_that_is_no_name_of_a_file_is_refused(folder: Path, kid: str) -> None:
    """It becomes one: nothing outside of the folder is written or read."""
    with pytest.raises(KeyringError, match="cannot name a key"):
        Keyring(folder).new(kid, "EdDSA", AT, AT + YEAR)
    assert not folder.exists()


@EACH_ALGORITHM
def test_a_successor_overlaps_with_its_key(folder: Path, alg: str) -> None:
    """Both are valid for the overlap, of the same algorithm; then the old one has ended, and nobody was without."""
    ring = Keyring(folder)
    ring.new("k1", alg, AT, AT + YEAR)
    later = AT + timedelta(days=100)
    ring.rotate("k1", "k2", later, later + timedelta(days=7), later + YEAR)

    def states(at: datetime) -> list[str]:
        return [kept.state(at) for kept in ring.all()]

    moment = timedelta(seconds=1)
    assert [states(later - moment), states(later)] == [["valid", "coming"], ["valid", "valid"]]
    assert states(later + timedelta(days=7) - moment) == ["valid", "valid"]
    assert states(later + timedelta(days=7)) == ["ended", "valid"]
    assert {kept.public_key.algorithm.name for kept in ring.all()} == {alg}
    assert list(ring.published(later)) == ["k1", "k2"]
    assert list(ring.published(later + timedelta(days=7))) == ["k2"]


def test_an_overlap_prolongs_nothing(folder: Path) -> None:
    """A key that ends sooner ends when it would have."""
    ring = Keyring(folder)
    ring.new("k1", "EdDSA", AT, AT + timedelta(days=2))
    ring.rotate("k1", "k2", AT, AT + timedelta(days=7), AT + YEAR)
    assert ring.one("k1").public_key.ends_at == AT + timedelta(days=2)


def test_a_key_that_is_not_valid_has_no_successor(folder: Path) -> None:
    """Whoever has none left makes a new one, and knows that there was a gap."""
    ring = Keyring(folder)
    ring.new("k1", "EdDSA", AT, AT + YEAR)
    for at, state in ((AT - YEAR, "coming"), (AT + YEAR, "ended")):
        with pytest.raises(KeyringError, match=f"k1 is {state}"):
            ring.rotate("k1", "k2", at, at + YEAR, at + YEAR)
    ring.revoke("k1", AT)
    with pytest.raises(KeyringError, match="k1 is revoked"):
        ring.rotate("k1", "k2", AT, AT + YEAR, AT + YEAR)


@EACH_ALGORITHM
def test_a_revoked_key_is_ended_at_once_and_for_good(folder: Path, alg: str) -> None:
    """Its secret is gone from the file, the set is without it, and a signature of before is refused by that set."""
    keys(folder, "new", "k1", "--alg", alg)
    private = Keyring(folder).one("k1").private_key
    assert private is not None
    now = datetime.now(UTC)
    jws = sign(b"x", private, now).encode()
    secret = secret_of(folder, "k1")
    assert keys(folder, "revoke", "k1").exit_code == 0
    assert [path.name for path in folder.iterdir()] == ["k1.jwk"]
    assert secret not in (folder / "k1.jwk").read_text()
    assert "revoked" in keys(folder, "list").output
    assert Keyring(folder).one("k1").private_key is None
    assert listed(folder) == {"keys": []}
    verdict = verify(jws, b"x", read_key_set(listed(folder)), now)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.UNKNOWN_KEY
    assert keys(folder, "revoke", "k1").exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ('{"kid":"k1","revoked_at":1e300}', "whole number"),
        ('{"kid":"k1","revoked_at":1000000000000000}', "whole number"),
        ('{"kid":"k1","revoked_at":-9000000000000}', "whole number"),
        ('{"kid":"k1","revoked_at":true}', "whole number"),
        ("secret", "no JSON"),
        ("[]", "not a JSON object"),
        ('{"kid":"k1","kty":"OKP","crv":"Ed25519"}', "x must be"),
        ('{"kid":"k1","revoked_at":"now"}', "whole number"),
    ],
)
def test_a_file_that_is_no_key_is_named(folder: Path, text: str, said: str) -> None:
    """With what is wrong, and nothing of what stands in it."""
    folder.mkdir(mode=0o700)
    (folder / "k1.jwk").touch(0o600)
    (folder / "k1.jwk").write_text(text)
    found = keys(folder, "list")
    assert found.exit_code == 2
    assert f"{folder}/k1.jwk is no key" in found.output
    assert said in found.output
    assert "secret" not in found.output


def test_a_key_under_another_name_is_refused(folder: Path) -> None:
    """A file that was renamed does not speak for the other key."""
    keys(folder, "new", "k1")
    (folder / "k1.jwk").rename(folder / "k2.jwk")
    assert "another name" in keys(folder, "list").output


def test_without_a_folder_the_command_says_what_to_do(folder: Path) -> None:
    """Whether none is named, it is not there, or it is a file."""
    found = CliRunner().invoke(cli, ["keys", "list"], env={"DRAWBRIDGE_KEYS": ""})
    assert (found.exit_code, "set DRAWBRIDGE_KEYS" in found.output) == (2, True)
    found = keys(folder, "list")
    assert (found.exit_code, "drawbridge keys new" in found.output) == (2, True)
    folder.touch(0o600)
    assert keys(folder, "list").exit_code == 2
    assert keys(folder, "new", "k1").exit_code == 2
    assert keys(folder, "revoke", "k1").exit_code == 2


def test_an_option_stands_over_the_setting(folder: Path) -> None:
    """So one machine may keep several folders."""
    assert keys(folder / "none", "new", "k1", "--keys", str(folder)).exit_code == 0
    assert [kept.public_key.kid for kept in Keyring(folder).all()] == ["k1"]
    assert keys(folder, "revoke", "k9").exit_code == 2
