"""How an assisted loan is told until it is paid out: recommendation to contract, filing by either reading."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from . import pool_papers as papers
from .days import ONE_DAY, add_months, at_clock
from .mischief import slip
from .pool_asking import MILLION
from .pool_mischief import SLIPS

if TYPE_CHECKING:
    from .pool_story import PoolStory


def schedule(story: PoolStory, signed: date) -> list[tuple[date, int]]:
    """One line, or instalments, that end with the loan."""
    rng = story.scribe.rng
    number = rng.choice((1, 1, 2, 2, 3))
    whole = (story.matures - signed).days
    days = sorted({signed + timedelta(days=rng.randint(1, max(1, whole - 1))) for _ in range(number - 1)})
    days = [day for day in days if day < story.matures]
    parts = [story.principal // (len(days) + 1)] * len(days)
    return [*zip(days, parts, strict=True), (story.matures, story.principal - sum(parts))]


def terms(story: PoolStory, signed: date) -> date:
    """When the loan is to be paid back: with others, or mostly soon, or as late as the law allows, or a day later."""
    rng = story.scribe.rng
    if story.together is not None and story.scribe.chance(0.8):
        return max(story.together, signed + ONE_DAY) + ONE_DAY * rng.randint(0, 1)
    year = add_months(signed, 12)
    late = (year, year, year + ONE_DAY, signed, add_months(signed, 6))
    soon = tuple(signed + timedelta(days=rng.randint(6, 70)) for _ in range(3))
    return rng.choice(soon if story.scribe.chance(0.9) else late)


def papers_of(story: PoolStory, start: date) -> date:
    """Recommendation, decision, contribution and contract; gives the day of the contract."""
    scribe, rng = story.scribe, story.scribe.rng
    letter = {"letter_no": f"推-{story.number}", "lender": story.lender, **story.code}
    story.say("pool.recommendation", story.at(start), letter, papers.AGENCY, "at once")
    decided, paid = story.after(start, 1), story.after(start, 2)
    approved = rng.choice((1, 1, 2, 3, 4, 5)) * MILLION + rng.choice((0, 0, 1, 33_333, 4 * MILLION))
    story.principal = approved - rng.choice((0, 0, 0, 1, MILLION // 2))
    outcome: dict[str, Any] = {"outcome": "approved", "amount_fen": approved}
    if scribe.chance(0.05):
        outcome = {"outcome": "declined", "reasons": ["征信记录", "抵押不足"][: rng.randint(1, 2)]}
    story.say("pool.decision", story.at(decided), outcome, how=rng.choice(("at once", "at once", "prompt")))
    least = -(-story.principal * 3 // 100)
    contribution = rng.choice((*(least,) * 6, least - 1, least + 1, least * 2, story.principal // 2, story.principal))
    if scribe.chance(0.97):
        data = {"amount_fen": max(1, contribution), **story.ref()}
        story.say("pool.contribution", story.at(paid), data, how=rng.choice(("at once", "at once", "prompt")))
    if scribe.chance(0.08):
        story.pay("contribution", story.at(story.after(start, rng.randint(0, 4))), least)
    signed = story.after(start, rng.choice((2, 3, 3, 3, 4)))
    story.matures = terms(story, signed)
    lines = schedule(story, signed) if story.matures > signed else [(story.matures, story.principal)]
    rate = rng.choice(("0.0435", "0.0560", "0.0700", "0.070", "0.0650"))
    half = -(-story.principal // 2)
    data = papers.contract(story.number, story.principal, signed, lines, rate, half + rng.choice((0, 0, 5)))
    if scribe.chance(0.3):
        wrong = copy.deepcopy(data)
        slip(rng, {"data": wrong}, SLIPS["bank.pool.contract.v1"])
        story.say("pool.contract", at_clock(signed, 18), wrong, how="at once")
    story.say("pool.contract", at_clock(signed, 19), data, how="at once")
    return signed


def money_out(story: PoolStory, signed: date) -> date:
    """Filing by either reading and the disbursement; gives its day."""
    scribe, rng = story.scribe, story.scribe.rng
    day = story.after(signed, rng.choice((1, 2, 4, 5, 6)))
    if scribe.chance(0.05):
        day = story.after(max(story.due_on, signed), rng.choice((-1, 0, 1, 25)))
    letter = {"letter_no": f"备-{story.number}", "planned_disbursement_on": day.isoformat()}
    for _ in range(rng.choice((0, 1, 1, 1, 1, 2, 3))):
        filed = story.after(day, rng.choice((-5, -4, -3, -3, -2, -1, -1, 0, 1)))
        how = rng.choice(("prompt", "prompt", "prompt", ""))
        story.say("pool.filing", max(story.at(filed), at_clock(signed, 20)), letter, how=how)
    paid = story.principal + rng.choice((*(0,) * 9, -1, 1_000_000, -story.principal // 2))
    at = story.at(day)
    story.pay("disbursement", at, paid)
    if scribe.chance(0.06):
        story.pay("disbursement", at + timedelta(hours=rng.choice((1, 30))), paid)
    return day
