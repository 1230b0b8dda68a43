"""The decision core is pure: it decides the same with no sockets, files, clocks, chance or processes to be had."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
JAILER = FOLDER / "without_the_world.py"
MESSAGES = FOLDER / "cases" / "shared-format" / "3-default.ndjson"


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run the core over a case's messages in a process of its own."""
    command = [sys.executable, str(JAILER), *arguments]
    return subprocess.run(command, input=MESSAGES.read_bytes(), capture_output=True, check=False)


def test_the_core_decides_without_the_world_and_to_the_same_bytes() -> None:
    """With everything forbidden, a whole case is decided, and its journal is that of an ordinary run."""
    free, jailed = run("free"), run("jailed")
    assert jailed.returncode == 0, jailed.stderr.decode()
    assert free.stdout == jailed.stdout
    assert jailed.stdout.count(b"\n") > 30


def test_the_jail_holds() -> None:
    """Each of the forbidden things is really forbidden, so that the test above says something."""
    tried = run("break-out")
    assert tried.returncode == 0, tried.stderr.decode()
    assert tried.stdout == b"file\nsocket\nprocess\ntime\nclock\ndatetime\nrandom\nsecrets\nlog\n"
