"""How an assisted loan is told after it was paid out: paid back or not, compensated, recovered, evaded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import pool_papers as papers
from .days import at_clock, close
from .mischief import slip
from .pool_asking import MILLION
from .pool_figures import Figure
from .pool_lending import money_out, papers_of
from .pool_mischief import SLIPS

if TYPE_CHECKING:
    from .pool_story import PoolStory


def money_back(story: PoolStory, day: date) -> None:
    """What the borrower pays: instalments, nearly everything, or everything, in time or not."""
    scribe, rng = story.scribe, story.scribe.rng
    long = max(2, (story.due_on - day).days)
    for _ in range(rng.choice((0, 0, 1, 2, 3))):
        at = story.at(day + timedelta(days=rng.randint(1, long + 40)))
        part = rng.choice((2, 3, 5, 20))
        amount = rng.choice((Figure("owed", part), Figure("interest"), Figure("interest", plus=MILLION // 4)))
        story.pay("repayment", at, rng.choice((amount, story.principal // part or 1)))
    if scribe.chance(0.45):
        at = story.at(story.after(story.due_on, rng.choice((-2, 0, 0, 0, 1, 7))))
        story.pay("repayment", at, Figure("owed", plus=rng.choice((0, 0, 0, 0, 1, 5_000, -1, -90_000, -3_000_000))))
    if scribe.chance(0.15):  # in time to the second, and told when it is over
        edge = close(story.after(story.due_on, rng.choice((0, 0, 2, 24)))) - timedelta(seconds=rng.choice((0, 1)))
        data = {"amount_fen": Figure("owed", rng.choice((1, 1, 2))), **story.ref()}
        story.say("pool.repayment", edge, data, how="slow")


def first_stage(story: PoolStory) -> None:
    """The claim on the contributions, their payment, or the direct debit."""
    scribe, rng = story.scribe, story.scribe.rng
    day = story.after(story.due_on, rng.choice((-1, 0, 0, 0, 0, 1, 3, 9)))
    at = story.at(day)
    if scribe.chance(0.1):
        story.pay("compensation-payment", at, MILLION // 50, papers.AGENCY, stage="contribution")
    story.say("pool.compensation-claim", at, papers.claim(story.number, "contribution"), how="prompt")
    if scribe.chance(0.2):
        wrong = papers.claim(story.number, "contribution")
        slip(rng, {"data": wrong}, SLIPS["bank.pool.compensation-claim.v1"])
        story.say("pool.compensation-claim", at - timedelta(minutes=5), wrong, how="prompt")
    if scribe.chance(0.3):
        again = papers.claim(story.number, "contribution", rng.choice((0, 0, 1)))
        story.say("pool.compensation-claim", story.at(story.after(story.due_on, rng.randint(0, 3))), again)
    who = rng.choice((papers.AGENCY, papers.AGENCY, papers.OTHER_AGENCY))
    if scribe.chance(0.5):  # as the law wants it
        in_time = {"stage": "contribution", "amount_fen": Figure("first stage"), **story.ref()}
        story.say("pool.compensation-payment", at + timedelta(minutes=5), in_time, who, "prompt")
    if scribe.chance(0.4):
        paid = at + timedelta(minutes=rng.choice((0, 20, 60, 60, 400, 60 * 24)))
        share = rng.choice((1, 1, 1, 1, 2, 3))
        amount = Figure("first stage", share, plus=rng.choice((0, 0, 0, 0, 0, 1, -1)))
        story.pay("compensation-payment", paid, amount, who, stage="contribution")
    if scribe.chance(0.5):
        debited = story.at(story.after(day, rng.choice((0, 1, 1, 2, 4))))
        amount = Figure("first stage", rng.choice((1, 1, 1, 2)), plus=rng.choice((0, 0, 0, 0, 1)))
        story.pay("direct-debit", debited, amount)


def second_stage(story: PoolStory) -> None:
    """The claim on the risk fund in its window or out of it, and its payment."""
    scribe, rng = story.scribe, story.scribe.rng
    for _ in range(rng.choice((1, 1, 1, 2))):
        day = story.after(story.month_end, rng.choice((0, 1, 1, 2, 3, 5, 5, 6, 9)))
        at = story.at(day)
        how = rng.choice(("prompt", "prompt", "prompt", "money", ""))
        claim = papers.claim(story.number, "risk-fund", rng.choice((*(0,) * 8, 1)))
        story.say("pool.compensation-claim", at, claim, how=how)
        if scribe.chance(0.75):
            paid = story.at(story.after(day, rng.choice((0, 1, 3, 5, 5, 6, 8))))
            amount = Figure("second stage", rng.choice((1, 1, 1, 2)), plus=rng.choice((0, 0, 0, 0, 1, -1)))
            story.pay("compensation-payment", max(paid, at), amount, papers.AGENCY, stage="risk-fund")


def by_the_book(story: PoolStory) -> None:
    """Both stages as the law wants them, the finding of evasion, and something got back."""
    rng = story.scribe.rng
    first = at_clock(story.due_on, 9)
    story.say("pool.compensation-claim", first, papers.claim(story.number, "contribution"), how="at once")
    paid = {"amount_fen": Figure("first stage"), **story.ref()}
    later = first + timedelta(hours=rng.choice((1, 8, 8, 9)))
    if later <= close(story.due_on):
        told = {"stage": "contribution", **paid}
        story.say("pool.compensation-payment", later, told, papers.AGENCY, "at once")
    else:
        story.say("pool.direct-debit", later + timedelta(days=rng.choice((0, 1))), paid, how="at once")
    day = story.after(story.month_end, rng.choice((1, 2, 5, 5)))
    second = at_clock(day, 17)
    story.say("pool.compensation-claim", second, papers.claim(story.number, "risk-fund"), how="at once")
    paid = {"stage": "risk-fund", "amount_fen": Figure("second stage"), **story.ref()}
    later = at_clock(story.after(day, rng.choice((1, 5, 5, 6))), 17)
    story.say("pool.compensation-payment", later, paid, papers.AGENCY, rng.choice(("at once", "prompt")))
    for wait in (1, 9):
        at = later + timedelta(days=wait)
        story.say("pool.evasion-finding", at, papers.finding(rng, story.number), papers.AGENCY, "prompt")
        gross = Figure("not got back", rng.choice((1, 2, 3)), plus=rng.choice((0, -1, 8)), least=0)
        after = at + timedelta(days=rng.randint(-3, 8))
        story.say("pool.recovery", after, {"gross_fen": gross, "costs_fen": rng.choice((0, 1)), "penalties_fen": 0})
        if story.scribe.chance(0.3):
            object_to(story, at + timedelta(days=2))


def aftermath(story: PoolStory) -> None:
    """Recoveries, late repayments, findings of evasion, and rulings on them."""
    scribe, rng = story.scribe, story.scribe.rng

    def some() -> datetime:
        return story.at(story.after(story.month_end, rng.randint(-15, 30)))

    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        gross = Figure("not got back", rng.choice((1, 1, 2, 3)), plus=rng.choice((0, 0, 0, 500_000, -1)), least=0)
        costs = rng.choice((0, 0, 0, 1, 500_000))
        story.say("pool.recovery", some(), {"gross_fen": gross, "costs_fen": costs, "penalties_fen": costs // 3})
    if scribe.chance(0.4):
        amount = Figure("not got back", rng.choice((1, 1, 2)), plus=rng.choice((0, 0, 777)))
        story.pay("repayment", some(), amount)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        story.say("pool.evasion-finding", some(), papers.finding(rng, story.number), papers.AGENCY)
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        object_to(story, some() + timedelta(days=3))


def object_to(story: PoolStory, at: datetime) -> None:
    """A ruling on a blacklisting: of one subject, of all, or one that there is nothing for."""
    scribe, rng = story.scribe, story.scribe.rng
    ruling: dict[str, Any] = {"ruling": rng.choice(("retract", "retract", "retract", "raise", "drop"))}
    if scribe.chance(0.5):
        (code,) = story.code.values()
        ruling["who"] = rng.choice((f"enterprise/{code}", f"person/{'a1' * 32}", f"person/{'b2' * 32}"))
    ruling["decision_no"] = "决-7"
    story.say("credit.ruling", at, ruling, papers.OPERATOR)


def stray(story: PoolStory, day: date) -> None:
    """A movement at any time, of any kind."""
    rng = story.scribe.rng
    at = story.at(day + timedelta(days=rng.randint(-3, max(1, (story.month_end - day).days + 20))))
    kind = rng.choice(("repayment", "direct-debit", "compensation-payment", "recovery", "claim"))
    amount = rng.choice((1, MILLION // 100, story.principal // 2 or 1, Figure("owed"), Figure("first stage")))
    if kind == "compensation-payment":
        stage = rng.choice(("contribution", "risk-fund"))
        story.pay(kind, at, amount, papers.AGENCY, stage=stage)
    elif kind == "recovery":
        story.say("pool.recovery", at, {"gross_fen": amount, "costs_fen": rng.choice((0, 9)), "penalties_fen": 0})
    elif kind == "claim":
        stage = rng.choice(("contribution", "risk-fund"))
        story.say("pool.compensation-claim", at, papers.claim(story.number, stage))
    else:
        story.pay(kind, at, amount)


def tell_loan(story: PoolStory, start: date) -> date:
    """Tells a whole loan; gives the day around which it ends."""
    scribe, rng = story.scribe, story.scribe.rng
    day = money_out(story, papers_of(story, start))
    if scribe.chance(0.35):
        by_the_book(story)
    else:
        money_back(story, day)
    if scribe.chance(0.5):
        first_stage(story)
        second_stage(story)
    if scribe.chance(0.6):
        aftermath(story)
    for _ in range(rng.choice((0, 0, 0, 1, 2, 3))):
        stray(story, day)
    return story.month_end
