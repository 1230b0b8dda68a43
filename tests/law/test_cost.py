"""What a decision costs, counted in things touched, not in seconds: it grows with nothing that is past."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from loans import PRELUDE, loan_lines, many_loans
from told import Told, at

from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.shelf import Shelf


def plenty(told: Told) -> None:
    """Enrol the banks and place a fund that is large enough for every loan."""
    for line in PRELUDE:
        told.say(line.replace(b"5000000000", b"900000000000"))


def test_closed_cases_leave_the_memory() -> None:
    """After hundreds of loans have come and gone, no case and no timer of a case is left in the core."""
    told = Told()
    plenty(told)
    for line in many_loans(400, "repayment"):
        told.say(line)
    assert sum(event.type == "bridge.closed.v1" for event in told.events) == 400
    told.replay.until(at("2014-09-30T00:00:00+08:00"))
    told.replay.state.take_settled()
    assert told.state.cases == {}
    assert told.state.timers.pending == {}
    assert told.state.book.counted_fen == {}
    assert told.state.book.outstanding == set()


class _Touched(Shelf[Any]):
    """The cases in memory, noting which are looked up; going through all of them fails."""

    def __init__(self, cases: Shelf[Any]) -> None:
        super().__init__(lambda subject, _: cases[subject])
        self.looked_up: set[str] = set()
        self.update(cases)

    def __getitem__(self, subject: str) -> Any:
        self.looked_up.add(subject)
        return super().__getitem__(subject)

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a decision went through all the cases")


@contextmanager
def watched(told: Told) -> Iterator[set[str]]:
    """Note which cases are looked up from here on, beginning with nothing left to tidy up."""
    told.state.take_settled()
    cases = told.state.cases
    touched = _Touched(cases)
    told.state.cases = touched
    yield touched.looked_up
    told.state.cases = cases
    for subject in Shelf.__iter__(touched):
        cases[subject] = Shelf.__getitem__(touched, subject)


@pytest.fixture(scope="module")
def busy() -> Told:
    """A core with 300 loans out."""
    told = Told()
    plenty(told)
    for line in many_loans(300, "settlement"):
        told.say(line)
    return told


@pytest.mark.parametrize("step", ["renewal", "forwarding", "repayment"])
def test_a_decision_touches_its_own_case_alone(busy: Told, step: str) -> None:
    """With 300 loans open, a message and its bookkeeping look at the one that it is about (timers due aside)."""
    line = loan_lines(7, step)[-1]
    busy.replay.until(at("2014-07-17T09:30:00+08:00"))
    with watched(busy) as looked_up:
        busy.say(line)
    assert looked_up == {"bridge/105314000041/N-7"}


def test_applying_and_queueing_touch_their_own_case_alone() -> None:
    """With 300 applications waiting, one more looks at itself and at the head of the queue."""
    told = Told()
    for line in PRELUDE:
        told.say(line.replace(b"5000000000", b"90000000"))
    for line in many_loans(300, "application"):
        told.say(line)
    notice, application = loan_lines(300, "application")
    told.say(notice)
    with watched(told) as looked_up:
        told.say(application)
    assert told.events[-1].type == "bridge.queued.v1"
    assert told.events[-1].data["position"] == 300
    assert looked_up == {"bridge/105314000041/N-1", "bridge/105314000041/N-300"}


def test_a_days_timers_look_at_the_cases_that_have_one(busy: Told) -> None:
    """Waiting costs nothing: with no timer due, time passes without looking at any case."""
    with watched(busy) as looked_up:
        busy.replay.until(at("2014-07-17T16:00:00+08:00"))
    assert looked_up == set()


def test_the_snapshot_of_a_case_is_the_case() -> None:
    """What goes to the archive comes back as it was."""
    told = Told()
    plenty(told)
    for line in many_loans(3, "settlement"):
        told.say(line)
    scheme = told.state.scheme
    for case in told.state.cases.values():
        back = scheme.read_case(scheme.write_case(case))
        assert isinstance(back, BridgeCase)
        assert back == case
