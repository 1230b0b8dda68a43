"""Bad examples: a good message with something changed, the code that it is refused with, and what went before."""

from dataclasses import dataclass
from typing import Any

from drawbridge.bank.rejects import Code
from drawbridge.publish.examples.bad_pool import POOL_ROWS, POOL_WRONG_FORMS
from drawbridge.publish.examples.by_pool import POOL_STAGES
from drawbridge.publish.examples.good import GOOD
from drawbridge.publish.examples.parts import CASE, COLLECTION, MAIN, ORIGINAL, PAYEE, Message, changed
from drawbridge.publish.examples.stages import STAGES

#: a change: the dotted path in the envelope and the value, `...` to leave it out
Change = tuple[str, Any]


@dataclass(frozen=True)
class Bad:
    """A message that is refused."""

    name: str
    message: Message
    history: tuple[str, ...]
    """The names of the good examples that are sent before it, in order."""
    code: str
    field: str | None = None


#: (good example that is spoilt, code, where the case stands, changes)
_ROWS: list[tuple[str, Code, str, list[Change]]] = [
    ("operator.bank.enrolment.v1", Code.SENDER_NOT_PARTY, "enrolled", [("source", f"urn:bank:{MAIN}")]),
    ("operator.deposit.placement.v1", Code.BANK_NOT_ENROLLED, "nothing", []),
    ("operator.deposit.adjustment.v1", Code.DEPOSIT_BELOW_ZERO, "open", [("data.delta_fen", -10_000_000_001)]),
    ("operator.bank.reinstatement.v1", Code.NOT_SUSPENDED, "open", []),
    ("operator.calendar.v1", Code.CALENDAR_IMPLAUSIBLE, "nothing", [("data.work", ["2014-05-05"])]),
    ("bank.bridge.notice.v1", Code.UNKNOWN_SCHEME, "open", [("scheme", "nowhere-2013")]),
    ("bank.bridge.notice.v1", Code.UNKNOWN_TYPE, "open", [("type", "bank.bridge.notice.v9")]),
    (
        "bank.bridge.notice.v1",
        Code.MESSAGE_ALTERED,
        "noticed",
        [("id", "good-bank.bridge.notice.v1"), ("data.handler.name", "李刚")],
    ),
    ("bank.bridge.notice.v1", Code.SENDER_NOT_PARTY, "open", [("source", f"urn:bank:{MAIN}")]),
    ("bank.bridge.notice.v1", Code.CASE_EXISTS, "noticed", []),
    (
        "bank.bridge.notice.v1",
        Code.BANK_SUSPENDED,
        "refused",
        [
            ("subject", f"bridge/{ORIGINAL}/N-2014-18"),
            ("data.notice_no", "N-2014-18"),
            ("time", "2014-04-11T10:00:00+08:00"),
        ],
    ),
    ("bank.bridge.notice.v1", Code.TIME_IN_FUTURE, "open", [("recordedtime", "2014-03-10T09:54:59+08:00")]),
    (
        "bank.bridge.notice.v1",
        Code.ORIGINAL_IS_MAIN,
        "one bank in both roles",
        [("source", f"urn:bank:{MAIN}"), ("subject", f"bridge/{MAIN}/N-2014-17")],
    ),
    ("bank.bridge.notice.v1", Code.NOT_MAIN_BANK, "open", [("data.main_bank", ORIGINAL)]),
    ("bank.bridge.notice.v1", Code.MORTGAGE_NOT_REGISTERED, "open", [("data.mortgage_registered", False)]),
    ("bank.bridge.notice.v1", Code.PROMISE_BEFORE_FORMALITIES, "open", [("data.renewal.promised_on", "2014-03-06")]),
    ("bank.bridge.notice.v1", Code.ACCOUNT_NOT_AT_BANK, "open", [("data.payee_account", COLLECTION)]),
    ("bank.bridge.application.v1", Code.NOTICE_MISSING, "open", []),
    (
        "bank.bridge.application.v1",
        Code.ENTERPRISE_MISMATCH,
        "noticed",
        [("data.enterprise.uscc", "91321100MA1W20022T")],
    ),
    ("bank.bridge.application.v1", Code.ALREADY_APPLIED, "applied", []),
    ("bank.bridge.application.v1", Code.DISTRICT_NOT_COVERED, "noticed", [("data.enterprise.district", "丹阳市")]),
    (
        "bank.bridge.application.v1",
        Code.ESTABLISHED_UNDER_ONE_YEAR,
        "noticed",
        [("data.enterprise.established_on", "2013-03-18")],
    ),
    ("bank.bridge.application.v1", Code.MATERIALS_MISSING, "noticed", [("data.materials", ["approval-form"])]),
    ("bank.bridge.application.v1", Code.APPLIED_TOO_LATE, "noticed", [("time", "2014-03-20T09:30:00+08:00")]),
    ("bank.bridge.application.v1", Code.AMOUNT_OVER_ORIGINAL_LOAN, "noticed", [("data.amount_fen", 180_000_001)]),
    ("bank.bridge.application.v1", Code.AMOUNT_OVER_CAP, "large loan noticed", [("data.amount_fen", 500_000_001)]),
    ("bank.bridge.review.v1", Code.CASE_MISSING, "open", []),
    ("bank.bridge.review.v1", Code.NOT_APPLIED, "noticed", []),
    ("bank.bridge.review.v1", Code.ALREADY_REVIEWED, "approved", []),
    ("bank.bridge.review.v1", Code.CONFIRMATION_MISSING, "applied", [("data.original_bank_confirmed_on", ...)]),
    ("bank.bridge.review.v1", Code.AMOUNT_OVER_APPLICATION, "applied", [("data.approved_amount_fen", 180_000_001)]),
    ("bank.bridge.contract.v1", Code.NOT_APPROVED, "applied", []),
    ("bank.bridge.contract.v1", Code.CAPACITY_NOT_RESERVED, "queued", []),
    ("bank.bridge.contract.v1", Code.ALREADY_CONTRACTED, "contracted", []),
    ("bank.bridge.contract.v1", Code.TERM_OVER_MAXIMUM, "approved", [("data.term_working_days", 21)]),
    ("bank.bridge.contract.v1", Code.PRINCIPAL_OVER_APPROVAL, "approved", [("data.principal_fen", 180_000_001)]),
    ("bank.bridge.contract.v1", Code.RATE_NOT_BENCHMARK, "approved", [("data.annual_rate", "0.0600")]),
    (
        "bank.bridge.contract.v1",
        Code.GUARANTOR_MISSING,
        "approved",
        [("data.guarantors", [{"name": "张伟", "relation": "owner"}])],
    ),
    ("bank.bridge.contract.v1", Code.ENTRUSTMENT_MISSING, "approved", [("data.entrustment_letter_no", "")]),
    ("bank.bridge.disbursement.v1", Code.NOT_CONTRACTED, "approved", []),
    ("bank.bridge.disbursement.v1", Code.ALREADY_DISBURSED, "disbursed", [("data.payment_ref", "P-9")]),
    ("bank.bridge.disbursement.v1", Code.PAYMENT_ALREADY_REPORTED, "disbursed", []),
    ("bank.bridge.settlement.v1", Code.NOT_CONTRACTED, "approved", []),
    ("bank.bridge.renewal.v1", Code.NOT_DISBURSED, "contracted", []),
    ("bank.bridge.forwarding.v1", Code.NOT_DISBURSED, "contracted", []),
    ("bank.bridge.repayment.v1", Code.NOT_DISBURSED, "contracted", []),
    ("bank.bridge.extension.v1", Code.NOT_DISBURSED, "contracted", []),
    ("bank.bridge.extension.v1", Code.TERM_OVER_MAXIMUM, "settled", [("data.term_working_days", 21)]),
    ("bank.bridge.extension.v1", Code.DEADLINE_PASSED, "settled", [("time", "2014-05-05T10:00:00+08:00")]),
    ("bank.bridge.extension.v1", Code.CASE_CLOSED, "repaid", [("time", "2014-04-17T10:00:00+08:00")]),
    ("bank.bridge.abandonment.v1", Code.CASE_MISSING, "open", []),
    ("bank.bridge.refusal.v1", Code.ALREADY_RENEWED, "renewed", [("time", "2014-04-16T12:00:00+08:00")]),
    ("bank.bridge.withdrawal.v1", Code.ALREADY_DISBURSED, "disbursed", [("time", "2014-04-08T12:00:00+08:00")]),
    ("bank.bridge.seizure.v1", Code.NOT_DISBURSED, "contracted", []),
    ("operator.penalty.ruling.v1", Code.NO_PENALTY_PROPOSED, "repaid", []),
    ("operator.penalty.ruling.v1--dismissed", Code.NO_PENALTY_CONFIRMED, "refused", [("data.ruling", "revoked")]),
    ("operator.credit.ruling.v1", Code.NO_RECORD_WITHHELD, "repaid", []),
    ("operator.credit.ruling.v1", Code.NO_RECORD_RAISED, "refused", [("data.ruling", "retract")]),
    ("bank.report.filing.v1", Code.SENDER_NOT_PARTY, "repaid", [("source", f"urn:bank:{ORIGINAL}")]),
]

