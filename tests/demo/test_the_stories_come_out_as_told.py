"""The demo's stories, decided without a server: what `make demo` tells is what the law decides."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from rich.cells import cell_len

from drawbridge import shipped
from drawbridge.demo.bridge_stories import credit_outcome, opening, stories
from drawbridge.demo.funds import movements
from drawbridge.demo.pool_story import blacklist_outcome, pool_story
from drawbridge.demo.post import AGENCIES, OPERATORS, Post
from drawbridge.demo.screen import Screen, as_told
from drawbridge.demo.story import Step, yuan
from drawbridge.law import SCHEMES
from drawbridge.replay import Replay


def bridge_steps() -> list[Step]:
    """Every step of the first scheme."""
    post = Post("zhenjiang-2013", OPERATORS[0])
    return [*opening(post), *(step for story in stories(post) for step in story.steps)]


def pool_steps() -> list[Step]:
    """Every step of the second scheme."""
    return list(pool_story(Post("qianjiang-2015", OPERATORS[1], AGENCIES[0])).steps)


STEPS = {"zhenjiang-2013": bridge_steps, "qianjiang-2015": pool_steps}
BOTH = pytest.mark.parametrize("scheme", SCHEMES)


def answers(scheme: str) -> Iterator[tuple[Step, dict[str, Any], list[dict[str, Any]]]]:
    """Each answer to a message of a scheme's stories, with its step and its events."""
    replay = Replay(SCHEMES[scheme], shipped.calendar())
    for step in STEPS[scheme]():
        for line in (step.line, *step.then):
            decision = replay.answer(line)
            letter = decision.dead_letter
            answer = (
                orjson.loads(decision.receipt or b"")
                if letter is None
                else {"type": "dead_letter.v1", "reason": letter.reason, "detail": letter.detail}
            )
            yield step, answer, [orjson.loads(event.line) for event in decision.events]


def journal(scheme: str) -> list[dict[str, Any]]:
    """The events of a scheme's stories."""
    return [event for _, _, events in answers(scheme) for event in events]


@BOTH
def test_each_message_is_answered_as_its_step_says(scheme: str) -> None:
    """Accepted, refused with that code, or a dead letter with that reason; and another answer is not as told."""
    for step, answer, _ in answers(scheme):
        assert as_told(step, answer), step.says
        assert not as_told(replace(step, answer="case-closed"), answer)


@BOTH
def test_each_step_fits_a_terminal_of_a_hundred_columns(scheme: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody reads a step that is broken by the terminal's edge."""
    screen = Screen()
    for step, answer, _ in answers(scheme):
        screen.step(step, None if step.sender else orjson.loads(step.line), [answer])
    assert [line for line in capsys.readouterr().out.splitlines() if cell_len(line) > 100] == []


def test_each_storys_events_stand_in_the_journal() -> None:
    """The outcome that a story promises is what its messages lead to."""
    told = [
        *stories(Post("zhenjiang-2013", OPERATORS[0])),
        pool_story(Post("qianjiang-2015", OPERATORS[1], AGENCIES[0])),
    ]
    for story in told:
        scheme = "qianjiang-2015" if story.subject.startswith("pool/") else "zhenjiang-2013"
        types = iter(event["type"] for event in journal(scheme) if event["subject"] == story.subject)
        assert all(wanted in types for wanted in story.outcome), story.title


@BOTH
def test_the_credit_feed_is_the_one_told(scheme: str) -> None:
    """A bridge loan's record is raised, withheld, dropped or settled; of the pool three are on the blacklist."""
    told = {"zhenjiang-2013": credit_outcome(), "qianjiang-2015": blacklist_outcome()}[scheme]
    assert tuple(event["type"] for event in journal(scheme) if event["type"].startswith("credit.")) == told


def test_the_pools_money_is_worked_out_by_hand() -> None:
    """The shares of a shortfall, what comes back and the refunds are the sums that the story's description has."""
    events = journal("qianjiang-2015")
    (shared,) = (event["data"] for event in events if event["type"] == "pool.shortfall.shared.v1")
    assert (yuan(shared["government_fen"]), yuan(shared["lender_fen"])) == ("818,728.00", "818,728.01")
    moved = [(one.on, one.article, one.contributions_fen, one.risk_fund_fen) for one in movements(events)]
    assert moved == [
        ("2016-01-04", "QJ-4", 0, 100_000_000),
        ("2016-01-14", "QJ-4", 9_000_000, 0),
        ("2016-02-22", "QJ-4", 5_400_000, 0),
        ("2016-03-10", "QJ-4", 7_200_000, 0),
        ("2016-08-26", "QJ-17", -14_000_000, 0),
        ("2016-08-29", "QJ-17", -7_600_000, 0),
        ("2016-10-13", "QJ-18", 0, -81_872_800),
        ("2016-12-20", "QJ-19", 0, 3_796_833),
        ("2017-03-15", "QJ-19", 6_884_033, 78_075_967),
        ("2017-04-05", "QJ-6", -2_868_347, 0),
        ("2017-04-05", "QJ-6", -1_721_008, 0),
        ("2017-04-05", "QJ-6", -2_294_678, 0),
    ]
