"""Embedded servers: however their starter ends, neither a process nor a folder stays behind."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from running_service import PATIENCE_S, eventually

from drawbridge.embedded.processes import ServerFailedError, leashed, listens

STARTER = """
import sys, time
from pathlib import Path
from drawbridge.embedded.postgres import start_postgres
server = start_postgres(Path(sys.argv[1]), remove=True)
print(server.dsn, flush=True)
time.sleep(600)
"""


def test_a_killed_starter_leaves_nothing_behind() -> None:
    """SIGKILL gives it no time to clean up; the folder's path has a blank in it."""
    folder = Path(tempfile.mkdtemp(prefix="drawbridge-")) / "with a blank"
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(folder)], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    port = int(starter.stdout.readline().decode().rsplit(":", 1)[1].split("/")[0])
    assert listens(port)
    starter.kill()
    starter.wait()
    starter.stdout.close()
    eventually(lambda: not listens(port), "the server is gone")
    eventually(lambda: not folder.exists(), "its folder is gone")
    folder.parent.rmdir()


@pytest.mark.parametrize(
    ("program", "within_s", "said"),
    [
        ("print('the port is taken'); raise SystemExit(3)", PATIENCE_S, "it ended\nthe port is taken"),
        ("import time; time.sleep(600)", 0.2, "it did not answer within 0 s"),
    ],
)
def test_a_server_that_does_not_come_up_is_told_of_with_its_last_words(
    program: str, within_s: float, said: str
) -> None:
    """Also when its folder, and the log in it, have gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="drawbridge-"))
    server = leashed("the server", [sys.executable, "-c", program], folder / "log", remove=[folder])
    with pytest.raises(ServerFailedError, match=f"the server did not start: {said}"):
        server.wait_until(lambda: False, within_s)
    assert not folder.exists()
    assert not server.running()


def test_up_serves_until_it_is_told_to_stop() -> None:
    """`drawbridge up` prints where everything is, and takes all of it down with itself."""
    up = subprocess.Popen([sys.executable, "-m", "drawbridge", "up", "--servers-only"], stdout=subprocess.PIPE)
    assert up.stdout is not None
    lines = [up.stdout.readline().decode().strip() for _ in range(2)]
    assert [line.split("=")[0] for line in lines] == ["export DRAWBRIDGE_KAFKA", "export DRAWBRIDGE_DATABASE"]
    port = int(lines[0].rsplit(":", 1)[1])
    assert listens(port)
    os.kill(up.pid, signal.SIGINT)
    assert up.wait(PATIENCE_S) == 0
    up.stdout.close()
    assert not listens(port)
