"""One assisted loan's story: into the pool, paid out, paid back or not, compensated and recovered."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import pool_papers as papers
from .days import ONE_DAY, Days, add_months, at_clock, close
from .mischief import slip
from .pool_asking import MILLION
from .pool_figures import Figure
from .pool_mischief import SLIPS

if TYPE_CHECKING:
    from .scribe import Scribe

DELAYS = (
    *(timedelta(0),) * 5,
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=2, seconds=1),
    timedelta(hours=15),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=20),
)


@dataclass
class PoolStory:
    """A loan that is being told."""

    scribe: Scribe
    days: Days
    number: str
    lender: str
    code: dict[str, str]
    principal: int = 0
    matures: date = date.min
    refs: int = 0

    @property
    def subject(self) -> str:
        """The case."""
        return f"pool/{self.lender}/{self.number}"

    @property
    def due_on(self) -> date:
        """The due day."""
        return self.days.roll(self.matures)

    @property
    def month_end(self) -> date:
        """A month after the due day."""
        return self.days.roll(add_months(self.due_on, 1))

    def ref(self) -> dict[str, str]:
        """A payment reference, now and then one that was used before."""
        self.refs += not self.scribe.chance(0.05)
        return {"payment_ref": f"P-{self.number}-{self.refs}"}

    def at(self, day: date) -> datetime:
        """A moment in working hours, or often exactly at or next to the close."""
        rng = self.scribe.rng
        if self.scribe.chance(0.2):
            return close(day) + timedelta(seconds=rng.choice((-1, 0, 0, 1)))
        return at_clock(day, rng.choice((9, 10, 11, 14, 15, 16, 18))) + timedelta(minutes=rng.randint(0, 59))

    def after(self, day: date, number: int) -> date:
        """A working day that comes so many after (or before) a day."""
        return self.days.after(day, number) if number > 0 else self.days.before(day, -number) if number else day

    def say(self, kind: str, time: datetime, data: dict[str, Any], source: str = "", how: str = "") -> None:
        """Tells a message of this case; without a manner it is delayed as it comes."""
        who = source or self.lender
        role = "bank" if who.isdigit() else who.split(":")[1]
        message = self.scribe.say(who, f"{role}.{kind}", self.subject, time, data, how or "prompt")
        if not how:
            recorded = time + self.scribe.rng.choice(DELAYS)
            message["recordedtime"] = recorded.isoformat()
            self.scribe.entries[-1] = (recorded, len(self.scribe.entries), message)

    def pay(self, kind: str, time: datetime, amount: int | Figure, source: str = "", **more: str) -> None:
        """Tells a payment, often late."""
        how = "money" if self.scribe.chance(0.7) else ""
        self.say(f"pool.{kind}", time, {"amount_fen": amount, **self.ref(), **more}, source, how)


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
    """When the loan is to be paid back: mostly soon, sometimes as late as the law allows, or a day later."""
    rng = story.scribe.rng
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
    if scribe.chance(0.65):
        paid = at + timedelta(minutes=rng.choice((0, 20, 60, 60, 400, 60 * 24)))
        share = rng.choice((1, 1, 1, 1, 2, 3))
        amount = Figure("first stage", share, plus=rng.choice((0, 0, 0, 0, 0, 1, -1)))
        story.pay("compensation-payment", paid, amount, who, stage="contribution")
    if scribe.chance(0.65):
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
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        ruling: dict[str, Any] = {"ruling": rng.choice(("retract", "retract", "retract", "raise", "drop"))}
        if scribe.chance(0.5):
            (code,) = story.code.values()
            ruling["who"] = rng.choice((f"enterprise/{code}", f"person/{'a1' * 32}", f"person/{'b2' * 32}"))
        ruling["decision_no"] = "决-7"
        story.say("credit.ruling", some() + timedelta(days=3), ruling, papers.OPERATOR)


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
    money_back(story, day)
    if scribe.chance(0.7):
        first_stage(story)
        second_stage(story)
    if scribe.chance(0.6):
        aftermath(story)
    for _ in range(rng.choice((0, 0, 0, 1, 2, 3))):
        stray(story, day)
    return story.month_end
