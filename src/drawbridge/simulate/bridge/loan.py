"""One loan as its parties plan it, before anything has gone well or wrong."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from drawbridge.law.bridge.profile import ZHENJIANG_2013
from drawbridge.law.profile import rate_on
from drawbridge.simulate.bridge.banks import Bank
from drawbridge.simulate.office import Office, at, midnight, minute
from drawbridge.simulate.people import FEN_PER_WAN_YUAN, Firm, account

#: the last day on which a message may still name an organisation code
LAST_ORG_CODE_ON = date(2017, 12, 31)


@dataclass(frozen=True, slots=True)
class Loan:
    """The plan of one bridge loan."""

    number: int
    main: Bank
    original: Bank
    firm: Firm
    dice: Random
    noticed_at: datetime
    applied_at: datetime
    reviewed_at: datetime
    contract_on: date
    disburse_on: date
    matures_on: date
    promised_on: date
    gives_up_at: datetime
    """When the applicant no longer waits in the queue."""
    original_fen: int
    """The old loan's principal; as much is promised again."""
    asked_fen: int
    term_working_days: int
    extended_term: int | None
    """The new term in all, when the main bank will extend it."""
    payee_account: dict[str, str]
    collection_account: dict[str, str]

    @property
    def notice_no(self) -> str:
        """The renewal notice's number."""
        return f"XD{self.noticed_at:%Y}-{self.number:06d}"

    @property
    def subject(self) -> str:
        """The case."""
        return f"bridge/{self.original.code}/{self.notice_no}"

    @property
    def old_contract_no(self) -> str:
        """The number of the loan that is to be renewed."""
        return f"DK-{self.number:06d}"


@dataclass(frozen=True, slots=True)
class Application:
    """Who applies where, and when; a loan is planned around it."""

    number: int
    """The case's number in the city."""
    applied_at: datetime
    """On a working day."""
    not_before: datetime
    """The city's first messages come before this instant."""
    main: Bank
    original: Bank
    firm: Firm


def plan_loan(application: Application, office: Office, dice: Random) -> Loan:
    """Plan a loan around its application; the dice are this loan's own."""
    applied_at, not_before, firm = application.applied_at, application.not_before, application.firm
    applied_on = applied_at.date()
    apply_days = ZHENJIANG_2013.apply_working_days.value
    matures_on = office.after(applied_on, apply_days + dice.randrange(6))
    disburse_on = office.before(matures_on, 1) if dice.random() < 0.3 else matures_on  # noqa: PLR2004 - a few pay a day early
    term = dice.choice((10, 12, 15, 15, 15, 20))
    is_extended = term == 10 and dice.random() < 0.4  # noqa: PLR2004 - the short terms are those that get extended
    promise_after = 12 if is_extended else dice.randrange(4, term - 1)
    original_fen = _amount_fen(firm, dice)
    asked_fen = original_fen if dice.random() < 0.5 else _part_of(original_fen, dice)  # noqa: PLR2004 - half need it all
    noticed_on = office.before(applied_on, dice.randrange(1, 4))
    noticed_at = at(noticed_on, dice, minute(10), minute(16))
    return Loan(
        number=application.number,
        main=application.main,
        original=application.original,
        firm=firm,
        dice=dice,
        noticed_at=min(max(noticed_at, not_before), applied_at - timedelta(minutes=15)),
        applied_at=applied_at,
        # the same time of day on the next working day: reviews then keep the order of the applications (ZJ-21)
        reviewed_at=applied_at + (midnight(office.after(applied_on, 1)) - midnight(applied_on)),
        contract_on=office.before(disburse_on, dice.randrange(1, 4)),
        disburse_on=disburse_on,
        matures_on=matures_on,
        promised_on=office.after(disburse_on, promise_after),
        gives_up_at=at(office.before(matures_on, 1), dice, minute(14), minute(16)),
        original_fen=original_fen,
        asked_fen=asked_fen,
        term_working_days=term,
        extended_term=15 if is_extended else None,
        payee_account=account("待核销贷款户", application.original.code, dice),
        collection_account=account("周转贷款回收户", application.main.code, dice),
    )


def annual_rate(day: date) -> str:
    """Return the benchmark rate of a day as messages carry it (ZJ-12).

    Raises:
        ValueError: the table begins later.
    """
    table = ZHENJIANG_2013.benchmark_rates.value
    rate = rate_on(table, day)
    if rate is None:
        raise ValueError(f"no benchmark rate is known before {table[0].since}: begin on that day or later")
    return f"{rate}"


def notice_data(loan: Loan, handler: dict[str, str]) -> dict[str, Any]:
    """Return the data of the renewal notice (annex 3)."""
    return {
        "notice_no": loan.notice_no,
        "main_bank": loan.main.code,
        "enterprise": loan.firm.identity,
        "original_loan": {
            "contract_no": loan.old_contract_no,
            "principal_fen": loan.original_fen,
            "matures_on": loan.matures_on.isoformat(),
        },
        "mortgage_registered": True,
        "formalities_completed_on": (loan.noticed_at.date() - timedelta(days=1)).isoformat(),
        "renewal": {"amount_fen": loan.original_fen, "promised_on": loan.promised_on.isoformat()},
        "payee_account": loan.payee_account,
        "collection_account": loan.collection_account,
        "handler": {"department": "公司业务部", **handler},
    }


def application_data(loan: Loan) -> dict[str, Any]:
    """Return the data of a complete application (ZJ-8)."""
    materials = sorted(ZHENJIANG_2013.materials.value)
    if loan.firm.profile["size"] == "sole-proprietor":
        materials.remove("organisation-code")
    return {
        "enterprise": {**loan.firm.identity, **loan.firm.profile},
        "amount_fen": loan.asked_fen,
        "materials": materials,
    }


def _amount_fen(firm: Firm, dice: Random) -> int:
    """Draw an amount in whole units of 10,000 yuan, small ones more often."""
    spread = (firm.most_wan_yuan / firm.least_wan_yuan) ** dice.random()
    return int(firm.least_wan_yuan * spread) * FEN_PER_WAN_YUAN


def _part_of(amount_fen: int, dice: Random) -> int:
    """Take 70 to 95 per cent, in whole yuan."""
    return amount_fen * dice.randrange(70, 96) // 10_000 * 100
