"""One case's story: the papers in order, then the money, mostly as promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from . import papers
from .days import Days, at_clock, close, shanghai_day
from .money import half_up
from .scribe import OPERATOR, Scribe

MILLION = 100_000_000  # a million yuan in fen


@dataclass
class Story:
    """A case that is being told."""

    scribe: Scribe
    days: Days
    number: str
    main: str
    original: str
    rate: str = "0.0560"
    principal: int = 0
    paid_out: datetime | None = None
    renewal: int = 0
    term: int = 10
    refs: int = 0

    @property
    def subject(self) -> str:
        """The case."""
        return f"bridge/{self.original}/{self.number}"

    def ref(self) -> str:
        """A payment reference, now and then one that was used before."""
        self.refs += not self.scribe.chance(0.06)
        return f"P-{self.number}-{self.refs}"

    def at(self, day: date, *hours: int) -> datetime:
        """A moment in working hours, or often exactly at or next to the close."""
        rng = self.scribe.rng
        if self.scribe.chance(0.08):
            return close(day) + timedelta(seconds=rng.choice((-1, 0, 1)))
        hour = rng.choice(hours or (9, 10, 11, 14, 15, 16))
        return at_clock(day, hour) + timedelta(minutes=rng.randint(0, 59))

    def say(self, source: str, kind: str, time: datetime, data: dict[str, Any], how: str = "prompt") -> None:
        """Tells a message of this case."""
        self.scribe.say(source, f"bank.bridge.{kind}", self.subject, time, data, how)

    def move(self, source: str, kind: str, time: datetime, amount: int, more: dict[str, Any]) -> None:
        """Tells a movement of money, often late."""
        if amount > 0:
            how = "slow" if self.scribe.chance(0.08) else "money"
            self.say(source, kind, time, {"payment_ref": self.ref(), "amount_fen": amount, **more}, how)

    def in_full(self, at: datetime) -> int:
        """Principal and interest on a day, when nothing was paid before."""
        assert self.paid_out is not None
        days = (shanghai_day(at) - shanghai_day(self.paid_out)).days
        return self.principal + max(0, half_up(self.principal * Fraction(self.rate) * days / 360))

    def working(self, day: date, number: int) -> date:
        """A day some working days later."""
        return self.days.after(day, number)


def papers_of(story: Story, start: date, who: dict[str, str]) -> date:
    """Notice, application, review and contract; gives the day of the contract."""
    scribe = story.scribe
    rng = scribe.rng
    applied = story.working(start, rng.randint(1, 4))
    story.term = rng.choice((1, 3, 5, 8, 10, 10, 12, 15, 18, 20))
    matures = story.working(applied, rng.choice((14, 15, 15, 16, 17, 19)) + 1)
    old = rng.choice((1, 1, 1, 2, 2, 3)) * MILLION + rng.choice((0, 0, 1, 33_333))
    amount = old - rng.choice((0, 0, 0, 1, MILLION // 3))
    paid_out = story.working(applied, rng.randint(4, 12))
    promised = paid_out + timedelta(days=rng.choice((-3, 0, 1, 3, 6, 8, 10, 14, 31)))
    story.renewal = rng.choice((old, old, old, amount // 2, amount + 1))
    days = {"matures": matures, "formalities": start - timedelta(days=3), "promised": max(promised, start)}
    first = story.at(start, 9, 10)
    data = papers.notice(story.number, story.main, story.original, who, old, days, story.renewal)
    story.say(story.original, "notice", first, data)
    form = papers.application(rng, who, amount, nurtured=scribe.chance(0.3))
    applied_at = story.at(applied)
    if scribe.chance(0.97):
        story.say(story.main, "application", applied_at, form, "prompt")
    reviewed = story.working(applied, rng.choice((1, 1, 2, 2, 2, 3, 4)))
    approved = amount - rng.choice((0, 0, 0, 1, amount // 2))
    outcome: dict[str, Any] = {"outcome": "approved", "approved_amount_fen": approved}
    outcome["original_bank_confirmed_on"] = reviewed.isoformat()
    if scribe.chance(0.06):
        outcome = {"outcome": "declined", "reasons": ["信用记录"]}
    outcome["applicant_notified_on"] = (reviewed + timedelta(days=rng.choice((0, 0, 0, 1, 3)))).isoformat()
    how = rng.choice(("prompt", "prompt", "prompt", "money", "slow"))
    story.say(story.main, "review", story.at(reviewed), outcome, how)
    story.principal = approved - rng.choice((0, 0, 0, 1, 50_000_000 if approved > MILLION else 0))
    contract = papers.contract(story.number, story.principal, story.term, story.rate)
    signed = max(reviewed, paid_out - timedelta(days=rng.randint(0, 2)))
    story.say(story.main, "contract", at_clock(signed, 9), contract)
    if scribe.chance(0.5):  # once more, for those that were waiting in the queue
        later = at_clock(paid_out, 9) + timedelta(minutes=5)
        story.say(story.main, "contract", later, papers.contract(story.number, story.principal, story.term, story.rate))
    return paid_out


def money_out(story: Story, day: date) -> None:
    """Withdrawal or refusal before the money, the disbursement, and the old loan's settlement."""
    scribe, rng = story.scribe, story.scribe.rng
    story.paid_out = story.at(day, 9, 10, 11, 16)
    if scribe.chance(0.07):
        before = story.paid_out + timedelta(minutes=rng.choice((-90, -30, 20)))
        who, kind = rng.choice(((story.main, "withdrawal"), (story.original, "refusal")))
        story.say(who, kind, before, {"reason": "企业自行还款"})
        if scribe.chance(0.4):
            return
    paid = story.principal + rng.choice((0, 0, 0, 0, 0, 0, 0, -1, 1_000_000))
    to = papers.payee(story.original) if scribe.chance(0.95) else papers.account(story.main, "1")
    story.move(story.main, "disbursement", story.paid_out, paid, {"payee_account": to})
    if scribe.chance(0.06):
        again = story.paid_out + timedelta(hours=1)
        story.move(story.main, "disbursement", again, paid, {"payee_account": to})
    story.principal = paid
    after = story.paid_out + timedelta(minutes=rng.choice((-20, 10, 30, 60, 90, 60 * 24)))
    old = f"LOAN-{story.number}" if scribe.chance(0.94) else "LOAN-X"
    parts = [paid] if scribe.chance(0.8) else [paid // 2, paid - paid // 2]
    for part in parts if scribe.chance(0.95) else []:
        story.move(story.original, "settlement", after, part, {"original_contract_no": old})
        after += timedelta(minutes=rng.choice((5, 600)))


def money_back(story: Story, day: date) -> None:
    """Renewal, forwarding and repayment, in one or two turns, each of which may fail."""
    scribe, rng = story.scribe, story.scribe.rng
    turns = rng.choice((0, 1, 1, 1, 1, 2, 2))
    back = story.working(day, max(1, rng.randint(story.term // 2, story.term + rng.choice((0, 0, 4, 12)))))
    rest = 0
    for turn in range(turns):
        at = story.at(back)
        share = 1 if turns == 1 or turn else 2
        amount = (story.renewal // share) - rng.choice((0, 0, 0, 1, story.renewal // 3))
        more: dict[str, Any] = {"renewal_contract_no": f"XD-{story.number}"}
        if scribe.chance(0.9):
            story.move(story.original, "renewal", at, amount, more)
        sent = at + timedelta(minutes=rng.choice((-30, 0, 20, 40, 60, 26 * 60)))
        forward = min(amount, story.in_full(sent)) - rng.choice((0, 0, 0, 1, 1_000_000))
        to = papers.collection(story.main) if scribe.chance(0.92) else papers.account(story.main, "9")
        if scribe.chance(0.85):
            story.move(story.original, "forwarding", sent, forward, {"payee_account": to})
        paid = sent + timedelta(minutes=rng.choice((-10, 0, 15, 30, 60, 48 * 60)))
        whole = story.in_full(paid) - rest + rng.choice((0, 0, 0, 0, -1, 1, 5_000))
        pay = whole if turn == turns - 1 or scribe.chance(0.3) else whole // 3
        repay(story, paid, pay)
        rest += pay
        back = story.working(back, rng.randint(0, 5))
    if scribe.chance(0.15):  # in time to the second, and told when it is over
        edge = close(story.working(day, rng.choice((story.term, 20)))) - timedelta(seconds=rng.choice((0, 1, 3600)))
        data = {"payment_ref": story.ref(), "amount_fen": max(1, story.in_full(edge) - rng.choice((0, 0, rest)))}
        payer = {"payer": "applicant", "payer_account": papers.payee(story.original)}
        story.say(story.main, "repayment", edge, {**data, **payer}, "slow")
    if scribe.chance(0.45):
        late = story.at(story.working(day, rng.choice((story.term, 20, 20, 21, 24, 30))))
        repay(story, late, story.in_full(late) - (rest if scribe.chance(0.6) else 0))


def repay(story: Story, at: datetime, amount: int) -> None:
    """A repayment to the main bank."""
    rng = story.scribe.rng
    payer = rng.choice(("original-bank", "applicant", "guarantor"))
    story.move(story.main, "repayment", at, amount, {"payer": payer, "payer_account": papers.payee(story.original)})


def incidents(story: Story, day: date) -> None:
    """Extension, refusal, abandonment, seizure, withdrawal, and rulings, at good moments and bad."""
    scribe, rng = story.scribe, story.scribe.rng
    if scribe.chance(0.3):
        at = story.at(story.working(day, max(1, rng.choice((story.term - 1, story.term, story.term, story.term + 1)))))
        data = {"term_working_days": rng.choice((story.term + 2, story.term + 3, 20, 20, 21)), "reason": "续贷审批中"}
        story.say(story.main, "extension", at, data, rng.choice(("money", "slow")))
    both = rng.choice((story.main, story.original))
    reason = {"reason": "总行不再审批"}
    for _ in range(rng.choice((0, 0, 0, 0, 0, 0, 1, 1, 2))):
        story.say(story.original, "refusal", story.at(story.working(day, rng.randint(1, 9))), reason, "money")
    if scribe.chance(0.1):
        story.say(both, "abandonment", story.at(story.working(day, rng.randint(1, 9))), reason)
    if scribe.chance(0.1):
        order = {"order_no": "F-1", "authority": "京口区人民法院", "object": "厂房"}
        story.say(both, "seizure", story.at(story.working(day, rng.randint(1, 9))), order)
    if scribe.chance(0.05):
        story.say(story.main, "withdrawal", story.at(story.working(day, rng.randint(0, 3))), reason)
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        ruling: dict[str, Any] = {"ruling": rng.choice(("upheld", "upheld", "dismissed", "revoked"))}
        if ruling["ruling"] == "upheld" and scribe.chance(0.5):
            ruling["default_amount_fen"] = rng.choice((0, 1, story.principal // 2, story.principal))
        at = story.at(story.working(day, rng.randint(2, 30)))
        scribe.say(OPERATOR, "operator.penalty.ruling", story.subject, at, ruling)
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        credit = {"ruling": rng.choice(("raise", "raise", "drop", "retract")), "decision_no": "决-1"}
        if credit["ruling"] == "retract" and scribe.chance(0.1):
            credit["who"] = "enterprise/x"
        at = story.at(story.working(day, rng.randint(20, 34)))
        scribe.say(OPERATOR, "operator.credit.ruling", story.subject, at, credit)


def tell_case(story: Story, start: date, who: dict[str, str]) -> None:
    """Tells a whole case."""
    paid_out = papers_of(story, start, who)
    money_out(story, paid_out)
    money_back(story, paid_out)
    incidents(story, paid_out)
