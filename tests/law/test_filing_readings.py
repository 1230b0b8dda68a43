"""前3个工作日内 (QJ-15) in its two readings: a profile names the one that its city follows."""

import json
from dataclasses import replace

import pytest
from worked_case import CASES, read_case

from drawbridge import shipped
from drawbridge.law import Scheme
from drawbridge.law.pool.profile import QIANJIANG_2015
from drawbridge.law.pool.scheme import QIANJIANG, pool_scheme
from drawbridge.replay import Replay

AT_LEAST = pool_scheme(replace(QIANJIANG_2015, filing_reading=replace(QIANJIANG_2015.filing_reading, value="at-least")))
STANDARD = read_case(CASES / "pool" / "standard-loan.yaml")


@pytest.mark.parametrize(
    ("scheme", "filed_on", "is_violated"),
    [
        (QIANJIANG, "2016-02-25", True),
        (QIANJIANG, "2016-02-26", False),
        (QIANJIANG, "2016-03-01", False),
        (QIANJIANG, "2016-03-02", True),
        (AT_LEAST, "2016-02-25", False),
        (AT_LEAST, "2016-02-26", False),
        (AT_LEAST, "2016-02-29", True),
    ],
)
def test_a_filing_is_in_time_by_the_profiles_reading(scheme: Scheme, filed_on: str, *, is_violated: bool) -> None:
    """The disbursement is on Wed 2 March 2016; the third working day before it is Fri 26 February."""
    replay = Replay(scheme, shipped.calendar())
    events = []
    for step in STANDARD.steps:
        message = json.loads(step.line)
        if message["type"] == "bank.pool.filing.v1":
            message["recordedtime"] = "2016-03-02T09:30:00+08:00"
            message["time"] = f"{filed_on}T09:00:00+08:00"
        events += [event.type for event in replay.answer(json.dumps(message).encode()).events]
    assert ("pool.filing.violated.v1" in events) is is_violated
