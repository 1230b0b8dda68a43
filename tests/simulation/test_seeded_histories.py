"""Desk, relay, intake and clock on twins of broker and database: chance interleaves, stops, kills and cuts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drawbridge import crash
from simulation.history import History
from simulation.mutants import MUTANTS

ROOT = Path(__file__).parents[2]
#: how many seeds run with the fast tests; CI runs the first 1,000 after them, `make simulation` 10,000
FEW = 20
#: in so many seeds each mutant has to be found
ENOUGH = 1_500


@pytest.mark.parametrize("tens", range(FEW // 10))
def test_nothing_is_lost_doubled_or_out_of_order_whatever_the_seed(tens: int) -> None:
    """Each message has one receipt, the journal is its replay, each output is whole, nothing is left idle."""
    for seed in range(10 * tens + 1, 10 * tens + 11):
        History(seed).run()


def test_a_seed_is_the_same_history_in_every_process() -> None:
    """To the last step, also where the order of sets is another one."""

    def told(hash_seed: str) -> bytes:
        command = [sys.executable, "-m", "tests.simulation.run", "--seed", "16"]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout

    one, other = told("1"), told("2")
    assert one == other
    assert one.endswith(b"all came right\n")
    assert len(one.splitlines()) > 100


@pytest.mark.parametrize("place", crash.POINTS)
def test_a_worker_may_be_killed_at_every_named_place(place: str) -> None:
    """All comes right, however often the place was passed before."""
    killed = []
    for seed in range(1, 4):
        history = History(seed, crash_at=(place, seed % 3))
        history.run()
        killed += history.mischief.crashed
    assert place in killed


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_service_broken_on_purpose_is_found_out(name: str) -> None:
    """Without one of its safeguards some seed goes wrong: the safeguard is needed, and the simulation would tell."""
    for seed in range(1, ENOUGH):
        try:
            History(seed, MUTANTS[name]).run()
        except AssertionError:
            return
    pytest.fail(f"{name}: no seed below {ENOUGH} went wrong")
