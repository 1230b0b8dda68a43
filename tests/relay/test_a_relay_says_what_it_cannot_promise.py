"""On a broker without transactions the relay says at its start that each event may be published more than once."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from drawbridge.monitor.stages import Readiness
from drawbridge.settings import Settings
from drawbridge.watch.metrics import Meter
from drawbridge.wiring import Broker
from drawbridge.worker import Worker


@pytest.mark.parametrize("embedded", [True, False])
async def test_a_relay_of_the_embedded_broker_is_at_least_once_and_says_so(*, embedded: bool) -> None:
    """Before anything is published; with Kafka there is nothing to say."""
    nobody: Any = None  # neither is asked before the relay opens
    worker = Worker(Settings(), Broker(Settings(), nobody, embedded), nobody, {}, Meter(), Readiness())
    with capture_logs() as lines:
        worker._relays()
    warned = [line["event"] for line in lines if line["log_level"] == "warning"]
    assert [line for line in warned if "at least once, not exactly once" in line] == warned
    assert bool(warned) is embedded
