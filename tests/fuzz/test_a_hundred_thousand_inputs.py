"""The long run of the fast test beside the law: 100,000 broken inputs, each with one answer."""

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "law")]

from broken_input import broken_inputs  # noqa: E402
from told import folded, picture, random_lines, tell  # noqa: E402

BATCHES, OF = 50, 2_000


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_each_of_a_batch_of_broken_inputs_gets_one_answer(batch: int) -> None:
    """Nothing crashes, nothing is lost, and the journal still says the whole state."""
    good = random_lines(100 + batch, 80)
    told = tell(good[: len(good) // 2])
    before = len(told.receipts) + told.dead_letters
    for line in broken_inputs(good, 1_000 + batch, OF):
        told.say(line)
    assert len(told.receipts) + told.dead_letters - before == OF
    assert picture(folded(told)) == picture(told.state)
