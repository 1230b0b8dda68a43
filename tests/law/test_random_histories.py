"""What holds for every history, however banks, operators and the post behave."""

import json
from collections import defaultdict
from typing import Any

import orjson
import pytest
from told import Told, folded, picture, random_lines, tell

from drawbridge.bank.events import EVENTS
from drawbridge.law.bridge.capacity import book_of

SEEDS = range(24)
every_history = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def stories() -> dict[int, tuple[tuple[bytes, ...], Told]]:
    """Each history, told once for all tests of this file."""
    return {seed: (lines := random_lines(seed), tell(lines)) for seed in SEEDS}


Stories = dict[int, tuple[tuple[bytes, ...], Told]]


@every_history
def test_the_state_rebuilt_from_the_journal_is_the_very_state(stories: Stories, seed: int) -> None:
    """The fold of the events: cases, banks, counters, timers, calendar, clock and chain, at the end of a history."""
    _, told = stories[seed]
    assert picture(folded(told)) == picture(told.state)


@pytest.mark.parametrize("seed", range(3))
def test_the_state_can_be_rebuilt_after_any_message(seed: int) -> None:
    """A worker that takes over between any two messages goes on as the one before it would have."""
    told = Told()
    for line in random_lines(seed, 60):
        told.say(line)
        assert picture(folded(told)) == picture(told.state)


