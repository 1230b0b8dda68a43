"""Every kind of fault once, on a running service: nothing is lost, doubled, out of order, or left idle."""

import os
from random import Random

import campaign
import pytest
import real_kafka
from catalogue import CATALOGUE, killed_at
from stage import set_up

from drawbridge.crash import POINTS

pytestmark = pytest.mark.journey

SEED = 1
#: a client that waits for an absent broker would take a minute
SERVES_AGAIN_S = 45


@pytest.fixture(autouse=True)
def real_broker() -> None:
    """The embedded broker knows no transactions."""
    lack = real_kafka.missing()
    if lack is not None:
        assert os.environ.get("CI") != "true", f"{lack}: with CI=true this needs Apache Kafka"
        pytest.skip(f"{lack}: the embedded broker knows no transactions")


def test_a_worker_killed_at_every_place_leaves_everything_whole() -> None:
    """One after the other, each recovers from where the one before was killed, and is killed at the next place."""
    said: list[str] = []
    with set_up(seed=SEED, cases=60, clock="messages") as stage:
        stage.crew.stop_all()
        for point in POINTS:
            killed_at(point, stage)
        outcome = campaign.several(stage, [])
        if outcome.tally.holds:
            outcome = campaign.at_the_end(stage)
        campaign.explain(stage, outcome, said.append)
    assert outcome.tally.holds, "\n".join(said)


def test_every_other_kind_of_fault_leaves_everything_whole() -> None:
    """After each, the journal is its replay, every message is answered once, and every output holds each event once."""
    faults = [fault for fault in CATALOGUE if not any(fault.name.endswith(point) for point in POINTS)]
    Random(SEED).shuffle(faults)  # noqa: S311 - chance, not a secret
    said: list[str] = []
    outcomes = campaign.run(faults, seed=SEED, clock="messages", say=said.append, together=3)
    assert all(outcome.tally.holds for outcome in outcomes), "\n".join(said)
    assert len(outcomes) == len(faults) + 1
    assert max(outcome.serving_after_s for outcome in outcomes) < SERVES_AGAIN_S
