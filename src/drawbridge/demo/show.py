"""The show: sends the stories, checks that each comes out as told, and tells what came of it."""

from collections import Counter
from typing import Any

import orjson

from drawbridge.demo.screen import Screen, as_told
from drawbridge.demo.sender import SCHEME, Post
from drawbridge.demo.stage import DemoFailedError, Stage, set_stage
from drawbridge.demo.stories import Step, Story, credit_outcome, opening, stories


async def run(environment: dict[str, str], lang: str) -> None:
    """Run the whole demo.

    Args:
        environment: the process's environment variables.
        lang: `en` or `zh`, for the timelines.

    Raises:
        DemoFailedError: something did not come out as told.
    """
    screen, post = Screen(), Post()
    screen.say("drawbridge: a city's bridge loans, from a bank's message on Kafka to a proved answer", "bold")
    screen.say("starting an embedded broker, PostgreSQL and the service on free loopback ports …", "dim")
    async with set_stage(environment) as stage:
        screen.heading("0  The city sets the scheme up")
        for step in opening(post):
            await _play(stage, screen, step)
        told = stories(post)
        for number, story in enumerate(told, 1):
            screen.story(number, story)
            for step in story.steps:
                await _play(stage, screen, step)
        await _tell_what_came_of_it(stage, screen, told, lang)
        screen.say()
        screen.say("Everything came out as told. The broker, the database and all their data are gone again.", "green")


async def _play(stage: Stage, screen: Screen, step: Step) -> None:
    """Send one message, show its answer, and hold the answer against the story."""
    answer = await stage.send(step)
    screen.step(step, None if step.sender else orjson.loads(step.line), answer)
    if not as_told(step, answer):
        raise DemoFailedError(f"“{step.says}” should be answered {step.answer}, but came out as {answer}")


async def _tell_what_came_of_it(stage: Stage, screen: Screen, told: list[Story], lang: str) -> None:
    """Show timelines, alerts, credit feed and journal, and hold them against the stories."""
    journal = [orjson.loads(line) for line in stage.command("export", "events", "--scheme", SCHEME).splitlines()]
    for number, story in enumerate(told, 1):
        _check_outcome(story, journal)
        screen.heading(f"Timeline of story {number}, as `drawbridge explain {story.subject}` tells it")
        screen.page(stage.command("explain", story.subject, "--lang", lang))
    screen.heading("Alerts, as operations gets them (topic `alerts`)")
    alerts = await stage.alerts()
    for alert in alerts:
        screen.alert(alert)
    _check(any(alert["data"].get("severity") == "critical" for alert in alerts), "there is no critical alert")
    screen.heading("The credit feed, as credit databases get it (topic `credit.records`)")
    credit = await stage.credit()
    for event in credit:
        screen.credit(event)
    _check(tuple(event["type"] for event in credit) == credit_outcome(), "the credit feed is not the one told")
    screen.heading("The journal, verified")
    screen.page(stage.command("verify", "--scheme", SCHEME))
    counted = Counter(event["type"].split(".")[0] for event in journal)
    screen.say(", ".join(f"{count} {kind} events" for kind, count in counted.most_common()), "dim")


def _check_outcome(story: Story, journal: list[dict[str, Any]]) -> None:
    """Hold a case's events against its story.

    Raises:
        DemoFailedError: one is missing, or they stand in another order.
    """
    types = iter(event["type"] for event in journal if event["subject"] == story.subject)
    for wanted in story.outcome:
        _check(wanted in types, f"{story.subject}: {wanted} is missing, or stands in another place")


def _check(holds: object, otherwise: str) -> None:
    if not holds:
        raise DemoFailedError(otherwise)