@every_history
def test_a_worker_that_takes_over_in_the_middle_decides_the_same(stories: Stories, seed: int) -> None:
    """The state rebuilt half-way, with the messages remembered and the archive, gives the same journal to the end."""
    lines, whole = stories[seed]
    told = tell(lines[: len(lines) // 2])
    told.replay.state = folded(told)
    for line in lines[len(lines) // 2 :]:
        told.say(line)
    assert told.output == whole.output


@every_history
def test_the_replay_of_a_prefix_is_a_prefix_of_the_replay(stories: Stories, seed: int) -> None:
    """What is to come changes nothing of what has been said; and the same messages give the same bytes."""
    lines, whole = stories[seed]
    for end in (len(lines) // 3, len(lines) - 1):
        output = tell(lines[:end]).output
        assert whole.output[: len(output)] == output


@every_history
def test_each_message_gets_exactly_one_answer(stories: Stories, seed: int) -> None:
    """A receipt or a dead letter, never both, never none."""
    lines, told = stories[seed]
    assert len(told.receipts) + told.dead_letters == len(lines)


@every_history
def test_a_receipt_lists_just_the_events_that_its_message_caused(stories: Stories, seed: int) -> None:
    """In journal order, timers' events not among them; a refused message causes a refused movement or nothing."""
    _, told = stories[seed]
    caused: dict[str, list[str]] = defaultdict(list)
    for event in told.events:
        caused[event.causationid].append(event.type)
    for receipt in told.receipts:
        if receipt["type"] == "receipt.accepted.v1":
            assert receipt["data"]["events"] == caused[receipt["id"]]
            assert receipt["data"]["events"]


@every_history
def test_the_journal_is_gap_free_chained_and_its_clock_never_goes_back(stories: Stories, seed: int) -> None:
    """Sequence from 1, each `prev` the hash of the event before, `recordedtime` never falling, ids by sequence."""
    _, told = stories[seed]
    events = told.events
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    envelopes = [orjson.loads(event.line) for event in events]
    assert [e["prev"] for e in envelopes] == ["0" * 64, *(event.hash for event in events[:-1])]
    assert [e["id"] for e in envelopes] == [f"zhenjiang-2013-{e['sequence']}" for e in envelopes]
    recorded = [event.recorded_at for event in events]
    assert recorded == sorted(recorded)


@every_history
def test_every_event_is_of_the_published_form_and_says_its_articles(stories: Stories, seed: int) -> None:
    """The models that the schemas are made of describe what is really told."""
    _, told = stories[seed]
    for event in told.events:
        EVENTS[event.type].model_validate_json(json.dumps(event.data))
        assert event.data["basis"]


@every_history
def test_a_reservation_is_never_made_beyond_the_capacity(stories: Stories, seed: int) -> None:
    """Whoever gets capacity finds it; only money that is out already, or a deposit cut, takes it below zero."""
    _, told = stories[seed]
    reopened = {(e.causationid, e.subject) for e in told.events if e.type == "bridge.withdrawal.rescinded.v1"}
    for event in told.events:
        if event.type == "bridge.capacity.reserved.v1" and (event.causationid, event.subject) not in reopened:
            assert event.data["capacity_fen"] >= 0


@every_history
def test_the_counters_are_the_sums_over_the_open_cases(stories: Stories, seed: int) -> None:
    """What is counted as it goes is what one would count at the end."""
    _, told = stories[seed]
    book = book_of(told.state)
    reserved: dict[str, int] = defaultdict(int)
    counted: dict[str, int] = defaultdict(int)
    waiting = defaultdict(set)
    for case in told.state.cases.values():
        if case.closed or case.application is None:
            continue
        counted[case.org_code] += case.asked_fen
        if case.is_reserved:
            reserved[case.main_bank] += case.asked_fen
        else:
            waiting[case.main_bank].add(case.subject)
    assert book.counted_fen == {code: fen for code, fen in counted.items() if fen}
    assert book.outstanding == {case.subject for case in told.state.cases.values() if case.is_outstanding()}
    for bank, fund in book.funds.items():
        assert fund.reserved_fen == reserved[bank]
        assert {place[-1] for place in fund.queue} == waiting[bank]


@every_history
def test_those_who_wait_are_served_in_their_order(stories: Stories, seed: int) -> None:
    """Nurtured first, then by time, then by sequence: whoever is reserved stood before everybody who still waits."""
    _, told = stories[seed]
    queues: dict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    places: dict[str, tuple[Any, ...]] = {}
    for event in told.events:
        if event.type == "bridge.applied.v1":
            nurtured = event.data["enterprise"]["nurtured"]
            places[event.subject] = (not nurtured, event.time, event.sequence)
        elif event.type == "bridge.queued.v1":
            queue = queues[event.data["main_bank"]]
            queue[event.subject] = places[event.subject]
            assert event.data["position"] == sorted(queue.values()).index(places[event.subject]) + 1
        elif event.type == "bridge.capacity.reserved.v1":
            queue = queues[event.data["main_bank"]]
            queue.pop(event.subject, None)
            before = [one for one, place in queue.items() if place < places[event.subject]]
            assert not before or _is_reopened(told, event.sequence)
        elif event.type in ("bridge.withdrawn.v1", "bridge.declined.v1"):
            for queue in queues.values():
                queue.pop(event.subject, None)


def _is_reopened(told: Told, sequence: int) -> bool:
    """Whether the reservation at that place is of a withdrawn case whose money went out all the same."""
    return told.events[sequence - 2].type == "bridge.withdrawal.rescinded.v1"


@every_history
def test_each_breach_is_taken_back_whole_or_not_at_all(stories: Stories, seed: int) -> None:
    """Suspensions, incentives and deposits follow from the breaches that stand, at every moment of a history."""
    _, told = stories[seed]
    standing: dict[str, set[str]] = defaultdict(set)
    suspended: set[str] = set()
    for event in told.events:
        bank = event.data.get("bank", "")
        if event.type == "bank.breached.v1":
            assert event.subject not in standing[bank]
            standing[bank].add(event.subject)
        elif event.type in ("bank.breach.rescinded.v1", "deposit.penalty.dismissed.v1"):
            standing[bank].remove(event.subject)
        elif event.type == "bank.suspended.v1":
            assert standing[bank]
            assert bank not in suspended
            suspended.add(bank)
        elif event.type == "bank.reinstated.v1":
            suspended.remove(event.subject.removeprefix("bank/"))
    assert suspended == {bank.code for bank in told.state.banks.values() if bank.suspended}
    assert {b: len(cases) for b, cases in standing.items() if cases} == {
        bank.code: bank.standing_breaches for bank in told.state.banks.values() if bank.standing_breaches
    }


@every_history
def test_a_credit_record_supersedes_the_one_before_it(stories: Stories, seed: int) -> None:
    """A reader of the compacted feed can tell the last state of each record by its chain."""
    _, told = stories[seed]
    last: dict[str, str] = {}
    for event in told.events:
        if event.type.startswith("credit.record."):
            case = event.data["case"]
            assert event.data["supersedes"] == last.get(case)
            last[case] = event.id
