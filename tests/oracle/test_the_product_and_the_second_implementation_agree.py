"""Random histories through `drawbridge replay` and through the oracle: whatever the contract names is the same."""

from __future__ import annotations

import pytest

from .compare import compare
from .histories import ending, history
from .replay import replay
from .run import product

SEEDS = range(8)
SIZES = (120, 260)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_history_is_answered_alike(seed: int, size: int) -> None:
    """Events, receipts and dead letters have the same order, kinds, instants, causes and figures."""
    lines = history(seed, size)
    until = ending(seed, lines)
    assert compare(product(lines, until), replay(lines, until=until)) is None


def test_the_same_seed_gives_the_same_history() -> None:
    """A seed names a history: what was found once can be found again."""
    assert history(1) == history(1)
    assert history(1) != history(2)
