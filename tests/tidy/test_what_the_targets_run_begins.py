"""What runs by itself, outside of pytest, finds its modules: nobody starts it often enough to notice."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("program", "code", "said"),
    [("faults.run", 2, "there is no such fault"), ("bench.measure", 0, "cores")],
)
def test_a_program_of_the_tests_begins(program: str, code: int, said: str) -> None:
    """Asked for nothing that there is, each says so, and starts no servers."""
    options = ["--only", "nothing of that name"]
    done = subprocess.run(
        [sys.executable, "-m", f"tests.{program}", *options], capture_output=True, text=True, check=False
    )
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stderr