#: (good example, the wrong field, the change): refused with `schema-violation`
_WRONG_FORMS: list[tuple[str, str, Change]] = [
    ("operator.bank.enrolment.v1", "keys.keys.0.kty", ("data.keys", {"keys": [{"kid": "k1"}]})),
    ("operator.deposit.placement.v1", "amount_fen", ("data.amount_fen", -1)),
    ("operator.deposit.adjustment.v1", "delta_fen", ("data.delta_fen", 0)),
    ("operator.bank.reinstatement.v1", "ruling_no", ("data.ruling_no", "")),
    ("operator.calendar.v1", "off.0.to", ("data.off", [{"from": "2014-01-01"}])),
    ("bank.bridge.notice.v1", "renewal.amount_fen", ("data.renewal.amount_fen", "1800000.00")),
    ("bank.bridge.application.v1", "materials.0", ("data.materials", ["photograph"])),
    ("bank.bridge.review.v1", "approved_amount_fen", ("data.approved_amount_fen", ...)),
    ("bank.bridge.contract.v1", "guarantors.0.relation", ("data.guarantors", [{"name": "张伟", "relation": "friend"}])),
    ("bank.bridge.disbursement.v1", "payee_account.bank_code", ("data.payee_account", PAYEE | {"bank_code": "1"})),
    ("bank.bridge.settlement.v1", "amount_fen", ("data.amount_fen", 0)),
    ("bank.bridge.renewal.v1", "renewal_contract_no", ("data.renewal_contract_no", None)),
    ("bank.bridge.forwarding.v1", "payee_account", ("data.payee_account", ...)),
    ("bank.bridge.repayment.v1", "payer", ("data.payer", "friend")),
    ("bank.bridge.extension.v1", "term_working_days", ("data.term_working_days", "20")),
    ("bank.bridge.abandonment.v1", "note", ("data.note", "企业来电")),
    ("bank.bridge.refusal.v1", "reason", ("data.reason", "")),
    ("bank.bridge.withdrawal.v1", "subject", ("subject", f"case/{CASE}")),
    ("bank.bridge.seizure.v1", "order_no", ("data.order_no", 88)),
    ("operator.penalty.ruling.v1--dismissed", "default_amount_fen", ("data.default_amount_fen", 1)),
    ("operator.credit.ruling.v1", "ruling", ("data.ruling", "forget")),
    ("bank.report.filing.v1", "document_digest", ("data.document_digest", "9A" * 32)),
]


def _spoil(name: str, changes: list[Change], code: str) -> Message:
    spoilt = changed(GOOD[name].message, "id", f"bad-{name}--{code}")
    for path, value in changes:
        spoilt = changed(spoilt, path, value)
    return spoilt


def bad_examples() -> list[Bad]:
    """Return every bad example. Its name is the type of the good one that it was made of, and the code."""
    rows = [
        Bad(f"{name.partition('--')[0]}--{code}", _spoil(name, changes, code), (STAGES | POOL_STAGES)[stage], code)
        for name, code, stage, changes in _ROWS + POOL_ROWS
    ]
    wrong = Code.SCHEMA_VIOLATION
    return rows + [
        Bad(f"{name.partition('--')[0]}--{wrong}", _spoil(name, [change], wrong), GOOD[name].history, wrong, field)
        for name, field, change in _WRONG_FORMS + POOL_WRONG_FORMS
    ]
