"""The figures of a bridge-loan scheme, and those of Zhenjiang 2013 (镇江市市区小微企业周转贷款管理办法)."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from drawbridge.law.parties.profile import PartiesProfile
from drawbridge.law.profile import DatedRate, Figure


@dataclass(frozen=True, slots=True)
class BridgeProfile(PartiesProfile):
    """A profile of a bridge-loan scheme (周转贷款)."""

    districts: Figure[frozenset[str]]
    cap_fen: Figure[int]
    minimum_age_years: Figure[int]
    apply_working_days: Figure[int]
    review_working_days: Figure[int]
    notice_working_days: Figure[int]
    usual_term_working_days: Figure[int]
    maximum_term_working_days: Figure[int]
    benchmark_rates: Figure[tuple[DatedRate, ...]]
    materials: Figure[frozenset[str]]
    near_working_days: Figure[tuple[int, ...]]
    near_at: Figure[time]


def _rate(since: str, annual_rate: str) -> DatedRate:
    return DatedRate(date.fromisoformat(since), Decimal(annual_rate))


ZHENJIANG_2013 = BridgeProfile(
    id="zhenjiang-2013",
    valid_from=date(2013, 11, 5),
    valid_to=date(2014, 11, 5),
    close_of_business=Figure(time(17), "ZJ-11", "close of business, Asia/Shanghai (a reading; Civil Code 203)"),
    reporting_grace=Figure(timedelta(hours=2), "ZJ-11", "how long a fact in time may still arrive (a reading)"),
    rescission_limit_working_days=Figure(5, "ZJ-16", "working days in which a late fact still rescinds (a reading)"),
    match_ratio=Figure(1, "ZJ-3", "the main bank matches the special fund 1:1"),
    penalty_multiple=Figure(10, "ZJ-16", "fiscal deposits are cut by ten times the amount in default"),
    enrolment=Figure("公函", "ZJ-4", "the letter of annex 5 by which a bank joins"),
    inspection=Figure("检查", "ZJ-20", "deposits are raised or cut after inspections"),
    credit_record=Figure("bridge-loan-not-repaid", "ZJ-23", "the reason of a credit record"),
    report_day=Figure(10, "ZJ-18", "day of the next month by which a month is reported"),
    districts=Figure(frozenset({"丹徒区", "京口区", "润州区", "镇江新区"}), "ZJ-5", "districts covered"),
    cap_fen=Figure(500_000_000, "ZJ-9", "fen that one enterprise may have in bridge loans"),
    minimum_age_years=Figure(1, "ZJ-6.2", "years since the enterprise was established"),
    apply_working_days=Figure(15, "ZJ-7.1", "working days before the old loan matures"),
    review_working_days=Figure(2, "ZJ-7.2", "working days from the application to the review"),
    notice_working_days=Figure(3, "ZJ-7.2", "working days from the application to the applicant's notice"),
    usual_term_working_days=Figure(15, "ZJ-11", "working days, in principle"),
    maximum_term_working_days=Figure(20, "ZJ-11", "working days, at most"),
    benchmark_rates=Figure(
        (
            _rate("2012-07-06", "0.0560"),
            _rate("2014-11-22", "0.0560"),
            _rate("2015-03-01", "0.0535"),
            _rate("2015-05-11", "0.0510"),
            _rate("2015-06-28", "0.0485"),
            _rate("2015-08-26", "0.0460"),
            _rate("2015-10-24", "0.0435"),
        ),
        "ZJ-12",
        "half-year benchmark a year (since 2014-11-22 the tier up to one year)",
    ),
    materials=Figure(
        frozenset(
            {
                "approval-form",
                "business-licence",
                "identity",
                "loan-card",
                "organisation-code",
                "financial-statements",
                "renewal-notice",
            }
        ),
        "ZJ-8",
        "materials of an application",
    ),
    near_working_days=Figure((5, 3, 1), "ZJ-11", "working days before the agreed day on which one is reminded"),
    near_at=Figure(time(9), "ZJ-11", "time of day of the reminder (a reading)"),
)
