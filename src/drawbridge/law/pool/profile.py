"""The figures of an assisted-loan scheme, and those of Qianjiang 2015 (黔江区小微工业企业“助保贷”贷款管理办法)."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from drawbridge.law.profile import Figure, Profile


@dataclass(frozen=True, slots=True)
class PoolProfile(Profile):
    """A profile of an assisted-loan scheme (助保贷)."""

    pool: Figure[str]
    """The account's name in subjects: `account/<pool>`."""
    contribution_percent: Figure[int]
    risk_fund_percent: Figure[int]
    usual_maximum_fen: Figure[int]
    maximum_fen: Figure[int]
    maximum_term_months: Figure[int]
    collateral_percent: Figure[int]
    application_day: Figure[int]
    filing_working_days: Figure[int]
    filing_reading: Figure[Literal["within", "at-least"]]
    government_percent: Figure[int]
    overdue_months: Figure[int]
    claim_working_days: Figure[int]
    payment_working_days: Figure[int]
    inquiries: Figure[frozenset[str]]
    conditions: Figure[frozenset[str]]
    blacklist: Figure[str]


QIANJIANG_2015 = PoolProfile(
    id="qianjiang-2015",
    valid_from=date(2015, 6, 15),
    valid_to=None,
    close_of_business=Figure(time(17), "QJ-17", "close of business, Asia/Shanghai (a reading; Civil Code 203)"),
    reporting_grace=Figure(timedelta(hours=2), "QJ-17", "how long a fact in time may still arrive (a reading)"),
    rescission_limit_working_days=Figure(5, "QJ-18", "working days in which a late fact still rescinds (a reading)"),
    enrolment=Figure("合作关系", "QJ-2", "the cooperation by which a bank takes part"),
    pool=Figure("qianjiang", "QJ-5", "the special account (专户) of the pool"),
    contribution_percent=Figure(3, "QJ-4", "percent of the loan that an enterprise contributes at least"),
    risk_fund_percent=Figure(10, "QJ-4", "percent of the year's expected lending that the risk fund holds at least"),
    usual_maximum_fen=Figure(500_000_000, "QJ-9", "fen that one enterprise generally has in assisted loans"),
    maximum_fen=Figure(1_000_000_000, "QJ-9", "fen that one enterprise never exceeds"),
    maximum_term_months=Figure(12, "QJ-10", "months that a loan runs at most"),
    collateral_percent=Figure(50, "QJ-7.7", "percent of the loan that the collateral is worth at least"),
    application_day=Figure(10, "QJ-13", "day of the month by which an application counts for it"),
    filing_working_days=Figure(3, "QJ-15", "working days before the disbursement"),
    filing_reading=Figure("within", "QJ-15", "前3个工作日内: within these days before; `at-least`: no later than them"),
    government_percent=Figure(50, "QJ-18", "percent of the shortfall that the risk fund bears"),
    overdue_months=Figure(1, "QJ-18", "months overdue before the risk fund is claimed on"),
    claim_working_days=Figure(5, "QJ-18", "working days in which the risk fund is claimed on"),
    payment_working_days=Figure(5, "QJ-18", "working days in which the risk fund pays (及时, a reading)"),
    inquiries=Figure(
        frozenset({"safety", "environment", "social-security", "tax"}), "QJ-13", "offices asked about an enterprise"
    ),
    conditions=Figure(
        frozenset(
            {
                "registered-legal-person",
                "premises-and-governance",
                "products-and-taxes",
                "business-with-lender",
                "credit-policy",
                "clean-credit-record",
                "collateral-half",
                "lender-conditions",
            }
        ),
        "QJ-7",
        "conditions that are attested at the admission",
    ),
    blacklist=Figure("evasion", "QJ-21", "the reason of a blacklisting"),
)
