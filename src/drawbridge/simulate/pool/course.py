"""How one assisted loan goes, step by step: well, late, or by both stages of compensation to the blacklist."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any

from drawbridge.law.ledger import Balance, Ledger
from drawbridge.law.working_days import months_after
from drawbridge.simulate.office import Office, at, minute
from drawbridge.simulate.people import Firm, person
from drawbridge.simulate.pool.fund import Fund
from drawbridge.simulate.pool.pen import Pen

RATES = ("0.0435", "0.0475", "0.0510", "0.0535")
_COMPARABLE = "0.0600"
#: a step of a course: when it happens, and what is said then
Step = tuple[datetime, Callable[[datetime], None]]


@dataclass(slots=True)
class Loan:
    """A loan and all that its course needs."""

    subject: str
    firm: Firm
    principal_fen: int
    begins_on: date
    months: int
    instalments: int
    annual_rate: str
    dice: Random
    office: Office
    pen: Pen
    contributions: Fund
    risk_fund: Fund
    ledger: Ledger | None = None
    claimed_fen: dict[str, int] = field(default_factory=dict)
    """By stage: what was instructed."""
    paid_fen: dict[str, int] = field(default_factory=dict)
    """By stage: what was paid on it."""
    payments: int = 0
    is_over: bool = False

    # --- days and sums

    def moment(self, day: date, working_days: int = 0, *, hours: tuple[int, int] = (9, 16)) -> datetime:
        """Return some instant of office hours, that many working days after a day."""
        return at(self.office.after(day, working_days), self.dice, minute(hours[0]), minute(hours[1]))

    @property
    def signed_on(self) -> date:
        """The day of signing: the 4th working day."""
        return self.office.after(self.begins_on, 4)

    @property
    def matures_on(self) -> date:
        """The day of maturity."""
        return months_after(self.signed_on, self.months)

    @property
    def due_on(self) -> date:
        """The due day."""
        return self.office.after(self.matures_on, 0)

    @property
    def month_end(self) -> date:
        """The day one month after the due day."""
        return self.office.after(months_after(self.due_on, 1), 0)

    def lines(self) -> list[dict[str, Any]]:
        """Return the schedule."""
        part = self.principal_fen // self.instalments
        days = [months_after(self.signed_on, self.months * n // self.instalments) for n in range(1, self.instalments)]
        lines = [{"due_on": day.isoformat(), "principal_fen": part} for day in days]
        last = self.principal_fen - part * len(lines)
        return [*lines, {"due_on": self.matures_on.isoformat(), "principal_fen": last}]

    def balance(self, time: datetime) -> Balance:
        """Return what is outstanding."""
        assert self.ledger is not None  # noqa: S101 - its steps come after the disbursement
        return self.ledger.balance(time)

    def ref(self) -> str:
        """Return a payment's reference."""
        self.payments += 1
        return f"{self.subject.rpartition('/')[2]}-P{self.payments}"

    def say(self, kind: str, time: datetime, **data: Any) -> None:
        """Write what the lender says."""
        self.pen.lender(kind, self.subject, time, data)

    def moves(self, kind: str, time: datetime, amount_fen: int, recorded_at: datetime | None = None) -> None:
        """Write that money moved."""
        data = {"amount_fen": amount_fen, "payment_ref": self.ref()}
        self.pen.lender(kind, self.subject, time, data, recorded_at)

    # --- what happens

    def recommend(self, time: datetime) -> None:
        """The office recommends."""
        code = {"uscc": self.firm.identity["uscc"]}
        letter = {"letter_no": f"推荐{self.subject[-6:]}", **code, "lender": self.subject.split("/")[1]}
        self.pen.office("recommendation", self.subject, time, letter)

    def approve(self, time: datetime) -> None:
        """The lender approves."""
        self.say("decision", time, outcome="approved", amount_fen=self.principal_fen)

    def decline(self, time: datetime) -> None:
        """The lender declines."""
        self.say("decision", time, outcome="declined", reasons=["抵押物不足"])
        self.is_over = True

    def contribute(self, time: datetime) -> None:
        """The enterprise pays its contribution."""
        amount = -(-self.principal_fen * 3 // 100)
        self.moves("contribution", time, amount)
        self.contributions.balance_fen += amount

    def sign(self, time: datetime) -> None:
        """The contracts are signed."""
        self.say(
            "contract",
            time,
            contract_no=f"借{self.subject[-6:]}",
            principal_fen=self.principal_fen,
            signed_on=time.date().isoformat(),
            matures_on=self.matures_on.isoformat(),
            annual_rate=self.annual_rate,
            comparable_rate=_COMPARABLE,
            collateral_value_fen=self.principal_fen,
            guarantee_contract_no=f"保{self.subject[-6:]}",
            schedule=self.lines(),
        )

    def file(self, time: datetime) -> None:
        """The loan is filed, the day before it is paid out."""
        planned = self.office.after(time.date(), 1).isoformat()
        self.say("filing", time, letter_no=f"备案{self.subject[-6:]}", planned_disbursement_on=planned)

    def disburse(self, time: datetime) -> None:
        """The loan is paid out."""
        self.moves("disbursement", time, self.principal_fen)

    def repay(self, time: datetime, amount_fen: int, recorded_at: datetime | None = None) -> None:
        """The borrower repays."""
        assert self.ledger is not None  # noqa: S101 - its steps come after the disbursement
        self.moves("repayment", time, amount_fen, recorded_at)
        self.ledger.pay(time, amount_fen)

    def repay_line(self, time: datetime, number: int) -> None:
        """The borrower pays a line of the schedule, with all interest."""
        self.repay(time, self.lines()[number]["principal_fen"] + self.balance(time).interest_fen)

    def repay_all(self, time: datetime, recorded_at: datetime | None = None) -> None:
        """The borrower pays all."""
        owed = self.balance(time).outstanding_fen
        if owed:
            self.repay(time, owed, recorded_at)
        self.is_over = True

    def claim(self, time: datetime, stage: str) -> None:
        """The lender claims; the office learns what it is to pay."""
        balance = self.balance(time)
        finding = {"joint_finding_ref": f"认定{self.subject[-6:]}"} if stage == "contribution" else {}
        self.say(
            "compensation-claim",
            time,
            letter_no=f"代偿{self.subject[-6:]}",
            stage=stage,
            outstanding_principal_fen=balance.principal_fen,
            outstanding_interest_fen=balance.interest_fen,
            **finding,
        )
        wanted = balance.outstanding_fen if stage == "contribution" else balance.outstanding_fen // 2
        self.claimed_fen[stage] = self._fund(stage).promise(wanted)

    def compensate(self, time: datetime, stage: str, part: float = 1.0) -> None:
        """The office pays on the instruction, or a part of it."""
        amount = int(self.claimed_fen[stage] * part)
        if amount:
            data = {"stage": stage, "amount_fen": amount, "payment_ref": self.ref()}
            self.pen.office("compensation-payment", self.subject, time, data)
            self._paid(time, stage, amount)

    def debit(self, time: datetime) -> None:
        """The lender takes the rest from the contributions itself."""
        left = self.claimed_fen["contribution"]
        if left:
            self.moves("direct-debit", time, left)
            self._paid(time, "contribution", left)

    def recover(self, time: datetime, share: float) -> None:
        """The collateral brings something."""
        assert self.ledger is not None  # noqa: S101 - it comes after the claims
        gross = int(self.principal_fen * share)
        costs = gross // 50
        self.say("recovery", time, gross_fen=gross, costs_fen=costs, penalties_fen=0)
        to_lender = min(gross - costs, self.balance(time).outstanding_fen)
        if to_lender:
            self.ledger.pay(time, to_lender)
        left = gross - costs - to_lender
        for stage in ("risk-fund", "contribution"):
            back = min(left, self.paid_fen.get(stage, 0))
            self._fund(stage).balance_fen += back
            left -= back

    def blacklist(self, time: datetime) -> None:
        """The office finds that the debt is evaded."""
        name = person(self.dice)
        digest = sha256(f"{self.subject}{name}".encode()).hexdigest()
        persons = [{"name": name, "role": "法定代表人", "identity_digest": digest}]
        finding = {"evidence_ref": f"证{self.subject[-6:]}", "persons": persons}
        if self.paid_fen.get("risk-fund"):
            self.pen.office("evasion-finding", self.subject, time, finding)

    def _fund(self, stage: str) -> Fund:
        return self.contributions if stage == "contribution" else self.risk_fund

    def _paid(self, time: datetime, stage: str, amount_fen: int) -> None:
        assert self.ledger is not None  # noqa: S101 - a claim comes after the disbursement
        self._fund(stage).pay(amount_fen)
        self.claimed_fen[stage] -= amount_fen
        self.paid_fen[stage] = self.paid_fen.get(stage, 0) + amount_fen
        self.ledger.pay(time, amount_fen)


def begin(loan: Loan, *, is_filed: bool = True) -> Iterator[Step]:
    """Tell a loan's way to its disbursement, a working day a step."""
    yield loan.moment(loan.begins_on), loan.recommend
    yield loan.moment(loan.begins_on, 2), loan.approve
    yield loan.moment(loan.begins_on, 3), loan.contribute
    yield loan.moment(loan.signed_on), loan.sign
    if is_filed:
        yield loan.moment(loan.signed_on, 1), loan.file
    out_at = loan.moment(loan.signed_on, 2)
    loan.ledger = Ledger(loan.principal_fen, Decimal(loan.annual_rate), out_at)
    yield out_at, loan.disburse


def end_well(loan: Loan) -> Iterator[Step]:
    """Tell how each instalment is paid in time, and the rest on the due day."""
    for number in range(loan.instalments - 1):
        day = loan.office.after(date.fromisoformat(loan.lines()[number]["due_on"]), 0)
        yield loan.moment(day), lambda time, number=number: loan.repay_line(time, number)  # type: ignore[misc]
    yield loan.moment(loan.due_on), loan.repay_all


def end_late(loan: Loan) -> Iterator[Step]:
    """Tell how nothing is paid until some days after the due day."""
    yield loan.moment(loan.due_on, loan.dice.randint(1, 9)), loan.repay_all


def end_reported_late(loan: Loan) -> Iterator[Step]:
    """Tell how all is paid in time, and told a working day later."""
    told_at = loan.moment(loan.due_on, 1)
    yield loan.moment(loan.due_on), lambda time: loan.repay_all(time, told_at)


def end_badly(loan: Loan) -> Iterator[Step]:
    """Tell of a default: both stages, some recovery, and the blacklist."""
    yield loan.moment(loan.due_on, hours=(9, 12)), lambda time: loan.claim(time, "contribution")
    if loan.dice.random() < 0.5:  # noqa: PLR2004 - half of the offices pay only a part in time
        yield loan.moment(loan.due_on, hours=(13, 16)), lambda time: loan.compensate(time, "contribution", 0.5)
        yield loan.moment(loan.due_on, 1), loan.debit
    else:
        yield loan.moment(loan.due_on, hours=(13, 16)), lambda time: loan.compensate(time, "contribution")
    claimed_on = loan.office.after(loan.month_end, loan.dice.randint(1, 6))
    yield loan.moment(claimed_on), lambda time: loan.claim(time, "risk-fund")
    yield loan.moment(claimed_on, loan.dice.randint(1, 6)), lambda time: loan.compensate(time, "risk-fund")
    yield loan.moment(claimed_on, 8), loan.blacklist
    yield loan.moment(claimed_on, 12), lambda time: loan.recover(time, loan.dice.uniform(0.2, 1.3))
