"""The lender's claims on the pool, the evader's blacklisting and its retraction (QJ-17, QJ-18, QJ-21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .days import close, shanghai_day
from .envelope import written
from .journal import RejectError, refuse
from .money import Position, disbursed
from .pool_deadlines import due, due_day, instructed_by, month_end, set_deadline, window_end
from .pool_money import available, not_got_back, outstanding, position, unpaid, unreturned
from .pool_world import CONTRIBUTION, RISK_FUND, Instruction, Record

if TYPE_CHECKING:
    from .envelope import Message
    from .journal import Cause
    from .pool_world import Loan, Pool


def check_figures(money: Position, data: dict[str, Any]) -> None:
    """The lender's figures are the gateway's to the fen.

    Raises:
        RejectError: they are not.
    """
    ours = outstanding(money)
    if any(data[name] != value for name, value in ours.items()):
        raise RejectError("outstanding-mismatch", more={"ours": ours})


def claim(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """A claim of one of the two stages."""
    stage = message.data["stage"]
    refuse(
        ("not-disbursed", not disbursed(loan)),
        ("already-claimed", loan.claim(stage) is not None),
    )
    (claim_contributions if stage == CONTRIBUTION else claim_risk_fund)(pool, cause, loan, message)


def instruct(pool: Pool, cause: Cause, loan: Loan, message: Message, wanted: int) -> None:
    """Instructs the agency to pay what is wanted, as far as the fund reaches."""
    stage = message.data["stage"]
    first = stage == CONTRIBUTION
    there = available(pool, stage, message.time)
    amount = min(there, wanted)
    by = due(instructed_by(pool.days, stage, message.time))
    data: dict[str, Any] = {
        "stage": stage,
        "from": "contributions" if first else "risk-fund",
        "available_fen": there,
        "amount_fen": amount,
        "due_at": written(by),
    }
    loan.instructions[stage] = Instruction(amount, pool.add(loan, message))
    more = {} if first else {"unfunded_fen": wanted - amount}
    pool.tell(cause, "pool.compensation.instructed.v1", loan.subject, data | more)
    set_deadline(pool, loan, "stage-one" if first else "stage-two")


def claim_contributions(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-17: on the due day or later, by a joint finding, out of the contributions."""
    money = position(loan, message.time)
    refuse(
        ("not-matured", shanghai_day(message.time) < due_day(pool.days, loan)),
        ("joint-finding-missing", not message.data.get("joint_finding_ref")),
    )
    check_figures(money, message.data)
    refuse(("nothing-outstanding", money.owed == 0))
    instruct(pool, cause, loan, message, money.owed)


def claim_risk_fund(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-18: a month overdue, half of what is short out of the risk fund."""
    money = position(loan, message.time)
    first_paid = loan.claim(CONTRIBUTION) is not None and unpaid(loan, CONTRIBUTION, message.time) == 0
    refuse(
        ("first-stage-open", not first_paid),
        ("nothing-outstanding", money.owed == 0),
        ("claim-too-early", shanghai_day(message.time) <= month_end(pool.days, loan)),
    )
    check_figures(money, message.data)
    government = money.owed // 2
    shared = {"shortfall_fen": money.owed, "government_fen": government, "lender_fen": money.owed - government}
    pool.tell(cause, "pool.shortfall.shared.v1", loan.subject, shared)
    loan.government_fen = government
    instruct(pool, cause, loan, message, government)
    closed_on = window_end(pool.days, loan)
    if message.time > close(closed_on):
        pool.tell(cause, "pool.claim.late.v1", loan.subject, {"closed_on": closed_on.isoformat()})


def evasion_finding(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """QJ-21: the evader and those responsible are blacklisted."""
    refuse(("no-loss", unreturned(loan, RISK_FUND) <= 0))
    pool.add(loan, message)
    member = pool.members[loan.enterprise]
    (code,) = loan.code.values()
    found = [(f"enterprise/{code}", {"name": member["name"]})]
    persons = message.data["persons"]
    found += [(f"person/{one['identity_digest']}", {"name": one["name"], "role": one["role"]}) for one in persons]
    del cause.fields["persons"]
    common = {
        "case": loan.subject,
        "reason": "evasion",
        "article": "QJ-21",
        "amount_fen": not_got_back(loan),
        "since": shanghai_day(message.time).isoformat(),
        "evidence_ref": message.data["evidence_ref"],
    }
    for who, named in found:
        before = loan.blacklist.get(who)
        absent = {} if "role" in named else {"persons": ..., "role": ...}
        data = {"who": who, **named, **common, "supersedes": before.id if before else None}
        told = pool.tell(cause, "credit.blacklist.raised.v1", who, data | absent)
        loan.blacklist[who] = Record(told, data)


def credit_ruling(pool: Pool, cause: Cause, loan: Loan, message: Message) -> None:
    """The right of objection: one subject's blacklisting, or all of the case's, are retracted."""
    if message.data["ruling"] != "retract":
        raise RejectError("no-record-withheld")
    asked = message.data.get("who")
    raised = [who for who, one in loan.blacklist.items() if one.raised and asked in (None, who)]
    if not raised:
        raise RejectError("no-record-raised")
    for who in raised:
        before = loan.blacklist[who]
        data = {**before.data, "amount_fen": 0, "supersedes": before.id}
        told = pool.tell(cause, "credit.blacklist.retracted.v1", who, data)
        loan.blacklist[who] = Record(told, data, raised=False)
