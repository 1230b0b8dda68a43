"""Few cases and many blows: correct papers, then random facts at the edges of deadlines, told in any order."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import papers
from .days import at_clock, close
from .scribe import OPERATOR
from .story import MILLION, Story

if TYPE_CHECKING:
    from .days import Days
    from .scribe import Scribe

DELAYS = (
    *(timedelta(0),) * 6,
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=2, seconds=1),
    timedelta(hours=15),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=6),
    timedelta(days=7),
    timedelta(days=9),
    timedelta(days=20),
)


def blow(story: Story, source: str, type_: str, time: datetime, data: dict[str, Any]) -> None:
    """Tells a message with a delay of its own."""
    message = story.scribe.say(source, type_, story.subject, time, data)
    recorded = time + story.scribe.rng.choice(DELAYS)
    message["recordedtime"] = recorded.isoformat()
    story.scribe.entries[-1] = (recorded, len(story.scribe.entries), message)


def paid(story: Story, source: str, kind: str, time: datetime, more: dict[str, Any]) -> None:
    """Tells a movement of money."""
    blow(story, source, f"bank.bridge.{kind}", time, {"payment_ref": story.ref(), **more})


def edge(story: Story, day: date, latest: int) -> datetime:
    """An instant on one of the working days that follow, often exactly at the close."""
    rng = story.scribe.rng
    on = story.working(day, rng.choice((story.term, story.term, 20, rng.randint(0, latest), rng.randint(0, latest))))
    if story.scribe.chance(0.5):
        return close(on) + timedelta(seconds=rng.choice((-1, 0, 0, 1)))
    return story.at(on)


def correct_papers(story: Story, start: date, who: dict[str, str], paid_out: date) -> None:
    """Notice, application, review and contract, all in time."""
    rng, signed = story.scribe.rng, story.working(start, 1)
    story.term = rng.choice((1, 2, 5, 10, 15, 18, 20))
    story.principal = rng.choice((MILLION, MILLION + 1, MILLION // 3, 1_000))
    story.renewal = rng.choice((story.principal, story.principal // 2, story.principal + 100_000))
    promised = rng.choice((paid_out - timedelta(days=1), *(story.working(paid_out, n) for n in (0, 1, 3, 10, 19))))
    matures = story.working(start, 21)
    days = {"matures": matures, "formalities": start - timedelta(days=2), "promised": promised}
    data = papers.notice(story.number, story.main, story.original, who, story.principal, days, story.renewal)
    form = papers.application(rng, who, story.principal, nurtured=False)
    review = {
        "outcome": "approved",
        "approved_amount_fen": story.principal,
        "applicant_notified_on": signed.isoformat(),
    }
    review["original_bank_confirmed_on"] = signed.isoformat()
    contract = papers.contract(story.number, story.principal, story.term, story.rate)
    for hours, source, kind, told in (
        (9, story.original, "notice", data),
        (11, story.main, "application", form),
        (33, story.main, "review", review),
        (39, story.main, "contract", contract),
    ):
        at = at_clock(start if hours < 24 else signed, hours % 24)
        story.scribe.say(source, f"bank.bridge.{kind}", story.subject, at, told, "at once")


def amount(story: Story, at: datetime) -> int:
    """A sum that is whole, short, or too much."""
    whole = story.in_full(at)
    parts = (whole, whole, story.principal, story.renewal, story.renewal, whole // 2, story.renewal // 2, whole - 1)
    return max(1, story.scribe.rng.choice((*parts, whole + 1, whole - story.principal, 1, whole // 3)))


def money_blow(story: Story, day: date) -> None:
    """One random movement of money."""
    rng, at = story.scribe.rng, edge(story, day, 26)
    kind = rng.choice(
        ("settlement", "renewal", "renewal", "forwarding", "forwarding", "repayment", "repayment", "repayment")
    )
    sum_fen = {"amount_fen": amount(story, at)}
    if kind == "settlement":
        early = edge(story, day, 1) if story.scribe.chance(0.5) else story.paid_out or at
        part = {"amount_fen": rng.choice((story.principal, story.principal, story.principal // 2))}
        old = {"original_contract_no": f"LOAN-{story.number}" if story.scribe.chance(0.9) else "LOAN-X"}
        paid(story, story.original, kind, early, {**part, **old})
    elif kind == "renewal":
        paid(story, story.original, kind, at, {**sum_fen, "renewal_contract_no": f"XD-{story.number}"})
    elif kind == "forwarding":
        to = papers.collection(story.main) if story.scribe.chance(0.85) else papers.account(story.main, "9")
        paid(story, story.original, kind, at, {**sum_fen, "payee_account": to})
    else:
        payer = {"payer": "applicant", "payer_account": papers.payee(story.original)}
        paid(story, story.main, kind, at, {**sum_fen, **payer})


def other_blow(story: Story, day: date) -> None:
    """One random request or ruling."""
    rng, at = story.scribe.rng, edge(story, day, 32)
    kind = rng.choice(
        ("extension", "extension", "refusal", "penalty", "penalty", "penalty", "credit", "credit", "seizure")
    )
    if kind == "extension":
        data = {"term_working_days": rng.choice((story.term + 1, story.term + 2, 20)), "reason": "审批中"}
        blow(story, story.main, "bank.bridge.extension", at, data)
    elif kind == "refusal":
        blow(story, story.original, "bank.bridge.refusal", at, {"reason": "不再审批"})
    elif kind == "penalty":
        ruling: dict[str, Any] = {"ruling": rng.choice(("upheld", "upheld", "dismissed", "revoked", "revoked"))}
        if ruling["ruling"] == "upheld" and story.scribe.chance(0.4):
            ruling["default_amount_fen"] = rng.choice((0, 1, story.principal))
        blow(story, OPERATOR, "operator.penalty.ruling", at, ruling)
    elif kind == "credit":
        late = edge(story, story.working(day, 20), 8)
        ruling = {"ruling": rng.choice(("raise", "raise", "drop", "retract", "retract")), "decision_no": "决-2"}
        blow(story, OPERATOR, "operator.credit.ruling", late, ruling)
    else:
        data = {"order_no": "F-1", "authority": "法院", "object": "厂房"}
        blow(story, rng.choice((story.main, story.original)), "bank.bridge.seizure", at, data)


def storm(story: Story, start: date, who: dict[str, str]) -> None:
    """Tells a case that meets a storm."""
    scribe, rng = story.scribe, story.scribe.rng
    day = story.working(start, rng.randint(2, 5))
    correct_papers(story, start, who, day)
    story.paid_out = story.at(day, 9, 12, 16, 18)
    if scribe.chance(0.12):
        before = story.paid_out + timedelta(minutes=rng.choice((-60, 30, 3000)))
        who_says, kind = rng.choice(((story.main, "withdrawal"), (story.original, "refusal")))
        scribe.say(who_says, f"bank.bridge.{kind}", story.subject, before, {"reason": "自行还款"})
    out = {"amount_fen": story.principal, "payee_account": papers.payee(story.original)}
    paid(story, story.main, "disbursement", story.paid_out, out)
    for _ in range(rng.randint(3, 12)):
        money_blow(story, day)
    for _ in range(rng.randint(0, 5)):
        other_blow(story, day)


def tell_storms(scribe: Scribe, days: Days, start: date, number: int) -> date:
    """Tells some cases of the same two banks; gives the day on which the last one began."""
    rng = scribe.rng
    rate = "0.0560" if start.year < 2020 else "0.0435"
    begin = days.roll(start + timedelta(days=rng.randint(0, 6)))
    for place in range(number):
        main, original = rng.choice((("402314000025", "102314000033"), ("402314000025", "105314000041")))
        story = Story(scribe, days, f"S{place}", main, original, rate)
        storm(story, begin, papers.enterprise(50 + place, old_code=False))
        begin = days.roll(begin + timedelta(days=rng.randint(0, 8)))
    return begin
