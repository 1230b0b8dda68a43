"""The oracle of the assisted loan on one story worked out by hand, to the fen, and on both readings of QJ-15."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

import pytest

from . import pool_papers as papers
from .days import at_clock
from .pool_deciding import AssistedLoan
from .pool_world import ACCOUNT
from .replay import replay
from .scribe import Scribe

LENDER = papers.LENDERS[0]
LOAN, OTHER = f"pool/{LENDER}/1", f"pool/{LENDER}/2"
Wanted = list[tuple[str, dict[str, Any]]]


def moment(month: int, day: int, hour: int) -> datetime:
    """An hour of 2016 in the law's zone."""
    return at_clock(date(2016, month, day), hour)


def paid(amount: int, ref: str, **more: str) -> dict[str, Any]:
    """A payment's data."""
    return {"amount_fen": amount, "payment_ref": ref, **more}


class Told(Scribe):
    """Messages that arrive as they are told."""

    def lender(self, kind: str, at: datetime, data: dict[str, Any], subject: str = LOAN) -> None:
        """A message of the lender."""
        self.say(LENDER, f"bank.pool.{kind}", subject, at, data, "at once")

    def agency(self, kind: str, at: datetime, data: dict[str, Any], subject: str = LOAN) -> None:
        """A message of the agency."""
        self.say(papers.AGENCY, f"agency.pool.{kind}", subject, at, data, "at once")

    def raw(self, recorded: datetime, line: dict[str, Any] | str) -> None:
        """A line that is recorded when it is told."""
        if isinstance(line, dict):
            line.pop("recordedtime", None)
        super().raw(recorded, line)

    def written(self, at: datetime) -> str:
        """An instant in the law's zone."""
        return at.isoformat()


def contracted(filed_on: date, disbursed_on: date, due_on: date = date(2016, 8, 31)) -> Told:
    """Two members with contributions of 3 and 1 million fen; the first has a loan of a million yuan, paid out."""
    told = Told(random.Random(0), "qianjiang-2015")  # noqa: S311 - not for secrets
    first = moment(7, 1, 9)
    enrolled = papers.enrolment(LENDER, ["lender"], "2016-01-01")
    told.say(papers.OPERATOR, "operator.bank.enrolment", f"bank/{LENDER}", first, enrolled, "at once")
    told.agency("placement", first, papers.placement(LENDER, 2016, 50_000_000, 500_000_001), ACCOUNT)
    for number, subject, amount in ((1, LOAN, 100_000_000), (2, OTHER, 33_333_333)):
        code, _ = papers.codes(number)
        admitted = papers.admission(told.rng, number, code, date(2016, 7, 1))
        told.agency("admission", moment(7, 4, 9), admitted, f"enterprise/{code['uscc']}")
        letter = {"letter_no": "推-1", "lender": LENDER, **code}
        told.agency("recommendation", moment(7, 5, 9), letter, subject)
        told.lender("decision", moment(7, 6, 9), {"outcome": "approved", "amount_fen": amount}, subject)
        told.lender("contribution", moment(7, 7, 9), paid((3_000_000, 1_000_000)[number - 1], "c"), subject)
    lines = [(due_on, 100_000_000)]
    told.lender(
        "contract", moment(7, 8, 9), papers.contract("1", 100_000_000, date(2016, 7, 8), lines, "0.0360", 50_000_000)
    )
    filing = {"letter_no": "备-1", "planned_disbursement_on": disbursed_on.isoformat()}
    told.lender("filing", at_clock(filed_on, 10), filing)
    told.lender("disbursement", at_clock(disbursed_on, 10), paid(100_000_000, "d"))
    return told


def claim(stage: str, principal: int, interest: int) -> dict[str, Any]:
    """A claim with its figures."""
    figures = {"outstanding_principal_fen": principal, "outstanding_interest_fen": interest}
    return {**papers.claim("1", stage), **figures}


def default() -> Told:
    """The first member pays nothing; both stages are claimed, the evader is found, and most comes back."""
    told = contracted(date(2016, 7, 28), date(2016, 8, 1))
    told.lender("compensation-claim", moment(8, 31, 10), claim("contribution", 100_000_000, 300_000))
    told.agency("compensation-payment", moment(8, 31, 15), paid(1_000_000, "a", stage="contribution"))
    told.lender("direct-debit", moment(9, 1, 9), paid(3_000_000, "b"))
    told.lender("compensation-claim", moment(10, 12, 10), claim("risk-fund", 96_309_930, 394_871))
    told.agency("compensation-payment", moment(10, 19, 17), paid(48_352_400, "e", stage="risk-fund"))
    person = {"name": "周强", "role": "法定代表人", "identity_digest": "a1" * 32}
    told.agency("evasion-finding", moment(10, 25, 9), {"evidence_ref": "证-1", "persons": [person]})
    recovered = {"gross_fen": 100_000_000, "costs_fen": 600_000, "penalties_fen": 400_000}
    told.lender("recovery", moment(11, 1, 9), recovered)
    told.agency("closure", moment(11, 2, 9), {"reason": "不再办理"}, ACCOUNT)
    return told


