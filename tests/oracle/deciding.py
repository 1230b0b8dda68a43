"""Which rule of the bridge loan answers which message, and the checks that a case needs before it (README, 8 to 10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import asking, movements, parties
from .conclude import follow
from .envelope import Message
from .firing import fire_due
from .shapes import FORMS
from .waiting import drain
from .world import Case, Cause, RejectError, World, outside_validity

if TYPE_CHECKING:
    from datetime import datetime

OnCase = Callable[[World, Cause, Case, Message], None]
Free = Callable[[World, Cause, Message], None]

FREE: dict[str, Free] = {
    "bank.report.filing.v1": parties.filing,
    "operator.bank.enrolment.v1": parties.enrolment,
    "operator.deposit.placement.v1": parties.deposit,
    "operator.deposit.adjustment.v1": parties.deposit,
    "operator.bank.reinstatement.v1": parties.reinstatement,
    "operator.calendar.v1": parties.calendar,
}
MOVEMENTS: dict[str, OnCase] = {
    "bank.bridge.disbursement.v1": movements.disbursement,
    "bank.bridge.settlement.v1": movements.settlement,
    "bank.bridge.renewal.v1": movements.renewal,
    "bank.bridge.forwarding.v1": movements.forwarding,
    "bank.bridge.repayment.v1": movements.repayment,
}
RULINGS: dict[str, OnCase] = {
    "operator.penalty.ruling.v1": parties.penalty_ruling,
    "operator.credit.ruling.v1": parties.credit_ruling,
}
REQUESTS: dict[str, OnCase] = {
    "bank.bridge.application.v1": asking.application,
    "bank.bridge.review.v1": asking.review,
    "bank.bridge.contract.v1": asking.contract,
    "bank.bridge.extension.v1": asking.extension,
    "bank.bridge.abandonment.v1": asking.abandonment,
    "bank.bridge.refusal.v1": asking.refusal,
    "bank.bridge.withdrawal.v1": asking.withdrawal,
    "bank.bridge.seizure.v1": asking.seizure,
}
OF_ORIGINAL = {"settlement", "renewal", "forwarding", "refusal"}
OF_BOTH = {"abandonment", "seizure"}
ARTICLES = {
    "bank-suspended": "ZJ-16",
    "not-main-bank": "ZJ-4",
    "original-is-main": "ZJ-4",
    "mortgage-not-registered": "ZJ-6",
    "account-not-at-bank": "ZJ-13",
    "notice-missing": "ZJ-6",
    "district-not-covered": "ZJ-5",
    "established-under-one-year": "ZJ-6",
    "materials-missing": "ZJ-8",
    "applied-too-late": "ZJ-7",
    "amount-over-original-loan": "ZJ-2",
    "amount-over-cap": "ZJ-9",
    "confirmation-missing": "ZJ-7",
    "capacity-not-reserved": "ZJ-3",
    "rate-not-benchmark": "ZJ-12",
    "guarantor-missing": "ZJ-10",
}


def find_case(world: World, message: Message) -> Case:
    """Checks 8 and 9: the sender's party, and whether the case is there and open.

    Raises:
        RejectError: sender-not-party, case-missing (notice-missing) or case-closed.
    """
    kind = message.type.split(".")[2]
    bank = message.role == "bank"
    is_original = message.sender == message.subject.split("/")[1]
    if bank and kind in OF_ORIGINAL and not is_original:
        raise RejectError("sender-not-party")
    case = world.cases.get(message.subject)
    if case is None:
        raise RejectError("notice-missing" if kind == "application" else "case-missing")
    if bank and kind not in OF_ORIGINAL and message.sender != case.main and not (kind in OF_BOTH and is_original):
        raise RejectError("sender-not-party")
    if case.closed and message.type in REQUESTS:
        raise RejectError("case-closed")
    if message.type in MOVEMENTS:
        told = [(one.data["payment_ref"], one.sender) for one in case.all(kind)]
        if (message.data["payment_ref"], message.sender) in told:
            raise RejectError("payment-already-reported")
    return case


def decide(world: World, cause: Cause, message: Message) -> None:
    """Applies a message of a good form, or refuses it.

    Raises:
        RejectError: the first check that fails.
    """
    if message.type == "bank.bridge.notice.v1":
        if message.sender != message.subject.split("/")[1]:
            raise RejectError("sender-not-party")
        if message.subject in world.cases:
            raise RejectError("case-exists")
        asking.notice(world, cause, message)
    elif message.type == "bank.report.filing.v1" and message.sender != message.subject.split("/")[1]:
        raise RejectError("sender-not-party")
    elif message.type in FREE:
        FREE[message.type](world, cause, message)
    else:
        case = find_case(world, message)
        handlers = MOVEMENTS | RULINGS | REQUESTS
        handlers[message.type](world, cause, case, message)
        if message.type not in RULINGS:
            follow(world, cause, case)
            drain(world, cause, case.main)


class Bridge:
    """The bridge loan's rules."""

    forms = FORMS
    articles = ARTICLES

    def __init__(self) -> None:
        self.world = World("zhenjiang-2013")

    def outside(self, time: datetime) -> bool:
        """Whether an instant is outside the profile's dates in force."""
        return outside_validity(time)

    def decide(self, cause: Cause, message: Message) -> None:
        """Applies a message of a good form, or refuses it."""
        decide(self.world, cause, message)

    def fire_due(self, until: datetime) -> None:
        """Fires every timer due by an instant."""
        fire_due(self.world, until)
