"""How the good examples of a guarantee pool are spoilt."""

from typing import Any

from drawbridge.bank.rejects import Code
from drawbridge.publish.examples.by_pool import ACCOUNT, LOAN

_STAGE = "data.stage"

#: (good example that is spoilt, code, where the case stands, changes)
POOL_ROWS: list[tuple[str, Code, str, list[tuple[str, Any]]]] = [
    ("agency.pool.placement.v1", Code.SENDER_NOT_PARTY, "pool open", [("source", "urn:operator:nobody")]),
    ("agency.pool.admission.v1", Code.CASE_EXISTS, "pool member", []),
    ("agency.pool.admission.v1", Code.INQUIRY_OBJECTION, "pool open", [("data.inquiries.tax", "objection")]),
    ("agency.pool.admission.v1", Code.CONDITIONS_MISSING, "pool open", [("data.conditions", ["credit-policy"])]),
    ("agency.pool.recommendation.v1", Code.NOT_LENDER, "pool member", [("time", "2015-06-15T10:00:00+08:00")]),
    ("agency.pool.recommendation.v1", Code.NOT_IN_POOL, "pool open", []),
    ("agency.pool.recommendation.v1", Code.CASE_EXISTS, "pool recommended", []),
    (
        "agency.pool.recommendation.v1",
        Code.POOL_CLOSED,
        "pool closed",
        [("subject", f"{LOAN}-2"), ("time", "2016-12-02T10:00:00+08:00")],
    ),
    ("bank.pool.decision.v1", Code.NOT_RECOMMENDED, "pool member", []),
    ("bank.pool.decision.v1", Code.ALREADY_DECIDED, "pool approved", []),
    ("bank.pool.decision.v1", Code.AMOUNT_OVER_MAXIMUM, "pool recommended", [("data.amount_fen", 1_000_000_001)]),
    ("bank.pool.contribution.v1", Code.NOT_APPROVED, "pool recommended", []),
    ("bank.pool.contribution.v1", Code.ALREADY_CONTRIBUTED, "pool contributed", [("data.payment_ref", "C-2")]),
    ("bank.pool.contract.v1", Code.NOT_APPROVED, "pool recommended", []),
    ("bank.pool.contract.v1", Code.ALREADY_CONTRACTED, "pool contracted", []),
    ("bank.pool.contract.v1", Code.PRINCIPAL_OVER_APPROVAL, "pool contributed", [("data.principal_fen", 360_000_001)]),
    ("bank.pool.contract.v1", Code.CONTRIBUTION_SHORT, "pool approved", []),
    ("bank.pool.contract.v1", Code.TERM_OVER_MAXIMUM, "pool contributed", [("data.matures_on", "2017-02-27")]),
    ("bank.pool.contract.v1", Code.RATE_OVER_COMPARABLE, "pool contributed", [("data.annual_rate", "0.0600")]),
    ("bank.pool.contract.v1", Code.COLLATERAL_SHORT, "pool contributed", [("data.collateral_value_fen", 0)]),
    ("bank.pool.contract.v1", Code.SCHEDULE_MISMATCH, "pool contributed", [("data.schedule", [])]),
    (
        "bank.pool.contract.v1",
        Code.GUARANTEE_CONTRACT_MISSING,
        "pool contributed",
        [("data.guarantee_contract_no", "")],
    ),
    ("bank.pool.filing.v1", Code.NOT_CONTRACTED, "pool contributed", []),
    ("bank.pool.disbursement.v1", Code.NOT_CONTRACTED, "pool contributed", []),
    ("bank.pool.disbursement.v1", Code.ALREADY_DISBURSED, "pool disbursed", [("data.payment_ref", "D-2")]),
    ("bank.pool.repayment.v1", Code.NOT_DISBURSED, "pool filed", []),
    ("bank.pool.compensation-claim.v1", Code.NOT_DISBURSED, "pool filed", []),
    ("bank.pool.compensation-claim.v1", Code.ALREADY_CLAIMED, "pool claimed", []),
    ("bank.pool.compensation-claim.v1", Code.NOT_MATURED, "pool disbursed", [("time", "2016-08-30T10:00:00+08:00")]),
    ("bank.pool.compensation-claim.v1", Code.JOINT_FINDING_MISSING, "pool disbursed", [("data.joint_finding_ref", "")]),
    (
        "bank.pool.compensation-claim.v1",
        Code.OUTSTANDING_MISMATCH,
        "pool disbursed",
        [("data.outstanding_interest_fen", 9_100_001)],
    ),
    (
        "bank.pool.compensation-claim.v1",
        Code.FIRST_STAGE_OPEN,
        "pool claimed",
        [(_STAGE, "risk-fund"), ("time", "2016-10-10T10:00:00+08:00")],
    ),
    (
        "bank.pool.compensation-claim.v1--risk-fund",
        Code.CLAIM_TOO_EARLY,
        "pool compensated",
        [("time", "2016-09-30T10:00:00+08:00")],
    ),
    (
        "bank.pool.compensation-claim.v1",
        Code.NOTHING_OUTSTANDING,
        "pool overcompensated",
        [("data.outstanding_principal_fen", 0), ("data.outstanding_interest_fen", 0)],
    ),
    ("agency.pool.compensation-payment.v1", Code.NOT_DISBURSED, "pool filed", []),
    ("bank.pool.direct-debit.v1", Code.NOT_DISBURSED, "pool filed", []),
    ("bank.pool.account-entry.v1", Code.SENDER_NOT_PARTY, "pool open", [("time", "2015-06-15T10:00:00+08:00")]),
    ("bank.pool.recovery.v1", Code.COSTS_OVER_GROSS, "pool disbursed", [("data.costs_fen", 200_000_001)]),
    ("agency.pool.evasion-finding.v1", Code.NO_LOSS, "pool compensated", []),
    ("agency.pool.closure.v1", Code.LOANS_OPEN, "pool disbursed", []),
    ("agency.pool.closure.v1", Code.CASE_CLOSED, "pool closed", [("time", "2016-12-02T10:00:00+08:00")]),
]

