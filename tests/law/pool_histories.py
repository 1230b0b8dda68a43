"""Random histories of a pool: banks, office and city speak in any order, late, twice, and not always as they should.

A history looks at the core while it is written, so that claims carry the right figures and payments the sums
instructed: otherwise nearly all of it would be refused.
"""

import json
import random
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from told import Told

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.law import SCHEMES
from drawbridge.law.pool.case import (
    COMPENSATION_LATE,
    CONTRIBUTION,
    DEBIT_AUTHORISED,
    RISK_FUND,
    WINDOW_LAPSED,
    PoolCase,
)

POOL = SCHEMES["qianjiang-2015"]
LENDERS = ("105688000013", "103688000025")
MEMBERS = ("91321100MA1W20011N", "91321100MA1W20022T", "91321100MA1W20033Y")
_CONDITIONS = sorted(POOL.profile.conditions.value)  # type: ignore[attr-defined]
_CLEAR = dict.fromkeys(sorted(POOL.profile.inquiries.value), "clear")  # type: ignore[attr-defined]
_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "k1"}


class _Pen:
    def __init__(self, seed: int, *, is_honest: bool) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - not for secrets
        self.is_honest = is_honest
        self.told = Told.of(POOL)
        self.lines: list[bytes] = []
        self.now = datetime(2016, 1, 4, 9, tzinfo=SHANGHAI)
        self.loans: list[str] = []
        self.recalled: datetime | None = None
        """When the fact happened that is told now, when it is one that nobody told in time."""

    def say(self, source: str, type_: str, subject: str, data: dict[str, Any], *, late: bool = False) -> None:
        """Send one message, sometimes of a fact that lies some days back."""
        time = self.now - timedelta(days=self.dice.randint(0, 12)) if late and self.dice.random() < 0.3 else self.now
        time = self.recalled or time
        envelope = {
            "specversion": "1.0",
            "id": f"m-{len(self.lines)}",
            "source": source,
            "type": type_,
            "subject": subject,
            "time": time.isoformat(),
            "scheme": POOL.id,
            "data": data,
            "recordedtime": self.now.isoformat(),
        }
        self.lines.append(json.dumps(envelope, ensure_ascii=False).encode())
        self.told.say(self.lines[-1])
        if self.dice.random() < 0.05:
            self.lines.append(self.lines[-1])
            self.told.say(self.lines[-1])

    def office(self, type_: str, subject: str, data: dict[str, Any], *, late: bool = False) -> None:
        self.say("urn:agency:office", f"agency.pool.{type_}.v1", subject, data, late=late)

    def bank(self, type_: str, subject: str, data: dict[str, Any], *, late: bool = True) -> None:
        self.say(f"urn:bank:{subject.split('/')[1]}", f"bank.pool.{type_}.v1", subject, data, late=late)

    def ref(self) -> str:
        return f"p-{len(self.lines)}"

    def fen(self, most: int) -> int:
        return self.dice.randint(1, max(1, most))

    # --- what may happen

    def open(self) -> None:
        for code in LENDERS:
            data = {
                "name": "银行", "roles": ["lender"], "letter_no": "1", "department": "信贷", "since": "2015-06-15",
                "handlers": [], "seal_digest": "0" * 64, "keys": {"keys": [_KEY]},
            }  # fmt: skip
            self.say("urn:operator:city", "operator.bank.enrolment.v1", f"bank/{code}", data)
        self.place()
        for code in MEMBERS:
            data = {"name": "企业", "uscc": code, "applied_on": "2016-01-04", "inquiries": _CLEAR}
            self.office("admission", f"enterprise/{code}", {**data, "conditions": _CONDITIONS})

    def place(self) -> None:
        data = {"amount_fen": self.fen(90_000_000), "lender": LENDERS[0], "year": 2016, "expected_lending_fen": 10**9}
        self.office("placement", "account/qianjiang", data)

    def lend(self) -> None:
        """A new loan, all the way to its disbursement unless something is in the way."""
        subject = f"pool/{self.dice.choice(LENDERS)}/{len(self.loans) + 1}"
        self.loans.append(subject)
        letter = {"letter_no": "1", "uscc": self.dice.choice(MEMBERS), "lender": subject.split("/")[1]}
        self.office("recommendation", subject, letter)
        principal = self.fen(300_000_000)
        if self.dice.random() < 0.04:
            self.bank("decision", subject, {"outcome": "declined", "reasons": ["1"]})
            return
        self.bank("decision", subject, {"outcome": "approved", "amount_fen": principal}, late=False)
        paid = -(-principal * self.dice.choice((3, 3, 10)) // 100)
        self.bank("contribution", subject, {"amount_fen": paid, "payment_ref": self.ref()}, late=False)
        due = (self.now + timedelta(days=self.dice.randint(5, 90))).date()
        first = principal // 2
        halves = [
            {"due_on": (due - timedelta(days=3)).isoformat(), "principal_fen": first},
            {"due_on": due.isoformat(), "principal_fen": principal - first},
        ]
        whole = [{"due_on": due.isoformat(), "principal_fen": principal}]
        contract = {
            "contract_no": "1", "principal_fen": principal, "signed_on": self.now.date().isoformat(),
            "matures_on": due.isoformat(), "annual_rate": "0.0517", "comparable_rate": "0.0600",
            "collateral_value_fen": principal, "guarantee_contract_no": "1",
            "schedule": halves if first and self.dice.random() < 0.5 else whole,
        }  # fmt: skip
        self.bank("contract", subject, contract, late=False)
        planned = {"letter_no": "1", "planned_disbursement_on": self.now.date().isoformat()}
        self.bank("filing", subject, planned, late=not self.is_honest)
        out = principal if self.is_honest or self.dice.random() < 0.8 else self.fen(principal)
        self.bank("disbursement", subject, {"amount_fen": out, "payment_ref": self.ref()}, late=False)
        if self.dice.random() < 0.5:
            self.now += timedelta(days=2)
            self.bank("filing", subject, planned)

    def case(self) -> PoolCase | None:
        """Some loan's case as it stands."""
        if not self.loans:
            return None
        found = self.told.replay.case(self.dice.choice(self.loans[-8:]))
        return found if isinstance(found, PoolCase) else None

    def repay(self, case: PoolCase) -> None:
        owed = case.balance(self.now).outstanding_fen
        amount = self.dice.choice((owed or 1, self.fen(owed), self.fen(owed), self.fen(owed + 5000)))
        self.bank("repayment", case.subject, {"amount_fen": amount, "payment_ref": self.ref()}, late=not self.is_honest)

    def claim(self, case: PoolCase) -> None:
        stage = RISK_FUND if CONTRIBUTION in case.instructions else CONTRIBUTION
        balance = case.balance(self.recalled or self.now)
        data = {
            "letter_no": "1", "stage": stage, "joint_finding_ref": "1",
            "outstanding_principal_fen": balance.principal_fen, "outstanding_interest_fen": balance.interest_fen,
        }  # fmt: skip
        self.bank("compensation-claim", case.subject, data, late=False)

    def compensate(self, case: PoolCase) -> None:
        stage = self.dice.choice((CONTRIBUTION, RISK_FUND))
        unpaid = case.unpaid_fen(stage, self.now)
        amount = unpaid if self.is_honest or self.dice.random() < 0.7 else self.fen(unpaid + 1000)
        if amount:
            data = {"stage": stage, "amount_fen": amount, "payment_ref": self.ref()}
            self.office("compensation-payment", case.subject, data, late=not self.is_honest)

    def debit(self, case: PoolCase) -> None:
        unpaid = case.unpaid_fen(CONTRIBUTION, self.now)
        if unpaid or not self.is_honest:
            data = {"amount_fen": unpaid or self.fen(1000), "payment_ref": self.ref()}
            self.bank("direct-debit", case.subject, data, late=not self.is_honest)

    def recover(self, case: PoolCase) -> None:
        gross = self.fen(2 * case.balance(self.now).outstanding_fen + 2 * case.lost_fen + 100)
        data = {
            "gross_fen": gross,
            "costs_fen": gross // 20,
            "penalties_fen": self.dice.choice((0, gross // 50, gross)),
        }
        self.bank("recovery", case.subject, data)

    def recall(self, _case: PoolCase) -> None:
        """Tell what would have kept a lapse away, had it been told in time."""
        cases = [case for case in self.told.state.cases.values() if case.lapses]
        recent = [case for case in cases if self.now - case.lapses[-1].at < timedelta(days=7)]
        if not recent:
            return
        case = min(recent, key=lambda case: (case.lapses[-1].type, case.subject))
        lapse = case.lapses[-1]
        self.recalled = lapse.at - timedelta(minutes=self.dice.randint(0, 90))
        owed = case.balance(self.recalled)
        if lapse.type == WINDOW_LAPSED:
            self.claim(case)
        elif lapse.type in (COMPENSATION_LATE, DEBIT_AUTHORISED):
            stage = RISK_FUND if lapse.type == COMPENSATION_LATE else CONTRIBUTION
            unpaid = case.unpaid_fen(stage, self.recalled)
            data = {"stage": stage, "amount_fen": unpaid or 1, "payment_ref": self.ref()}
            self.office("compensation-payment", case.subject, data)
        else:
            self.bank("repayment", case.subject, {"amount_fen": owed.outstanding_fen or 1, "payment_ref": self.ref()})
        self.recalled = None

    def end(self) -> None:
        """All is repaid, and the pool is closed."""
        for subject in self.loans:
            case = self.told.replay.case(subject)
            owed = case.balance(self.now).outstanding_fen if isinstance(case, PoolCase) else 0
            if owed:
                self.bank("repayment", subject, {"amount_fen": owed, "payment_ref": self.ref()}, late=False)
        self.office("closure", "account/qianjiang", {"reason": "完"})
        self.step()

    def evade(self, case: PoolCase) -> None:
        persons = [{"name": "张", "role": "法人", "identity_digest": str(self.dice.randint(1, 2)) * 64}]
        self.office("evasion-finding", case.subject, {"evidence_ref": "1", "persons": persons})
        if self.dice.random() < 0.5:
            ruling = {"ruling": "retract", "decision_no": "1"}
            self.say("urn:operator:city", "operator.credit.ruling.v1", case.subject, ruling)

    def entry(self, case: PoolCase) -> None:
        purpose = self.dice.choice(("contribution", "compensation", "refund", "interest-credit", "interest-withdrawal"))
        direction = "credit" if purpose in ("contribution", "interest-credit") else "debit"
        data = {"direction": direction, "amount_fen": self.fen(50_000), "purpose": purpose, "ref": "1"}
        if self.dice.random() < 0.7:
            data["confirmation_ref"] = "1"
        self.say(f"urn:bank:{case.lender}", "bank.pool.account-entry.v1", "account/qianjiang", data)

    def announce(self) -> None:
        """A calendar notice for 2016 with another day off now and then."""
        off = [
            {"from": "2016-01-01", "to": "2016-01-01"},
            {"from": "2016-02-08", "to": "2016-02-12"},
            {"from": "2016-10-03", "to": "2016-10-07"},
        ]
        day = self.now.date() + timedelta(days=self.dice.randint(1, 40))
        if day.year == 2016 and day.weekday() < 5:
            off.append({"from": day.isoformat(), "to": day.isoformat()})
        data = {"year": 2016, "off": off, "work": [], "document_no": "1", "issued_on": self.now.date().isoformat()}
        self.say("urn:operator:city", "operator.calendar.v1", "calendar/CN", data)

    def step(self) -> None:
        """Let time pass, and something happen."""
        self.now += timedelta(hours=self.dice.choice((1, 5, 20, 60, 150)), minutes=self.dice.randint(0, 59))
        case = self.case()
        chance = self.dice.random()
        if case is None or chance < 0.12:
            self.lend()
        elif chance < 0.15:
            self.dice.choice((self.place, self.announce))()
        elif chance < 0.16 and len(self.loans) > 12:
            self.office("closure", "account/qianjiang", {"reason": "完"})
        else:
            acts = (self.repay, self.claim, self.claim, self.claim, self.compensate, self.compensate, self.debit)
            more = (self.recover, self.evade, self.entry)
            told_late = () if self.is_honest else (self.recall, self.recall)
            self.dice.choice((*acts, *more, *told_late))(case)


@cache
def pool_history(seed: int, size: int = 130, *, is_honest: bool = False) -> tuple[bytes, ...]:
    """A random history's lines.

    Args:
        seed: the same history again.
        size: how many steps; a loan's opening is one step of seven messages.
        is_honest: the office pays just what is unpaid of an instruction, and tells it at once.
    """
    pen = _Pen(seed, is_honest=is_honest)
    pen.open()
    for _ in range(size):
        pen.step()
    if seed % 2:
        pen.end()
    return tuple(pen.lines)