DEFAULT: Wanted = [
    ("pool.risk_fund.placed.v1", {"risk_fund_balance_fen": 50_000_000}),
    ("pool.risk_fund.insufficient.v1", {"required_fen": 50_000_001}),
    ("pool.contribution.received.v1", {"pool_balance_fen": 3_000_000}),
    ("pool.contribution.received.v1", {"pool_balance_fen": 4_000_000}),
    # 100 million fen at 3.6 % bear 10,000 fen a day, from 1 to 31 August 300,000
    (
        "pool.compensation.instructed.v1",
        {"available_fen": 4_000_000, "amount_fen": 4_000_000, "due_at": "2016-08-31T17:00:00+08:00"},
    ),
    (
        "pool.compensation.paid.v1",
        {"by": "agency", "interest_fen": 300_000, "principal_fen": 700_000, "outstanding_principal_fen": 99_300_000},
    ),
    ("pool.account.violated.v1", {"code": "amount-not-instructed", "unpaid_fen": 4_000_000}),
    ("pool.instalment.missed.v1", {"instalment": 1, "amount_fen": 100_000_000, "unpaid_fen": 99_300_000}),
    ("pool.loan.overdue.v1", {"outstanding_principal_fen": 99_300_000, "outstanding_interest_fen": 0}),
    ("pool.direct_debit.authorised.v1", {"amount_fen": 3_000_000}),
    # a day's interest on 99.3 million is 9,930
    (
        "pool.compensation.paid.v1",
        {
            "by": "direct-debit",
            "interest_fen": 9_930,
            "principal_fen": 2_990_070,
            "outstanding_principal_fen": 96_309_930,
        },
    ),
    # 9,630.993 a day: 30 days are 288,929.79
    (
        "pool.risk_window.opened.v1",
        {"trigger_on": "2016-08-31", "closes_on": "2016-10-12", "outstanding_interest_fen": 288_930},
    ),
    # 41 days are 394,870.713; half of 96,704,801 leaves an odd fen
    (
        "pool.shortfall.shared.v1",
        {"shortfall_fen": 96_704_801, "government_fen": 48_352_400, "lender_fen": 48_352_401},
    ),
    (
        "pool.compensation.instructed.v1",
        {"from": "risk-fund", "amount_fen": 48_352_400, "unfunded_fen": 0, "due_at": "2016-10-19T17:00:00+08:00"},
    ),
    # 48 days are 462,287.664
    (
        "pool.compensation.paid.v1",
        {"stage": "risk-fund", "interest_fen": 462_288, "outstanding_principal_fen": 48_419_818},
    ),
    ("credit.blacklist.raised.v1", {"amount_fen": 52_352_400, "since": "2016-10-25", "supersedes": None}),
    ("credit.blacklist.raised.v1", {"amount_fen": 52_352_400, "role": "法定代表人"}),
    # 13 days on 48,419,818 are 62,945.7634, of which 0.336 were paid when it was rounded up: 62,945
    (
        "pool.recovery.allocated.v1",
        {
            "net_fen": 99_000_000,
            "to_lender_fen": 48_482_763,
            "to_risk_fund_fen": 48_352_400,
            "to_contributions_fen": 2_164_837,
            "excess_fen": 0,
        },
    ),
    # three quarters and a quarter of 2,164,837: the odd fen goes to the remainder of 0.75
    ("pool.refunded.v1", {"balance_fen": 2_164_837}),
]


def test_a_default_is_worked_out_to_the_fen() -> None:
    """Both stages, the debit, the window, the odd fen, the waterfall and the refund are what a clerk finds by hand."""
    out = replay(default().lines(), "qianjiang-2015")
    papers_only = ("bank.", "pool.enterprise.", "pool.loan.", "receipt.accepted.")
    told = [one for one in out if not one["type"].startswith(papers_only) or one["type"] == "pool.loan.overdue.v1"]
    assert [
        (one["type"], {name: one["data"].get(name) for name in wanted})
        for one, (_, wanted) in zip(told, DEFAULT, strict=True)
    ] == DEFAULT
    shares = [(one["contributed_fen"], one["refund_fen"]) for one in told[-1]["data"]["shares"]]
    assert shares == [(3_000_000, 1_623_628), (1_000_000, 541_209)]


