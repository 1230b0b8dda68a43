"""The form of each message's data: check 6 of the README, field by field.

A shape is a function from a value to the path of what is wrong in it ("" for the value itself), or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .days import shanghai_day

Shape = Callable[[Any], "str | None"]
LARGEST = 2**53 - 1
LAST_ORG_CODE_DAY = date(2017, 12, 31)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CHECKED = 17


def check_character(first_seventeen: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015)."""
    total = sum(ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first_seventeen))
    return ALPHABET[-total % 31]


def _when(good: bool) -> str | None:  # noqa: FBT001 - a shape's verdict in one word
    return None if good else ""


def text(value: Any) -> str | None:
    """Text that is not empty."""
    return _when(isinstance(value, str) and value != "")


def any_text(value: Any) -> str | None:
    """Text, also an empty one."""
    return _when(isinstance(value, str))


def boolean(value: Any) -> str | None:
    """True or false."""
    return _when(isinstance(value, bool))


def whole(value: Any) -> str | None:
    """Any whole number."""
    return _when(isinstance(value, int) and not isinstance(value, bool))


def between(low: int, *, zero: bool = True) -> Shape:
    """A whole number from a lower bound to the largest amount."""
    return lambda value: _when(whole(value) is None and low <= value <= LARGEST and (zero or value != 0))


def pattern(expression: str) -> Shape:
    """Text that matches as a whole."""
    return lambda value: _when(isinstance(value, str) and re.fullmatch(expression, value) is not None)


def day(value: Any) -> str | None:
    """A date YYYY-MM-DD."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return ""
    try:
        date.fromisoformat(value)
    except ValueError:
        return ""
    return None


def choice(*allowed: str) -> Shape:
    """One of some words."""
    return lambda value: _when(isinstance(value, str) and value in allowed)


def uscc(value: Any) -> str | None:
    """A unified social credit code with the right check character."""
    good = isinstance(value, str) and re.fullmatch(f"[{ALPHABET}]{{18}}", value) is not None
    return _when(good and check_character(value[:CHECKED]) == value[CHECKED])


def many(shape: Shape, least: int = 0) -> Shape:
    """A list of one shape."""

    def check(value: Any) -> str | None:
        if not isinstance(value, list) or len(value) < least:
            return ""
        for place, one in enumerate(value):
            if (wrong := shape(one)) is not None:
                return f"{place}.{wrong}".rstrip(".")
        return None

    return check


def record(**fields: Shape) -> Shape:
    """An object with these fields and no others; a name that ends in _x may be absent."""
    required = {name for name in fields if not name.endswith("_x")}
    shapes = {name.removesuffix("_x"): shape for name, shape in fields.items()}

    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return ""
        for name in [*(required - value.keys()), *(value.keys() - shapes.keys())]:
            return str(name)
        for name, one in value.items():
            if (wrong := shapes[name](one)) is not None:
                return f"{name}.{wrong}".rstrip(".")
        return None

    return check


def coded(**fields: Shape) -> Shape:
    """An enterprise: exactly one of uscc and org_code."""
    inner = record(**fields, uscc_x=uscc, org_code_x=pattern("[0-9A-Z]{9}"))

    def check(value: Any) -> str | None:
        wrong = inner(value)
        return wrong if wrong is not None else _when(("uscc" in value) != ("org_code" in value))

    return check


MONEY = between(1)
CODE = pattern("[0-9]{12}")
ACCOUNT = record(name=text, number=text, bank_code=CODE)
HANDLER = record(name=text, phone=text)
SIZES = choice("micro", "small", "sole-proprietor")
MATERIALS = (
    "approval-form",
    "business-licence",
    "identity",
    "loan-card",
    "organisation-code",
    "financial-statements",
    "renewal-notice",
)
KIND = choice("special-fund", "fiscal")
RATE = pattern(r"[0-9]\.[0-9]{1,10}")
RELATION = choice("owner", "spouse", "legal-representative", "controller", "shareholder")
REASON = record(reason=text)

SHAPES: dict[str, Shape] = {
    "bank.bridge.notice.v1": record(
        notice_no=text,
        main_bank=CODE,
        enterprise=coded(name=text),
        original_loan=record(contract_no=text, principal_fen=MONEY, matures_on=day),
        mortgage_registered=boolean,
        formalities_completed_on=day,
        renewal=record(amount_fen=MONEY, promised_on=day),
        payee_account=ACCOUNT,
        collection_account=ACCOUNT,
        handler=record(department=text, name=text, phone=text),
    ),
    "bank.bridge.application.v1": record(
        enterprise=coded(name=text, industry=text, established_on=day, district=text, size=SIZES, nurtured=boolean),
        amount_fen=MONEY,
        materials=many(choice(*MATERIALS)),
    ),
    "bank.bridge.review.v1": record(
        outcome=choice("approved", "declined"),
        approved_amount_fen_x=MONEY,
        reasons_x=many(text, 1),
        original_bank_confirmed_on_x=day,
        applicant_notified_on=day,
    ),
    "bank.bridge.contract.v1": record(
        contract_no=text,
        principal_fen=MONEY,
        term_working_days=whole,
        annual_rate=RATE,
        guarantors=many(record(name=text, relation=RELATION)),
        unmarried_declaration_no_x=text,
        entrustment_letter_no_x=any_text,
    ),
    "bank.bridge.disbursement.v1": record(payment_ref=text, amount_fen=MONEY, payee_account=ACCOUNT),
    "bank.bridge.settlement.v1": record(payment_ref=text, amount_fen=MONEY, original_contract_no=text),
    "bank.bridge.renewal.v1": record(payment_ref=text, renewal_contract_no=text, amount_fen=MONEY),
    "bank.bridge.forwarding.v1": record(payment_ref=text, amount_fen=MONEY, payee_account=ACCOUNT),
    "bank.bridge.repayment.v1": record(
        payment_ref=text,
        amount_fen=MONEY,
        payer=choice("original-bank", "applicant", "guarantor"),
        payer_account=ACCOUNT,
    ),
    "bank.bridge.extension.v1": record(term_working_days=whole, reason=text),
    "bank.bridge.abandonment.v1": REASON,
    "bank.bridge.refusal.v1": REASON,
    "bank.bridge.withdrawal.v1": REASON,
    "bank.bridge.seizure.v1": record(order_no=text, authority=text, object=text),
    "bank.report.filing.v1": record(document_digest=pattern("[0-9a-f]{64}")),
    "operator.bank.enrolment.v1": record(
        name=text,
        roles=many(choice("main", "original", "lender")),
        branches_x=many(CODE),
        letter_no=text,
        department=text,
        handlers=many(HANDLER),
        seal_digest=pattern("[0-9a-f]{64}"),
        keys=record(keys=many(lambda value: _when(isinstance(value, dict)))),
        since=day,
    ),
    "operator.deposit.placement.v1": record(kind=KIND, amount_fen=between(0), on=day),
    "operator.deposit.adjustment.v1": record(kind=KIND, delta_fen=between(-LARGEST, zero=False), reason=text),
    "operator.bank.reinstatement.v1": record(ruling_no=text),
    "operator.calendar.v1": record(
        year=between(-LARGEST),
        off=many(record(**{"from": day, "to": day})),
        work=many(day),
        document_no=text,
        issued_on=day,
    ),
    "operator.penalty.ruling.v1": record(
        ruling=choice("upheld", "dismissed", "revoked"), default_amount_fen_x=between(0)
    ),
    "operator.credit.ruling.v1": record(ruling=choice("raise", "drop", "retract"), decision_no=text, who_x=text),
}

BRIDGE = r"bridge/[0-9]{12}/[^\x00-\x1f\x7f]+"
BANK = r"bank/[0-9]{12}"
SUBJECTS = {
    "bank.report.filing.v1": r"report/[0-9]{12}/[0-9]{4}-(0[1-9]|1[0-2])",
    "operator.bank.enrolment.v1": BANK,
    "operator.deposit.placement.v1": BANK,
    "operator.deposit.adjustment.v1": BANK,
    "operator.bank.reinstatement.v1": BANK,
    "operator.calendar.v1": "calendar/CN",
}


@dataclass(frozen=True)
class Forms:
    """The forms of one scheme's messages: data, subjects, and what one field forbids or demands of another."""

    shapes: dict[str, Shape]
    subjects: dict[str, str]
    dependent: Callable[[str, str, dict[str, Any], datetime], str | None]


