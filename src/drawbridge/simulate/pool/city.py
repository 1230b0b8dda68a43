"""The days of the pool's city: members join, loans begin and end, and when all are told the pool is closed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

import orjson

from drawbridge.bank.envelope import instant_text
from drawbridge.simulate.office import Office, at, midnight, minute
from drawbridge.simulate.outbox import Outbox
from drawbridge.simulate.people import FEN_PER_WAN_YUAN, Firm, firm, person, phone
from drawbridge.simulate.plan import Plan
from drawbridge.simulate.pool.course import RATES, Loan, Step, begin, end_badly, end_late, end_reported_late, end_well
from drawbridge.simulate.pool.fund import Fund
from drawbridge.simulate.pool.pen import ACCOUNT, LENDERS, OPERATOR, Pen

#: what goes wrong with a loan
KINDS = ("declined", "unfiled", "late", "reported-late", "defaulted", "defaulted", "repeated", "altered", "broken")
_MAXIMUM_FEN = 1_000_000_000
_DAY = timedelta(days=1)
_KNOWN_FIRM = 0.3
_MEAN_LOAN_FEN = 150_000_000


def messages(plan: Plan) -> Iterator[bytes]:
    """Write the messages of the plan's city, in order of receipt.

    Raises:
        ValueError: the plan has no working day.
    """
    return _City(plan).run()


class _City:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.office = Office(plan.calendar)
        self.days = self.office.days(plan.first_on, plan.last_on)
        if not self.days:
            raise ValueError(f"from {plan.first_on} to {plan.last_on} there is no working day: choose a longer time")
        self.outbox = Outbox()
        self.pen = Pen(self.outbox)
        self.dice = plan.dice("city")
        self.contributions, self.risk_fund = Fund(), Fund()
        self.waiting: list[tuple[datetime, int, Step]] = []
        self.members: list[Firm] = []
        self.owed_fen: dict[str, int] = {}
        """By enterprise: the sum of all its loans, which never passes the maximum."""
        self.count = 0

    def run(self) -> Iterator[bytes]:
        """Let the days pass."""
        self._open(at(self.days[0], self.dice, minute(8, 30), minute(8, 45)))
        begun = 0
        for number, day in enumerate(self.days, 1):
            upto = round(self.plan.cases * number / len(self.days))
            for loan in range(begun, upto):
                self._begin(loan + 1, day)
            begun = upto
            self._pass(midnight(day + _DAY))
            yield from self.outbox.take_before(midnight(day))
        while self.waiting:
            self._pass(self.waiting[0][0] + _DAY)
        last = max(self.outbox.latest, midnight(self.days[-1]))
        self.pen.office("closure", ACCOUNT, self._moment(last.date(), 1), {"reason": "业务平台不再办理"})
        yield from self.outbox.take_all()

    def _moment(self, day: date, working_days: int) -> datetime:
        return at(self.office.after(day, working_days), self.dice, minute(9), minute(16))

    def _open(self, opens_at: datetime) -> None:
        for code in LENDERS:
            self.pen.say(OPERATOR, "operator.bank.enrolment.v1", f"bank/{code}", opens_at, _enrolment(code, self.dice))
        lending = max(1, self.plan.cases) * _MEAN_LOAN_FEN
        placement = {"lender": LENDERS[0], "year": opens_at.year, "expected_lending_fen": lending}
        amount = max(1, lending // 3)
        self.pen.office("placement", ACCOUNT, opens_at, {"amount_fen": amount, **placement})
        self.risk_fund.balance_fen += amount

    # --- a loan

    def _begin(self, number: int, day: date) -> None:
        dice = self.plan.dice(f"loan {number}")
        amount = dice.randint(20, 300) * FEN_PER_WAN_YUAN
        subject = f"pool/{dice.choice(LENDERS)}/{day.year}-{number:06d}"
        borrower = self._member(number, day, amount, dice)
        loan = Loan(
            subject,
            borrower,
            amount,
            self.office.after(day, 1),
            dice.randint(1, 6),
            dice.choice((1, 1, 2, 3)),
            dice.choice(RATES),
            dice,
            self.office,
            self.pen,
            self.contributions,
            self.risk_fund,
        )
        loan.instalments = min(loan.instalments, loan.months)
        mishap = dice.choice(KINDS) if dice.random() < self.plan.mishap_rate else None
        for step in self._course(loan, mishap):
            self._plan(step)

    def _course(self, loan: Loan, mishap: str | None) -> Iterator[Step]:
        if mishap == "declined":
            yield loan.moment(loan.begins_on), loan.recommend
            yield loan.moment(loan.begins_on, 2), loan.decline
            return
        yield from begin(loan, is_filed=mishap != "unfiled")
        slips = {"repeated": self._repeat, "altered": self._alter, "broken": self._break}
        if mishap in slips:
            yield loan.moment(loan.signed_on, 3), slips[mishap]
        ends = {"late": end_late, "reported-late": end_reported_late, "defaulted": end_badly}
        yield from ends.get(mishap or "", end_well)(loan)

    def _plan(self, step: Step) -> None:
        self.count += 1
        heappush(self.waiting, (step[0], self.count, step))

    def _pass(self, until: datetime) -> None:
        """Let happen what is due before an instant, in its order."""
        while self.waiting and self.waiting[0][0] < until:
            at_, _, (_, act) = heappop(self.waiting)
            act(at_)

    # --- slips of the pen

    def _repeat(self, time: datetime) -> None:
        time = max(time, self.pen.written_at)
        again = orjson.loads(self.pen.written) | {"recordedtime": instant_text(time)}
        self.outbox.put_line(orjson.dumps(again), time)

    def _alter(self, time: datetime) -> None:
        time = max(time, self.pen.written_at)
        again = orjson.loads(self.pen.written) | {"recordedtime": instant_text(time)}
        again["data"]["note"] = "x"
        self.outbox.put_line(orjson.dumps(again), time)

    def _break(self, time: datetime) -> None:
        self.outbox.put_line(self.pen.written[: len(self.pen.written) // 2], time)

    # --- members

    def _member(self, number: int, day: date, amount_fen: int, dice: Random) -> Firm:
        """Return a member that may borrow as much: one that is known, or a new one."""
        if self.members and dice.random() < _KNOWN_FIRM:
            known = dice.choice(self.members[-200:])
            if self.owed_fen[known.identity["name"]] + amount_fen <= _MAXIMUM_FEN:
                self.owed_fen[known.identity["name"]] += amount_fen
                return known
        new = firm(number, dice, day, may_use_org_code=False)
        name = f"黔江{new.identity['name'].removeprefix('镇江')}{number}"
        new = Firm({**new.identity, "name": name}, new.profile, new.least_wan_yuan, new.most_wan_yuan)
        self._admit(new, day)
        self.members.append(new)
        self.owed_fen[name] = amount_fen
        return new

    def _admit(self, new: Firm, day: date) -> None:
        code = new.identity["uscc"]
        data: dict[str, Any] = {
            "name": new.identity["name"],
            "uscc": code,
            "applied_on": day.isoformat(),
            "inquiries": dict.fromkeys(("safety", "environment", "social-security", "tax"), "clear"),
            "conditions": [
                "registered-legal-person",
                "premises-and-governance",
                "products-and-taxes",
                "business-with-lender",
                "credit-policy",
                "clean-credit-record",
                "collateral-half",
                "lender-conditions",
            ],
        }
        self._plan((at(day, self.dice, minute(9), minute(16)), lambda time: self._say_admission(time, code, data)))

    def _say_admission(self, time: datetime, code: str, data: dict[str, Any]) -> None:
        self.pen.office("admission", f"enterprise/{code}", time, data)


def _enrolment(code: str, dice: Random) -> dict[str, Any]:
    return {
        "name": f"合作银行{code[-4:]}",
        "roles": ["lender"],
        "letter_no": f"合作协议{code[-4:]}",
        "department": "小企业信贷中心",
        "handlers": [{"name": person(dice), "phone": phone(dice)}],
        "seal_digest": "0" * 64,
        "keys": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]},
        "since": "2010-01-01",
    }