@pytest.mark.parametrize(
    ("filed_on", "reading", "in_time"),
    [
        # 2 August 2016 is a Tuesday: the third working day before it is Thursday, 28 July
        (date(2016, 7, 27), "within", False),
        (date(2016, 7, 28), "within", True),
        (date(2016, 8, 1), "within", True),
        (date(2016, 8, 2), "within", False),
        (date(2016, 7, 27), "at-least", True),
        (date(2016, 7, 28), "at-least", True),
        (date(2016, 7, 29), "at-least", False),
    ],
)
def test_both_readings_of_the_days_of_filing(filed_on: date, reading: str, *, in_time: bool) -> None:
    """Within three working days before the disbursement, or at least three before it (QJ-15)."""
    lines = contracted(filed_on, date(2016, 8, 2)).lines()
    out = replay(lines, "qianjiang-2015", None, AssistedLoan(reading))
    violated = [one["data"] for one in out if one["type"] == "pool.filing.violated.v1"]
    assert (violated == []) == in_time
    assert all(one["third_working_day_before"] == "2016-07-28" for one in violated)


def test_a_filing_in_time_that_comes_late_rescinds() -> None:
    """A filing made in time and recorded after the disbursement takes the violation back, up to five working days."""
    told = contracted(date(2016, 7, 20), date(2016, 8, 2))
    late = told.say(
        LENDER,
        "bank.pool.filing",
        LOAN,
        moment(8, 1, 10),
        {"letter_no": "备", "planned_disbursement_on": "2016-08-02"},
        "at once",
    )
    for recorded, wanted in (
        (moment(8, 9, 17), "pool.filing.violated.rescinded.v1"),
        (moment(8, 9, 18), "lapse.contested.v1"),
    ):
        late["recordedtime"] = recorded.isoformat()
        told.entries[-1] = (recorded, 999, late)
        assert wanted in [one["type"] for one in replay(told.lines(), "qianjiang-2015")]


def test_the_month_is_rolled_over_a_holiday() -> None:
    """Due on 15 August 2016: a month later is Mid-Autumn, so the month ends on the make-up Sunday, 18 September."""
    told = contracted(date(2016, 7, 28), date(2016, 8, 2), date(2016, 8, 15))
    out = replay(told.lines(), "qianjiang-2015", "2016-09-24T00:00:00+08:00")
    opened, lapsed = (one["data"] for one in out if one["type"].startswith("pool.risk_window."))
    assert (opened["trigger_on"], opened["due_at"]) == ("2016-08-15", "2016-09-19T00:00:00+08:00")
    assert (opened["closes_on"], lapsed["trigger_on"], lapsed["due_on"]) == ("2016-09-23", "2016-09-18", "2016-09-23")


def test_a_payment_within_the_grace_is_late_all_the_same() -> None:
    """The agency pays at six what was due at five: at five all was unpaid, so all of it may be debited."""
    told = contracted(date(2016, 7, 28), date(2016, 8, 1))
    told.lender("compensation-claim", moment(8, 31, 10), claim("contribution", 100_000_000, 300_000))
    told.agency("compensation-payment", moment(8, 31, 18), paid(4_000_000, "a", stage="contribution"))
    out = replay(told.lines(), "qianjiang-2015", "2016-09-01T00:00:00+08:00")
    authorised = [one["data"]["amount_fen"] for one in out if one["type"] == "pool.direct_debit.authorised.v1"]
    assert authorised == [4_000_000]


def test_what_was_refunded_is_there_for_no_claim() -> None:
    """A loan contracted before the closure and paid out after it finds no contributions."""
    told = contracted(date(2016, 7, 28), date(2016, 8, 1))
    told.lender("repayment", moment(8, 31, 9), paid(100_300_000, "r"))
    lines = [(date(2016, 11, 10), 33_333_333)]
    contract = papers.contract("2", 33_333_333, date(2016, 7, 8), lines, "0.0360", 50_000_000)
    told.lender("contract", moment(9, 1, 9), contract, OTHER)
    told.agency("closure", moment(9, 2, 9), {"reason": "不再办理"}, ACCOUNT)
    told.lender("disbursement", moment(11, 3, 9), paid(33_333_333, "d"), OTHER)
    told.lender("compensation-claim", moment(11, 10, 9), claim("contribution", 33_333_333, 23_333), OTHER)
    out = replay(told.lines(), "qianjiang-2015")
    (refunded,) = (one["data"]["balance_fen"] for one in out if one["type"] == "pool.refunded.v1")
    (instructed,) = (one["data"] for one in out if one["type"] == "pool.compensation.instructed.v1")
    assert (refunded, instructed["available_fen"], instructed["amount_fen"]) == (4_000_000, 0, 0)
