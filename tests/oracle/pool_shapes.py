"""The form of the assisted loan's messages (pool.md, README "Conventions")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .days import shanghai_day
from .shapes import (
    BANK,
    CODE,
    LAST_ORG_CODE_DAY,
    MONEY,
    RATE,
    REASON,
    SHAPES,
    Forms,
    Shape,
    any_text,
    between,
    choice,
    coded,
    day,
    many,
    of_outcome,
    pattern,
    record,
    text,
)

if TYPE_CHECKING:
    from datetime import datetime

CONDITIONS = (
    "registered-legal-person",
    "premises-and-governance",
    "products-and-taxes",
    "business-with-lender",
    "credit-policy",
    "clean-credit-record",
    "collateral-half",
    "lender-conditions",
)
INQUIRIES = ("safety", "environment", "social-security", "tax")
PURPOSES = (
    "contribution",
    "placement",
    "recovery",
    "compensation",
    "refund",
    "interest-credit",
    "interest-withdrawal",
    "other",
)
STAGE = choice("contribution", "risk-fund")
SUM = between(0)
PAYMENT = record(amount_fen=MONEY, payment_ref=text)

OF_POOL: dict[str, Shape] = {
    "agency.pool.placement.v1": record(
        amount_fen=MONEY, lender=CODE, year=between(-(2**53) + 1), expected_lending_fen=MONEY
    ),
    "agency.pool.admission.v1": coded(
        name=text,
        applied_on=day,
        inquiries=record(**dict.fromkeys(INQUIRIES, choice("clear", "objection"))),
        conditions=many(choice(*CONDITIONS)),
    ),
    "agency.pool.recommendation.v1": coded(letter_no=text, lender=CODE),
    "bank.pool.decision.v1": record(
        outcome=choice("approved", "declined"), amount_fen_x=MONEY, reasons_x=many(text, 1)
    ),
    "bank.pool.contribution.v1": PAYMENT,
    "bank.pool.contract.v1": record(
        contract_no=text,
        principal_fen=MONEY,
        signed_on=day,
        matures_on=day,
        annual_rate=RATE,
        comparable_rate=RATE,
        collateral_value_fen=SUM,
        guarantee_contract_no_x=any_text,
        schedule=many(record(due_on=day, principal_fen=MONEY)),
    ),
    "bank.pool.filing.v1": record(letter_no=text, planned_disbursement_on=day),
    "bank.pool.disbursement.v1": PAYMENT,
    "bank.pool.repayment.v1": PAYMENT,
    "bank.pool.compensation-claim.v1": record(
        letter_no=text,
        stage=STAGE,
        joint_finding_ref_x=any_text,
        outstanding_principal_fen=SUM,
        outstanding_interest_fen=SUM,
    ),
    "agency.pool.compensation-payment.v1": record(stage=STAGE, amount_fen=MONEY, payment_ref=text),
    "bank.pool.direct-debit.v1": PAYMENT,
    "bank.pool.account-entry.v1": record(
        direction=choice("credit", "debit"),
        amount_fen=MONEY,
        purpose=choice(*PURPOSES),
        confirmation_ref_x=text,
        ref=text,
    ),
    "bank.pool.recovery.v1": record(gross_fen=SUM, costs_fen=SUM, penalties_fen=SUM),
    "agency.pool.evasion-finding.v1": record(
        evidence_ref=text,
        persons=many(record(name=text, role=text, identity_digest=pattern("[0-9a-f]{64}"))),
    ),
    "agency.pool.closure.v1": REASON,
}
OF_OPERATORS = ("operator.bank.enrolment.v1", "operator.calendar.v1", "operator.credit.ruling.v1")
LOAN = r"pool/[0-9]{12}/[^\x00-\x1f\x7f]+"
ACCOUNT = r"account/[^\x00-\x1f\x7f]+"
OF_SUBJECTS = {
    "agency.pool.placement.v1": ACCOUNT,
    "agency.pool.closure.v1": ACCOUNT,
    "bank.pool.account-entry.v1": ACCOUNT,
    "agency.pool.admission.v1": r"enterprise/[0-9A-Z]{9}([0-9A-Z]{9})?",
    "operator.bank.enrolment.v1": BANK,
    "operator.calendar.v1": "calendar/CN",
}


def _dependent(kind: str, subject: str, data: dict[str, Any], time: datetime) -> str | None:
    """What one field forbids or demands of another, and what the subject has to repeat."""
    if kind == "bank.pool.decision.v1":
        return of_outcome(data, ["amount_fen"], [])
    name = "org_code" if "org_code" in data else "uscc"
    if kind == "agency.pool.admission.v1" and subject != f"enterprise/{data[name]}":
        return f"subject|{name}"
    if kind == "agency.pool.recommendation.v1" and subject.split("/")[1] != data["lender"]:
        return "subject|lender"
    if "org_code" in data and shanghai_day(time) > LAST_ORG_CODE_DAY:
        return "org_code"
    return None


_SHAPES = OF_POOL | {kind: SHAPES[kind] for kind in OF_OPERATORS}
FORMS = Forms(_SHAPES, {kind: OF_SUBJECTS.get(kind, LOAN) for kind in _SHAPES}, _dependent)
