"""The four stories of bridge loans: what is sent, in order, and what must come of it."""

import orjson

from drawbridge.demo.bridge_loan import Loan, prelude, report, ruling
from drawbridge.demo.post import FIRST, SECOND, THIRD, Post
from drawbridge.demo.story import Step, Story


def opening(post: Post) -> list[Step]:
    """Return the operator's messages before the first story."""
    says = ["the main bank joins", *["an original bank joins"] * 3, "special fund placed", "fiscal deposit placed"]
    return [Step(what, line) for what, line in zip(says, prelude(post), strict=True)]


def stories(post: Post) -> list[Story]:
    """Return the stories, one after another in time."""
    return [_on_time(post), _not_renewed(post), _default(post), _the_same_letter(post)]


def _steps_to_settlement(loan: Loan, *days: str) -> list[Step]:
    noticed, applied, reviewed, contracted, disbursed = days
    return [
        Step("the original bank promises in writing to renew", loan.notice(f"{noticed}T10:00")),
        Step("the enterprise applies at the main bank", loan.application(f"{applied}T14:00")),
        Step("the main bank approves", loan.review(f"{reviewed}T11:00")),
        Step("the contract is signed: ten working days", loan.contract(f"{contracted}T10:00")),
        Step("the bridge money goes to the original bank", loan.disbursement(f"{disbursed}T09:30")),
        Step("the old loan is settled with it", loan.settlement(f"{disbursed}T11:00")),
    ]


def _on_time(post: Post) -> Story:
    enterprise = {"name": "镇江春来机械有限公司", "uscc": "91321100MA1W20011N"}
    loan = Loan(post, FIRST, "函2013-118", enterprise, 120_000_000, "2014-01-24", "2014-02-10", "2013-12-18")
    steps = _steps_to_settlement(loan, "2013-12-20", "2013-12-25", "2013-12-26", "2014-01-20", "2014-01-23")
    steps += [
        Step("the main bank reports January", report(post, "2014-02-10T09:00", "2014-01")),
        Step("the loan is renewed after the holiday", loan.renewal("2014-02-10T10:00")),
        Step("and forwarded to the main bank", loan.forwarding("2014-02-10T15:00", 120_000_000)),
        Step(
            "principal and 19 days' interest are paid", loan.repayment("2014-02-11T10:00", 120_354_667, "original-bank")
        ),
        Step("the main bank reports February", report(post, "2014-03-07T09:00", "2014-02")),
    ]
    outcome = ("bridge.deadline.set.v1", "bridge.renewed.v1", "bridge.forwarded.v1", "bridge.repaid.v1")
    return Story(
        "Repaid on time, with Spring Festival in the count", loan.subject, tuple(steps), (*outcome, "bridge.closed.v1")
    )


def _not_renewed(post: Post) -> Story:
    enterprise = {"name": "镇江江城包装有限公司", "uscc": "91321100MA1W20022T"}
    loan = Loan(post, SECOND, "函2014-007", enterprise, 150_000_000, "2014-03-31", "2014-04-10", "2014-02-28")
    steps = _steps_to_settlement(loan, "2014-03-10", "2014-03-10", "2014-03-11", "2014-03-27", "2014-03-28")
    other = {"name": "镇江运河食品有限公司", "uscc": "91321100MA1W20033Y"}
    refused = Loan(post, SECOND, "函2014-009", other, 80_000_000, "2014-05-30", "2014-06-10", "2014-04-10")
    upheld = {"ruling": "upheld", "default_amount_fen": 150_000_000}
    steps += [
        Step("the main bank reports March", report(post, "2014-04-10T09:00", "2014-03")),
        Step(
            "the promised day has passed: a new letter of this bank",
            refused.notice("2014-04-11T09:30"),
            "bank-suspended",
        ),
        Step("the operator confirms the penalty", ruling(post, "penalty", loan.subject, "2014-05-05T10:00", upheld)),
        Step("the enterprise pays it all itself", loan.repayment("2014-05-06T10:00", 150_910_000, "applicant")),
        Step(
            "the operator drops the record: it was the bank",
            ruling(post, "credit", loan.subject, "2014-05-07T10:00", {"ruling": "drop", "decision_no": "裁2014-3"}),
        ),
        Step("the main bank reports April", report(post, "2014-05-09T09:00", "2014-04")),
    ]
    outcome = (
        "bank.breached.v1",
        "deposit.penalty.raised.v1",
        "regulator.notified.v1",
        "bridge.overdue.v1",
        "bridge.defaulted.v1",
        "deposit.penalty.confirmed.v1",
        "bridge.closed.v1",
    )
    return Story("The original bank does not renew: breach and tenfold penalty", loan.subject, tuple(steps), outcome)


def _default(post: Post) -> Story:
    enterprise = {"name": "镇江金山纺织有限公司", "uscc": "91321100MA1W200443"}
    loan = Loan(
        post,
        THIRD,
        "函2014-021",
        enterprise,
        150_000_000,
        "2014-06-09",
        "2014-06-18",
        "2014-05-09",
        renewal_fen=60_000_000,
    )
    steps = _steps_to_settlement(loan, "2014-05-12", "2014-05-14", "2014-05-15", "2014-06-05", "2014-06-06")
    steps += [
        Step("the main bank reports May", report(post, "2014-06-09T09:00", "2014-05")),
        Step("the renewal covers only part, as promised", loan.renewal("2014-06-18T10:00")),
        Step("that part is forwarded", loan.forwarding("2014-06-18T15:00", 60_000_000)),
        Step("and repaid", loan.repayment("2014-06-19T10:00", 60_000_000, "original-bank")),
        Step("the 20th working day has passed: June is reported", report(post, "2014-07-07T09:00", "2014-06")),
        Step("the enterprise pays the rest", loan.repayment("2014-07-15T10:00", 90_668_560, "applicant")),
        Step("the main bank reports July", report(post, "2014-08-08T09:00", "2014-07")),
    ]
    outcome = ("bridge.repaid.v1", "bridge.overdue.v1", "bridge.defaulted.v1", "bridge.closed.v1")
    return Story("The borrower defaults on the twentieth working day, and pays", loan.subject, tuple(steps), outcome)


def _the_same_letter(post: Post) -> Story:
    enterprise = {"name": "镇江南山电器有限公司", "uscc": "91321100MA1W200557"}
    loan = Loan(post, FIRST, "函2014-060", enterprise, 90_000_000, "2014-09-30", "2014-10-15", "2014-08-08")
    letter = loan.notice("2014-08-12T10:00")
    altered = orjson.loads(letter)
    altered["data"]["renewal"]["amount_fen"] = 95_000_000
    steps = (
        Step("a letter", letter),
        Step("the same letter again: the same receipt", letter),
        Step("the same number, another amount", orjson.dumps(altered), "message-altered"),
        Step("something that is no message", "这不是报文".encode(), "malformed", FIRST),
    )
    return Story("The same letter twice, altered once, and garbage", loan.subject, steps, ("bridge.noticed.v1",))


def credit_outcome() -> tuple[str, ...]:
    """Return the credit feed's events that the stories must lead to, in order."""
    return (
        "credit.record.withheld.v1",
        "credit.record.dropped.v1",
        "credit.record.raised.v1",
        "credit.record.settled.v1",
    )
