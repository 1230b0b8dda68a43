"""How a loan runs once its turn has come: the steps that every story is made of, and the story that goes well."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from drawbridge.law.bridge.profile import ZHENJIANG_2013
from drawbridge.law.ledger import Ledger
from drawbridge.simulate.bridge import loan as loans
from drawbridge.simulate.bridge.loan import Loan
from drawbridge.simulate.bridge.pen import Pen
from drawbridge.simulate.office import Office, at, minute
from drawbridge.simulate.people import account, person, phone

#: the parts of an office day, in minutes of the day: each step of the cycle has its own, so that they keep their order
MORNING = (minute(9, 15), minute(11, 15))
NOON = (minute(13), minute(14))
AFTERNOON = (minute(14, 10), minute(15, 20))
EVENING = (minute(15, 30), minute(16, 45))


def open_case(pen: Pen) -> None:
    """Tell the notice, the application and the review."""
    tell_notice(pen)
    apply(pen, pen.loan.applied_at, loans.application_data(pen.loan))
    review(pen)


def tell_notice(pen: Pen) -> None:
    """Tell the renewal notice (annex 3)."""
    dice = pen.loan.dice
    handler = {"name": person(dice), "phone": phone(dice)}
    pen.say(pen.loan.original, "notice", pen.loan.noticed_at, loans.notice_data(pen.loan, handler))


def apply(pen: Pen, time: datetime, data: dict[str, Any]) -> None:
    """Tell an application."""
    pen.say(pen.loan.main, "application", time, data)


def review(pen: Pen) -> None:
    """Tell that the application was approved as it was asked for."""
    day = pen.loan.reviewed_at.date().isoformat()
    data = {
        "outcome": "approved",
        "approved_amount_fen": pen.loan.asked_fen,
        "original_bank_confirmed_on": day,
        "applicant_notified_on": day,
    }
    pen.say(pen.loan.main, "review", pen.loan.reviewed_at, data)


def decline(pen: Pen) -> None:
    """Tell notice and application, and that the main bank declined."""
    tell_notice(pen)
    apply(pen, pen.loan.applied_at, loans.application_data(pen.loan))
    data = {
        "outcome": "declined",
        "reasons": ["资产负债率不符合信贷要求"],
        "applicant_notified_on": pen.loan.reviewed_at.date().isoformat(),
    }
    pen.say(pen.loan.main, "review", pen.loan.reviewed_at, data)
    pen.ended_at = pen.loan.reviewed_at


def withdraw(pen: Pen, time: datetime, reason: str) -> None:
    """Tell that the applicant no longer wants the loan."""
    pen.say(pen.loan.main, "withdrawal", time, {"reason": reason})
    pen.ended_at = time


@dataclass(slots=True)
class Course:
    """A loan whose turn has come: its days as they will be, and its money as it moves."""

    pen: Pen
    office: Office
    granted_at: datetime
    loan: Loan = field(init=False)
    sign_on: date = field(init=False)
    disburse_on: date = field(init=False)
    agreed_on: date = field(init=False)
    limit_on: date = field(init=False)
    renew_on: date = field(init=False)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        loan = self.loan = self.pen.loan
        granted_on = self.granted_at.date()
        self.sign_on = loan.contract_on if loan.contract_on > granted_on else self.office.after(granted_on, 1)
        self.disburse_on = max(loan.disburse_on, self.sign_on)
        self.agreed_on = self.office.after(self.disburse_on, loan.extended_term or loan.term_working_days)
        self.limit_on = self.office.after(self.disburse_on, ZHENJIANG_2013.maximum_term_working_days.value)
        early = self.office.before(loan.promised_on, loan.dice.randrange(1, 4))
        self.renew_on = max(early, self.office.after(self.disburse_on, 1))

    def when(self, day: date, part: tuple[int, int]) -> datetime:
        """Return an instant of a part of that day."""
        return at(day, self.loan.dice, *part)

    def owed_fen(self, time: datetime) -> int:
        """Return principal and interest outstanding at an instant."""
        return self.ledger.balance(time).outstanding_fen

    # --- the steps

    def sign(self) -> None:
        """Tell the contract."""
        time = self.when(self.sign_on, MORNING)
        dice = self.loan.dice
        couple: dict[str, Any] = {"guarantors": [{"name": person(dice), "relation": "owner"}]}
        if dice.random() < 0.9:  # noqa: PLR2004 - most owners are married
            couple["guarantors"].append({"name": person(dice), "relation": "spouse"})
        else:
            couple["unmarried_declaration_no"] = f"WH-{self.loan.number:06d}"
        data = {
            "contract_no": f"ZZ-{self.loan.number:06d}",
            "principal_fen": self.loan.asked_fen,
            "term_working_days": self.loan.term_working_days,
            "annual_rate": loans.annual_rate(self.sign_on),
            **couple,
            "entrustment_letter_no": f"WT-{self.loan.number:06d}",
        }
        self.pen.say(self.loan.main, "contract", time, data)

    def disburse(self, payee: dict[str, str] | None = None, recorded_at: datetime | None = None) -> None:
        """Tell the payment of the bridge money."""
        time = self.when(self.disburse_on, (minute(11, 20), minute(11, 50)))
        rate = Decimal(loans.annual_rate(self.sign_on))
        self.ledger = Ledger(self.loan.asked_fen, rate, time)
        data = {"amount_fen": self.loan.asked_fen, "payee_account": payee or self.loan.payee_account}
        self._pay("disbursement", time, data, recorded_at)

    def settle(
        self, contract_no: str | None = None, recorded_at: datetime | None = None, part: tuple[int, int] = NOON
    ) -> None:
        """Tell that the old loan was settled."""
        data = {
            "amount_fen": self.loan.asked_fen,
            "original_contract_no": contract_no or self.loan.old_contract_no,
        }
        self._pay("settlement", self.when(self.disburse_on, part), data, recorded_at)

    def renew(self, day: date, amount_fen: int, recorded_at: datetime | None = None) -> None:
        """Tell a renewal."""
        data = {"renewal_contract_no": f"XD-{self.loan.number:06d}", "amount_fen": amount_fen}
        self._pay("renewal", self.when(day, MORNING), data, recorded_at)

    def forward(
        self, time: datetime, amount_fen: int, payee: dict[str, str] | None = None, recorded_at: datetime | None = None
    ) -> None:
        """Tell a forwarding."""
        data = {"amount_fen": amount_fen, "payee_account": payee or self.loan.collection_account}
        self._pay("forwarding", time, data, recorded_at)

    def repay(self, time: datetime, amount_fen: int, payer: str, recorded_at: datetime | None = None) -> None:
        """Tell a repayment, and free what it repays."""
        before = self.ledger.balance().principal_fen
        self.ledger.pay(time, amount_fen)
        after = self.ledger.balance()
        received_at = recorded_at or time
        self.pen.freed.append((received_at, before - after.principal_fen))
        if after.nothing_since is not None:
            self.pen.ended_at = received_at
        bank_code = self.loan.original.code if payer == "original-bank" else self.loan.main.code
        from_account = account(f"{payer}付款户", bank_code, self.loan.dice)
        data = {"amount_fen": amount_fen, "payer": payer, "payer_account": from_account}
        self._pay("repayment", time, data, recorded_at)

    def repay_all(
        self, day: date, sent_fen: int, rest_by: str = "applicant", recorded_at: datetime | None = None
    ) -> None:
        """Tell that the original bank's money came in, and that somebody paid what it did not cover."""
        if sent_fen:
            self.repay(self.when(day, AFTERNOON), sent_fen, "original-bank", recorded_at)
        time = self.when(day, EVENING)
        rest = self.owed_fen(time)
        if rest:
            self.repay(time, rest, rest_by, recorded_at)

    def renew_and_forward(self, day: date, recorded_at: datetime | None = None) -> int:
        """Tell that all that was promised was renewed, and forwarded as far as it is owed.

        Returns:
            What was forwarded, in fen.
        """
        self.renew(day, self.loan.original_fen, recorded_at)
        time = self.when(day, NOON)
        amount = min(self.loan.original_fen, self.owed_fen(time))
        self.forward(time, amount, recorded_at=recorded_at and recorded_at + timedelta(minutes=1))
        return amount

    def extend(self) -> None:
        """Tell the extension, if one is planned, the day before the old term ends."""
        if self.loan.extended_term is not None:
            day = self.office.after(self.disburse_on, self.loan.term_working_days - 1)
            data = {"term_working_days": self.loan.extended_term, "reason": "续贷手续尚在办理"}
            self.pen.say(self.loan.main, "extension", self.when(day, MORNING), data)

    # --- what follows a breach

    def breach(self, since: datetime) -> None:
        """Tell how the operator rules on a breach of the original bank and reinstates it (ZJ-16)."""
        day = since.date()
        dice = self.loan.dice
        ruled_at = self.when(self.office.after(day, 3), MORNING)
        upheld: dict[str, Any] = {"ruling": "upheld"}
        if dice.random() < 0.5:  # noqa: PLR2004 - half the rulings leave the interest out
            upheld["default_amount_fen"] = self.loan.asked_fen
        self.pen.rule("operator.penalty.ruling.v1", self.loan.subject, ruled_at, upheld)
        self.reinstate(since, self.office.after(day, 5))
        if dice.random() < 0.15:  # noqa: PLR2004 - a few rulings do not hold
            revoked_at = self.when(self.office.after(day, 8), MORNING)
            self.pen.rule("operator.penalty.ruling.v1", self.loan.subject, revoked_at, {"ruling": "revoked"})

    def reinstate(self, since: datetime, on: date) -> None:
        """Tell that the original bank, suspended since an instant, may apply again from a day on."""
        back_at = self.when(on, AFTERNOON)
        subject = f"bank/{self.loan.original.code}"
        self.pen.rule("operator.bank.reinstatement.v1", subject, back_at, {"ruling_no": f"HF-{self.loan.number:06d}"})
        self.pen.suspensions.append((since, back_at))

    def rule_on_credit(self) -> None:
        """Tell how the operator rules on a record that was withheld because the original bank is to blame (ZJ-23)."""
        day = self.office.after(self.limit_on, 6)
        ruling = self.loan.dice.choice(("raise", "drop", "drop"))
        data = {"ruling": ruling, "decision_no": f"XY-{self.loan.number:06d}"}
        self.pen.rule("operator.credit.ruling.v1", self.loan.subject, self.when(day, MORNING), data)

    def _pay(self, kind: str, time: datetime, data: dict[str, Any], recorded_at: datetime | None) -> None:
        by_main = kind in ("disbursement", "repayment")
        bank = self.loan.main if by_main else self.loan.original
        dice = self.loan.dice
        if recorded_at is None and dice.random() < 0.3:  # noqa: PLR2004 - some systems report a little later
            recorded_at = time + timedelta(seconds=dice.randrange(5, 500))
        ref = f"{kind[0].upper()}{self.loan.number:06d}-{self.pen.number_of('ref')}"
        self.pen.say(bank, kind, time, {"payment_ref": ref, **data}, recorded_at)


def change_mind(course: Course) -> None:
    """Tell that the applicant needs no bridge loan after all."""
    time = course.when(course.sign_on, MORNING)
    withdraw(course.pen, time, "企业已用自有资金还款")
    course.pen.freed.append((time, course.loan.asked_fen))


def go_well(course: Course) -> None:
    """Tell the loan that goes as the law wants it."""
    course.sign()
    course.disburse()
    course.settle()
    course.extend()
    finish_well(course)


def finish_well(course: Course) -> None:
    """Tell the way back of the money, all in time."""
    sent = course.renew_and_forward(course.renew_on)
    is_next_day = course.renew_on < course.agreed_on and course.loan.dice.random() < 0.3  # noqa: PLR2004 - a slow transfer
    course.repay_all(course.office.after(course.renew_on, 1) if is_next_day else course.renew_on, sent)