#: (good example, the wrong field, the change): refused with `schema-violation`
POOL_WRONG_FORMS: list[tuple[str, str, tuple[str, Any]]] = [
    ("agency.pool.placement.v1", "amount_fen", ("data.amount_fen", 0)),
    ("agency.pool.admission.v1", "org_code", ("data.org_code", "MA1W20011")),
    ("agency.pool.recommendation.v1", "uscc", ("data.uscc", ...)),
    ("bank.pool.decision.v1", "reasons", ("data.reasons", ["抵押物不足"])),
    ("bank.pool.contribution.v1", "payment_ref", ("data.payment_ref", "")),
    (
        "bank.pool.contract.v1",
        "schedule.0.principal_fen",
        ("data.schedule", [{"due_on": "2016-08-31", "principal_fen": 0}]),
    ),
    ("bank.pool.filing.v1", "planned_disbursement_on", ("data.planned_disbursement_on", "2016-02-30")),
    ("bank.pool.disbursement.v1", "amount_fen", ("data.amount_fen", "3600000.00")),
    ("bank.pool.repayment.v1", "payer", ("data.payer", "applicant")),
    ("bank.pool.compensation-claim.v1", "stage", ("data.stage", "third")),
    ("agency.pool.compensation-payment.v1", "stage", ("data.stage", ...)),
    ("bank.pool.direct-debit.v1", "subject", ("subject", ACCOUNT)),
    ("bank.pool.account-entry.v1", "purpose", ("data.purpose", "salary")),
    ("bank.pool.recovery.v1", "gross_fen", ("data.gross_fen", -1)),
    (
        "agency.pool.evasion-finding.v1",
        "persons.0.identity_digest",
        ("data.persons", [{"name": "张伟", "role": "法定代表人", "identity_digest": "510101199001010011"}]),
    ),
    ("agency.pool.closure.v1", "reason", ("data.reason", "")),
]
