"""Behind TLS the commands reach the database with a certificate of their own, and only the one that is vouched for."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from certificates import Authority, new_authority
from tls_terminator import tls_in_front


@dataclass(frozen=True, slots=True)
class Secured:
    """A database that lets in nobody without a certificate."""

    dsn: str
    password: Path
    authority: Authority

    async def run(self, *arguments: str, **settings: str | Path) -> tuple[int, str]:
        """Run a command with these settings; return its exit code and what it said."""
        told = {f"DRAWBRIDGE_{name.upper()}": str(value) for name, value in settings.items()}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "drawbridge", *arguments),
            env=os.environ | {"DRAWBRIDGE_DATABASE": self.dsn} | told,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode()

    def credentials(self, authority: Authority) -> dict[str, str | Path]:
        """Return the settings of somebody whom this authority vouches for."""
        certificate, key = authority.certify("drawbridge")
        return {
            "database_ca_file": authority.certificate,
            "database_certificate_file": certificate,
            "database_key_file": key,
            "database_password_file": self.password,
        }


@pytest.fixture
async def secured(database: str, tmp_path: Path) -> AsyncIterator[Secured]:
    """The database, with TLS in front of it; the DSN holds no password."""
    authority, server = new_authority(tmp_path), urlsplit(database)
    password = tmp_path / "password"
    password.write_text(f"{server.password}\n", encoding="ascii")
    assert server.port is not None
    async with tls_in_front(server.port, authority, authority.keystore("database")) as port:
        yield Secured(f"postgresql://{server.username}@127.0.0.1:{port}{server.path}", password, authority)


async def test_the_service_shows_its_certificate_and_reads_its_password_from_a_file(secured: Secured) -> None:
    """Tables are made through TLS; no output holds the password."""
    told = secured.credentials(secured.authority)
    for arguments in (("migrate",), ("settings",)):
        code, said = await secured.run(*arguments, **told)
        assert code == 0, said
        assert secured.password.read_text(encoding="ascii").strip() not in said


async def test_a_database_for_which_nobody_vouches_is_not_spoken_to(secured: Secured, tmp_path: Path) -> None:
    """A wrong authority, no certificate, a name that is not the server's: a line that says what to check, exit 2."""
    (tmp_path / "other").mkdir()
    stranger = new_authority(tmp_path / "other")
    told = secured.credentials(secured.authority)
    foreign = told | {"database_ca_file": stranger.certificate}
    shown_none = {name: value for name, value in told.items() if name in {"database_ca_file", "database_password_file"}}
    elsewhere = Secured(re.sub(r"127\.0\.0\.1", "localhost", secured.dsn), secured.password, secured.authority)
    for database, settings in ((secured, foreign), (secured, shown_none), (elsewhere, told)):
        code, said = await database.run("migrate", **settings)
        assert code == 2, said
        assert "DRAWBRIDGE_DATABASE" in said
        assert "Traceback" not in said
        assert secured.password.read_text(encoding="ascii").strip() not in said


async def test_a_worker_with_a_wrong_password_does_not_wait(secured: Secured) -> None:
    """It ends with exit code 2, and says what to correct: nobody comes who lets it in."""
    told = secured.credentials(secured.authority)
    wrong = secured.password.with_name("wrong")
    wrong.write_text("a guess", encoding="ascii")
    code, said = await secured.run("worker", kafka="127.0.0.1:1", **told | {"database_password_file": wrong})
    assert code == 2, said
    assert "does not let this program in" in said
    assert "DRAWBRIDGE_DATABASE_PASSWORD_FILE" in said
    assert "a guess" not in said
