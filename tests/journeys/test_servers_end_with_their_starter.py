"""Embedded servers: however their starter ends, neither a process nor a folder stays behind."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from running_service import PATIENCE_S, eventually

from drawbridge.embedded.processes import listens

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
