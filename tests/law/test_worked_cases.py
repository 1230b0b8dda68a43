"""The worked cases hold, and between them they exercise every article, every refusal and every event."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from worked_case import WorkedCase, all_cases, names_event

from drawbridge import lawmap, shipped
from drawbridge.bank.events import EVENTS
from drawbridge.bank.rejects import Code
from drawbridge.law import SCHEMES
from drawbridge.law.event import Event
from drawbridge.replay import Replay


@dataclass
class Run:
    """What came of a case: its events, and each step's answer."""

    events: list[Event] = field(default_factory=list)
    before: int = 0
    """How many of the events belong to what went before."""
    answers: list[dict[str, Any]] = field(default_factory=list)


@cache
def run_of(index: int) -> Run:
    """Run a case once, for all tests."""
    case = all_cases()[index]
    replay = Replay(SCHEMES[case.scheme], shipped.calendar())
    run = Run()
    for step in case.begin:
        decision = replay.answer(step.line)
        assert decision.receipt is not None, "what went before is not answered"
        assert b"receipt.accepted.v1" in decision.receipt, decision.receipt.decode()
        run.events += decision.events
    run.before = len(run.events)
    for step in case.steps:
        decision = replay.answer(step.line)
        run.events += decision.events
        letter = decision.dead_letter
        answer = decision.receipt if letter is None else letter.line()
        assert answer is not None
        run.answers.append({**json.loads(answer), "repeated": decision.repeated})
    if case.until is not None:
        run.events += replay.until(datetime.fromisoformat(case.until))
    return run


def _id(case: WorkedCase) -> str:
    return f"{case.path.parent.name}/{case.path.stem}"


every_case = pytest.mark.parametrize("index", range(len(all_cases())), ids=[_id(case) for case in all_cases()])


@every_case
def test_each_message_gets_the_answer_that_the_case_says(index: int) -> None:
    """Accepted, refused with its code, repeated, or a dead letter: as the step says."""
    case, run = all_cases()[index], run_of(index)
    for number, (step, answer) in enumerate(zip(case.steps, run.answers, strict=True), start=1):
        where = f"message {number}: {answer}"
        data = answer.get("data", {})
        assert answer.get("reason") == step.dead_letter, where
        if step.dead_letter is not None:
            continue
        assert data.get("code") == step.refused, where
        if step.field is not None:
            assert data["field"] == step.field, where
        if step.basis is not None:
            assert data["basis"] == step.basis, where
        if step.repeated:
            assert answer["repeated"], where


@every_case
def test_the_events_come_out_as_worked_out_by_hand(index: int) -> None:
    """All events after what went before, in order, each on its subject and with the data that the case names."""
    case, run = all_cases()[index], run_of(index)
    got = run.events[run.before :]
    for number, (event, expected) in enumerate(zip(got, case.events, strict=False), start=1):
        where = f"event {number}: {event.line.decode()}"
        assert (event.type, event.subject) == (expected.type, expected.subject), where
        envelope = json.loads(event.line)
        for key, value in expected.fields.items():
            found = envelope[key[1:]] if key.startswith("@") else event.data.get(key)
            named = names_event(value)
            if named is not None:
                earlier = [e.id for e in run.events if e.type == named and e.sequence < event.sequence]
                assert found == earlier[-1], f"{where}: {key}"
            else:
                assert found == value, f"{where}: {key}"
    left = [event.type for event in got[len(case.events) :]] or [e.type for e in case.events[len(got) :]]
    assert not left, f"after event {min(len(got), len(case.events))}: {left}"


def test_every_article_that_a_rule_answers_has_a_case() -> None:
    """From a rule of the law one comes to a case that a lawyer can read."""
    cited = {article for case in all_cases() for article in case.articles}
    assert _articles_with_rules() - cited == set()


def test_no_case_cites_an_article_that_no_rule_answers() -> None:
    """A citation leads somewhere."""
    known = _articles_with_rules()
    assert [(_id(case), sorted(wrong)) for case in all_cases() if (wrong := set(case.articles) - known)] == []


def test_every_refusal_code_is_reached() -> None:
    """No code of the closed list is unreachable, and each is shown by a case."""
    reached = {step.refused for case in all_cases() for step in case.steps}
    assert {code.value for code in Code} - reached == set()


def test_every_event_type_is_reached() -> None:
    """Every event of the published contract comes out of a case, and none comes out that is not published."""
    expected = {event.type for case in all_cases() for event in case.events}
    told = {event.type for index in range(len(all_cases())) for event in run_of(index).events}
    assert set(EVENTS) - expected == set()
    assert told - set(EVENTS) == set()


def test_every_event_of_every_case_has_the_published_form() -> None:
    """What the cases put into the journal is what the schemas promise."""
    for index in range(len(all_cases())):
        for event in run_of(index).events:
            EVENTS[event.type].model_validate_json(json.dumps(event.data), strict=None)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_message_type_is_accepted_somewhere(scheme: str) -> None:
    """Each inbound type of the scheme is accepted in some case of it."""
    accepted = set()
    for index, case in enumerate(all_cases()):
        if case.scheme == scheme:
            lines = [step.line for step in case.begin]
            answers = run_of(index).answers
            lines += [s.line for s, a in zip(case.steps, answers, strict=True) if a["type"] == "receipt.accepted.v1"]
            accepted |= {json.loads(line)["type"] for line in lines}
    assert set(SCHEMES[scheme].messages) - accepted == set()


def _articles_with_rules() -> set[str]:
    """The articles (and their numbered items) that some rule is marked with, without the number of the sentence."""
    return {mark.split("/")[0] for rule in lawmap.rules() for mark in rule.answers}
