"""The days of the city: loans begin, wait for their turn, and run; main banks report each month."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from drawbridge.simulate.bridge import mishaps
from drawbridge.simulate.bridge.banks import (
    MAIN_BANKS,
    OPERATOR,
    ORIGINAL_BANKS,
    SCHEME,
    Bank,
    prelude,
    special_fund_fen,
)
from drawbridge.simulate.bridge.course import Course, change_mind, decline, go_well, open_case, withdraw
from drawbridge.simulate.bridge.desk import Desk, Turn
from drawbridge.simulate.bridge.loan import LAST_ORG_CODE_ON, Application, annual_rate, plan_loan
from drawbridge.simulate.bridge.mishaps import Mishap
from drawbridge.simulate.bridge.pen import Pen
from drawbridge.simulate.office import Office, at, midnight, minute
from drawbridge.simulate.outbox import Outbox, envelope
from drawbridge.simulate.people import FEN_PER_WAN_YUAN, Firm, firm
from drawbridge.simulate.plan import Plan

#: a notice is told up to this long before the application, around which a loan is planned
_LOOK_AHEAD = timedelta(days=21)
#: what a loan reserves on the average, in fen, and for how many working days: the special fund is sized by it
_MEAN_LOAN_FEN = 95_000_000
_MEAN_RESERVED_DAYS = 30
#: after these months' first day the special funds are adjusted
_INSPECTED = ("01", "04", "07", "10")
_DECLINED = 0.02
_WITHDRAWN = 0.02
_KNOWN_FIRM = 0.12


def messages(plan: Plan) -> Iterator[bytes]:
    """Write the messages of the plan's city, in order of receipt.

    Raises:
        ValueError: the plan has no working day, or begins before the first benchmark rate.
    """
    city = _City(plan)
    return city.run()


class _City:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.office = Office(plan.calendar)
        self.days = self.office.days(plan.first_on, plan.last_on)
        if not self.days:
            raise ValueError(f"from {plan.first_on} to {plan.last_on} there is no working day: choose a longer time")
        annual_rate(self.days[0])
        self.outbox = Outbox()
        self.dice = plan.dice("city")
        self.opens_at = at(self.days[0], self.dice, minute(8, 30), minute(8, 45))
        expected = plan.cases / len(self.days) * _MEAN_RESERVED_DAYS * _MEAN_LOAN_FEN
        self.funds_fen = {bank.code: special_fund_fen(expected, bank) for bank in MAIN_BANKS}
        self.desks = {code: Desk(2 * fund) for code, fund in self.funds_fen.items()}
        self.pens: dict[int, tuple[Pen, Mishap | None]] = {}
        """Loans whose turn has not come, by number."""
        self.suspensions: dict[str, list[tuple[datetime, datetime]]] = {bank.code: [] for bank in ORIGINAL_BANKS}
        self.known: deque[tuple[datetime, Firm]] = deque(maxlen=300)
        self.numbers = 0

    def run(self) -> Iterator[bytes]:
        for type_, subject, time, data in prelude(self.opens_at, self.funds_fen, self.dice):
            self._say(OPERATOR, type_, subject, time, data)
        reported = _month(self.days[0])
        for day, count in zip(self.days, self._counts(), strict=True):
            while reported < _month(day):
                self._report(reported)
                reported = _next_month(reported)
                if reported[-2:] in _INSPECTED:
                    self._inspect(day)
            times = sorted(at(day, self.dice, minute(9, 40), minute(16, 40)) for _ in range(count))
            for applied_at in times:
                self._pass(applied_at)
                self._begin(applied_at)
            self._pass(midnight(day) + timedelta(days=1))
            yield from self.outbox.take_before(midnight(day) - _LOOK_AHEAD)
        while self.pens:
            day += timedelta(days=1)
            self._pass(midnight(day))
        last = _month(self.outbox.latest.date())
        while reported <= last:
            self._report(reported)
            reported = _next_month(reported)
        yield from self.outbox.take_all()

    def _counts(self) -> list[int]:
        """Spread the cases over the days, some days busier than others."""
        weights = [0.5 + self.dice.random() for _ in self.days]
        total, reached, told = sum(weights), 0.0, 0
        counts = []
        for weight in weights:
            reached += weight
            upto = round(self.plan.cases * reached / total)
            counts.append(upto - told)
            told = upto
        return counts

    # --- a loan begins

    def _begin(self, applied_at: datetime) -> None:
        self.numbers += 1
        number = self.numbers
        dice = self.plan.dice(f"loan {number}")
        main = _draw(MAIN_BANKS, dice)
        original = self._original(applied_at, dice)
        not_before = self.opens_at + timedelta(minutes=15)
        borrower = self._firm(number, applied_at, dice)
        application = Application(number, applied_at, not_before, main, original, borrower)
        loan = plan_loan(application, self.office, dice)
        mishap = mishaps.draw(dice) if dice.random() < self.plan.mishap_rate else None
        pen = Pen(loan, self.outbox)
        if mishap is not None and mishap.slip is not None:
            pen.slip, pen.slips_at = mishap.slip, dice.choice(mishap.slips_at)
        if mishap is None and dice.random() < _DECLINED:
            # it leaves the queue, or frees what it reserves, with its review
            loan = pen.loan = replace(loan, gives_up_at=loan.reviewed_at)
            decline(pen)
        elif mishap is not None and mishap.opening is not None:
            mishap.opening(pen)
        else:
            open_case(pen)
        self.pens[number] = (pen, mishap)
        self._take_turns(loan.main, self.desks[main.code].arrives(loan))

    def _original(self, applied_at: datetime, dice: Random) -> Bank:
        """Draw the original bank; one that is suspended about then is avoided, since its notices would be refused."""
        for _ in range(20):
            bank = _draw(ORIGINAL_BANKS, dice)
            recent = [span for span in self.suspensions[bank.code] if span[1] > applied_at - _LOOK_AHEAD]
            self.suspensions[bank.code] = recent
            if all(since - timedelta(days=1) > applied_at for since, _ in recent):
                break
        return bank

    def _firm(self, number: int, applied_at: datetime, dice: Random) -> Firm:
        """Make up an enterprise, or return one whose earlier loan is repaid."""
        if self.known and dice.random() < _KNOWN_FIRM and self.known[0][0] < applied_at - _LOOK_AHEAD:
            return self.known.popleft()[1]
        latest = applied_at.date() + timedelta(days=180)
        return firm(number, dice, applied_at.date(), may_use_org_code=latest <= LAST_ORG_CODE_ON)

    # --- a loan's turn comes

    def _pass(self, until: datetime) -> None:
        for bank in MAIN_BANKS:
            self._take_turns(bank, self.desks[bank.code].passes(until))

    def _take_turns(self, bank: Bank, turns: Iterator[Turn]) -> None:
        for turn in turns:
            pen, mishap = self.pens.pop(turn.loan.number)
            self._tell(pen, mishap, turn)
            for freed_at, amount_fen in pen.freed:
                self.desks[bank.code].frees(freed_at, amount_fen)
            self.suspensions[turn.loan.original.code] += pen.suspensions
            if pen.ended_at is not None:
                self.known.append((pen.ended_at, turn.loan.firm))

    def _tell(self, pen: Pen, mishap: Mishap | None, turn: Turn) -> None:
        loan = turn.loan
        if pen.ended_at is not None:
            pen.freed += [(pen.ended_at, loan.asked_fen)] if turn.is_granted else []
            return
        if not turn.is_granted:
            withdraw(pen, max(turn.at, loan.gives_up_at), "等待时间过长，已另行筹款")
            return
        course = Course(pen, self.office, max(turn.at, loan.reviewed_at))
        if mishap is not None and mishap.course is not None:
            mishap.course(course)
        elif mishap is None and loan.dice.random() < _WITHDRAWN:
            change_mind(course)
        else:
            go_well(course)

    # --- reports

    def _report(self, month: str) -> None:
        """File the month's report of each main bank by the 10th of the next, or a little late (ZJ-18)."""
        first = date.fromisoformat(f"{_next_month(month)}-01")
        for bank in MAIN_BANKS:
            dice = self.plan.dice(f"report {month} {bank.code}")
            is_late = dice.random() < self.plan.mishap_rate
            late_on, due_on = first + timedelta(days=10), first + timedelta(days=9)
            day = self.office.after(late_on, 1) if is_late else self.office.before(due_on, 1)
            time = at(day, dice, minute(9), minute(16))
            data = {"document_digest": sha256(f"{bank.code} {month}".encode()).hexdigest()}
            self._say(f"urn:bank:{bank.code}", "bank.report.filing.v1", f"report/{bank.code}/{month}", time, data)

    def _inspect(self, day: date) -> None:
        """Raise the special fund of a main bank after a good inspection, or cut it after a bad one (ZJ-20)."""
        dice = self.plan.dice(f"inspection {day}")
        bank = dice.choice(MAIN_BANKS)
        is_good = dice.random() < 0.7  # noqa: PLR2004 - most are good
        step = max(1, self.funds_fen[bank.code] // FEN_PER_WAN_YUAN // 20) * FEN_PER_WAN_YUAN
        delta_fen = step if is_good else -step
        time = at(day, dice, minute(9), minute(9, 30))
        data = {"kind": "special-fund", "delta_fen": delta_fen, "reason": "检查达标" if is_good else "检查未达标"}
        self._say(OPERATOR, "operator.deposit.adjustment.v1", f"bank/{bank.code}", time, data)
        self.desks[bank.code].frees(time, 2 * delta_fen)

    def _say(self, source: str, type_: str, subject: str, time: datetime, data: dict[str, Any]) -> None:
        id_ = f"{type_.split('.')[-2]}/{subject}/{time:%Y%m%d%H%M%S}"
        attributes = {"id": id_, "source": source, "type": type_, "subject": subject}
        self.outbox.put(envelope(SCHEME, attributes, time, data), time, time)


def _draw(banks: tuple[Bank, ...], dice: Random) -> Bank:
    """Draw a bank by its share."""
    roll = dice.random()
    for bank in banks:
        roll -= bank.share
        if roll < 0:
            return bank
    return banks[-1]


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _next_month(month: str) -> str:
    return _month(date.fromisoformat(f"{month}-28") + timedelta(days=4))
