"""The show: sends the stories, checks that each comes out as told, and tells what came of it."""

from collections import Counter
from itertools import groupby
from typing import Any

import orjson

from drawbridge.demo.bridge_stories import credit_outcome, opening, stories
from drawbridge.demo.funds import movements
from drawbridge.demo.pool_story import blacklist_outcome, pool_story
from drawbridge.demo.post import AGENCIES, OPERATORS, Post
from drawbridge.demo.screen import Screen, as_told
from drawbridge.demo.stage import DemoFailedError, Stage, set_stage
from drawbridge.demo.story import Step, Story

BRIDGE, POOL = "zhenjiang-2013", "qianjiang-2015"


async def run(environment: dict[str, str], lang: str) -> None:
    """Run the whole demo.

    Args:
        environment: the process's environment variables.
        lang: `en` or `zh`, for the timelines.

    Raises:
        DemoFailedError: something did not come out as told.
    """
    screen = Screen()
    bridge, pool = Post(BRIDGE, OPERATORS[0]), Post(POOL, OPERATORS[1], AGENCIES[0])
    screen.say("drawbridge: two cities' loan schemes, from a bank's message on Kafka to a proved answer", "bold")
    screen.say("starting an embedded broker, PostgreSQL and the service on free loopback ports …", "dim")
    async with set_stage(environment) as stage:
        screen.heading("0  The first city sets its scheme up: bridge loans (周转贷款)")
        for step in opening(bridge):
            await _play(stage, screen, step)
        told = [*stories(bridge), pool_story(pool)]
        for number, story in enumerate(told, 1):
            screen.story(number, story)
            for step in story.steps:
                await _play(stage, screen, step)
        await _tell_what_came_of_it(stage, screen, told, lang)
        screen.say()
        screen.say("Everything came out as told. The broker, the database and all their data are gone again.", "green")


async def _play(stage: Stage, screen: Screen, step: Step) -> None:
    """Send a step's messages, show the answers, and hold them against the story."""
    answers = await stage.send(step)
    screen.step(step, None if step.sender else orjson.loads(step.line), answers)
    for answer in answers:
        if not as_told(step, answer):
            raise DemoFailedError(f"“{step.says}” should be answered {step.answer}, but came out as {answer}")


async def _tell_what_came_of_it(stage: Stage, screen: Screen, told: list[Story], lang: str) -> None:
    """Show timelines, money, alerts, credit feed and journals, and hold them against the stories."""
    journals = {scheme: stage.command("export", "events", "--scheme", scheme) for scheme in (BRIDGE, POOL)}
    events = {scheme: [orjson.loads(line) for line in lines.splitlines()] for scheme, lines in journals.items()}
    for number, story in enumerate(told, 1):
        _check_outcome(story, [event for journal in events.values() for event in journal])
        screen.heading(f"Timeline of story {number}, as `drawbridge explain {story.subject}` tells it")
        screen.page(stage.command("explain", story.subject, "--lang", lang))
    _tell_the_pools_money(screen, events[POOL])
    await _tell_alerts(stage, screen)
    await _tell_credit(stage, screen)
    screen.heading("The journals, verified and decided again")
    screen.page(stage.command("verify"))
    for scheme, journal in journals.items():
        messages = stage.command("export", "messages", "--scheme", scheme)
        again = stage.command("replay", "-", "--scheme", scheme, "--show", "events", given=messages)
        _check(again == journal, f"{scheme}: a replay of the messages gives another journal")
        kinds = Counter(event["type"].split(".")[0] for event in events[scheme])
        screen.say(
            f"{scheme}: its {len(messages.splitlines())} messages, replayed, give the same journal byte for byte"
        )
        screen.say("    " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()), "dim")


def _tell_the_pools_money(screen: Screen, journal: list[dict[str, Any]]) -> None:
    """Show what the pool's events say of its two funds; hold the sums against the balances that they state."""
    screen.heading(f"The pool's closed account (封闭运行), worked out from the events of {POOL}")
    moved = list(movements(journal))
    screen.funds(moved)
    refunds = [event["data"] for event in journal if event["type"] == "pool.refunded.v1"]
    _check(len(refunds) == 1, "the pool is not refunded")
    paid_back = sum(one.contributions_fen for one in moved if one.article == "QJ-6")
    _check(paid_back == -refunds[0]["balance_fen"], "the refunds do not add up to the balance")
    _check(sum(one.contributions_fen for one in moved) == 0, "the contributions do not come out at zero")


async def _tell_alerts(stage: Stage, screen: Screen) -> None:
    """Show the alerts of both schemes, what is cleared by the title under which it was raised."""
    screen.heading("Alerts, as operations gets them (topic `alerts`)")
    alerts = sorted(await stage.alerts(), key=lambda alert: alert["recordedtime"])
    titles = {alert["data"]["event"]: alert["data"]["title"] for alert in alerts if "title" in alert["data"]}
    for alert in alerts:
        alert["data"]["title"] = titles[alert["data"]["event"]]
    for _, same in groupby(alerts, key=lambda one: (one["recordedtime"], one["type"], one["data"]["title"])):
        first, *others = same
        screen.alert(first, 1 + len(others))
    _check(any(alert["data"].get("severity") == "critical" for alert in alerts), "there is no critical alert")


async def _tell_credit(stage: Stage, screen: Screen) -> None:
    """Show the credit feed, and hold it against the stories."""
    screen.heading("The credit feed, as credit databases get it (topic `credit.records`)")
    credit = await stage.credit()
    for event in credit:
        screen.credit(event)
    _check(
        tuple(event["type"] for event in credit) == (*credit_outcome(), *blacklist_outcome()),
        "the credit feed is not the one told",
    )


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