def _dependent(kind: str, subject: str, data: dict[str, Any], time: datetime) -> str | None:
    """What one field forbids or demands of another."""
    if kind == "bank.bridge.notice.v1" and data["notice_no"] != subject.split("/", 2)[2]:
        return "subject"
    if kind == "bank.bridge.review.v1":
        return of_outcome(data, ["approved_amount_fen"], ["original_bank_confirmed_on"])
    if kind == "operator.penalty.ruling.v1" and data["ruling"] != "upheld" and "default_amount_fen" in data:
        return "default_amount_fen"
    if "org_code" in data.get("enterprise", {}) and shanghai_day(time) > LAST_ORG_CODE_DAY:
        return "enterprise.org_code"
    return None


def of_outcome(data: dict[str, Any], needed: list[str], allowed: list[str]) -> str | None:
    """What is wrong in a decision: an approval needs some fields and allows others, a refusal needs reasons."""
    approved = data["outcome"] == "approved"
    wanted, barred = (needed, ["reasons"]) if approved else (["reasons"], [*needed, *allowed])
    wrong = [name for name in wanted if name not in data] + [name for name in barred if name in data]
    return "|".join(wrong) or None


FORMS = Forms(SHAPES, {kind: SUBJECTS.get(kind, BRIDGE) for kind in SHAPES}, _dependent)


def wrong_field(forms: Forms, attributes: dict[str, Any], known: set[str], time: datetime) -> str | None:
    """The first field or attribute that does not have its form, or None."""
    kind = attributes["type"]
    subject = attributes.get("subject")
    wrong_ones = [*(attributes.keys() - known)]
    if attributes.get("datacontenttype", "application/json") != "application/json":
        wrong_ones.append("datacontenttype")
    if not isinstance(attributes.get("dataschema", ""), str):
        wrong_ones.append("dataschema")
    if not isinstance(subject, str) or not re.fullmatch(forms.subjects[kind], subject):
        wrong_ones.append("subject")
    if wrong_ones:
        return str(wrong_ones[0])
    data = attributes.get("data")
    wrong = forms.shapes[kind](data)
    if wrong is not None or not isinstance(data, dict):
        return wrong or "data"
    return forms.dependent(kind, str(subject), data, time)
