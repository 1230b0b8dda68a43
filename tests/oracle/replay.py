"""The whole of a replay: each line in order of receipt, checked and answered as the contract says."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from . import asking, movements, parties
from .conclude import follow
from .envelope import KNOWN, MalformedError, Message, instant, read, written
from .firing import fire_due
from .shapes import SHAPES, wrong_field
from .waiting import drain
from .world import Case, Cause, RejectError, World, outside_validity

AHEAD = timedelta(minutes=5)
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


def check_form(message: Message, recorded: datetime) -> None:
    """Checks 6 to 8: type, form, time, role.

    Raises:
        RejectError: the first that fails.
    """
    if message.type not in SHAPES:
        raise RejectError("unknown-type")
    wrong = wrong_field(message.attributes, KNOWN, message.time)
    if wrong is not None:
        raise RejectError("schema-violation", wrong)
    if message.time > recorded + AHEAD:
        raise RejectError("time-in-future")
    if message.type.split(".")[0] != message.role:
        raise RejectError("sender-not-party")


def decide(world: World, cause: Cause, message: Message) -> None:
    """Applies a message, or refuses it.

    Raises:
        RejectError: the first check that fails.
    """
    check_form(message, world.now)
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


def receipt(world: World, message: Message, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The receipt of a message."""
    return {
        "id": f"{message.source}#{message.id}",
        "source": f"urn:drawbridge:{world.scheme}",
        "type": f"receipt.{kind}.v1",
        "subject": message.attributes.get("subject"),
        "time": written(max(message.recorded, world.clock or message.recorded)),
        "data": {"message_id": message.id, **data},
    }


def answer(world: World, message: Message) -> None:
    """Fires the timers due, then answers one message."""
    if message.scheme != world.scheme:
        world.out.append(receipt(world, message, "rejected", {"code": "unknown-scheme"}))
        return
    recorded = max(message.recorded, world.clock or message.recorded)
    world.clock = recorded
    fire_due(world, recorded)
    key = message.source, message.id
    if key in world.answered:
        same, told = world.answered[key]
        altered = receipt(world, message, "rejected", {"code": "message-altered"})
        world.out.append(told if same == message.same else altered)
        return
    outside = outside_validity(message.time)
    cause = Cause(f"{message.source}#{message.id}", message.time, recorded, outside, {})
    if isinstance(message.attributes.get("data"), dict):
        cause.fields = dict(message.data)
    try:
        decide(world, cause, message)
        told = receipt(world, message, "accepted", {"events": cause.types})
    except RejectError as refused:
        data = {"code": refused.code} | ({"field": refused.field} if refused.field else {})
        if refused.code in ARTICLES:
            data["basis"] = ARTICLES[refused.code]
        told = receipt(world, message, "rejected", data)
    world.answered[key] = message.same, told
    world.out.append(told)


def replay(
    lines: Iterable[str | bytes], scheme: str = "zhenjiang-2013", until: str | None = None
) -> list[dict[str, Any]]:
    """Answers envelopes in order of receipt; gives events, receipts and dead letters in the contract's order."""
    world = World(scheme)
    for line in lines:
        try:
            message = read(line)
            reason = "unknown-sender" if message.role == "bank" and message.sender not in world.banks else ""
        except MalformedError:
            reason = "malformed"
        if reason:
            raw = line.encode("utf-8", "surrogateescape") if isinstance(line, str) else line
            encoded = base64.b64encode(raw.rstrip(b"\r\n")).decode()
            world.out.append({"type": "dead_letter.v1", "reason": reason, "bytes": encoded})
        else:
            answer(world, message)
    end = instant(until) if until else None
    if end is not None:
        fire_due(world, end)
    return world.out
