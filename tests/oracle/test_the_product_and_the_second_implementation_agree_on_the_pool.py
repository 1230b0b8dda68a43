"""Random histories of the assisted loan through `drawbridge replay` and the oracle: what is named is the same."""

from __future__ import annotations

import pytest

from .compare import compare
from .histories import ending
from .pool_histories import history
from .replay import replay
from .run import POOL, Asked, product, tell

SEEDS = range(8)
SIZES = (120, 260)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_history_of_the_pool_is_answered_alike(seed: int, size: int) -> None:
    """Events, receipts and dead letters have the same order, kinds, instants, causes and figures."""
    lines = history(seed, size)
    until = ending(seed, lines)
    assert compare(product(lines, until, POOL), replay(lines, POOL, until)) is None


def test_the_same_seed_gives_the_same_history_of_the_pool() -> None:
    """A seed names a history: what was found once can be found again."""
    assert history(1) == history(1)
    assert history(1) != history(2)


def test_both_take_the_reading_of_the_days_of_filing_that_is_asked_for() -> None:
    """前3个工作日内 (QJ-15) read as `at-least`: alike again; and not as the product decides by its own profile."""
    asked, seeds = Asked(POOL, 60, "at-least", ()), range(900, 904)
    assert not any(tell(asked, seed) for seed in seeds)
    for_both = [asked.history(seed) for seed in seeds]
    assert any(product(lines, None, POOL) != asked.product(lines, None) for lines in for_both)
