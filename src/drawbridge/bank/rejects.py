"""Why a message can be refused: one closed list, and the exceptions that carry a refusal out of a rule."""

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """A receipt's `code`. What each one means and what to do stands in the bank's guide."""

    # the envelope
    UNKNOWN_SCHEME = "unknown-scheme"
    MESSAGE_ALTERED = "message-altered"
    UNKNOWN_TYPE = "unknown-type"
    SCHEMA_VIOLATION = "schema-violation"
    TIME_IN_FUTURE = "time-in-future"
    SENDER_NOT_PARTY = "sender-not-party"
    CASE_MISSING = "case-missing"
    CASE_EXISTS = "case-exists"
    CASE_CLOSED = "case-closed"
    PAYMENT_ALREADY_REPORTED = "payment-already-reported"
    # banks, deposits, rulings, the calendar
    BANK_NOT_ENROLLED = "bank-not-enrolled"
    DEPOSIT_BELOW_ZERO = "deposit-below-zero"
    NOT_SUSPENDED = "not-suspended"
    CALENDAR_IMPLAUSIBLE = "calendar-implausible"
    NO_PENALTY_PROPOSED = "no-penalty-proposed"
    NO_PENALTY_CONFIRMED = "no-penalty-confirmed"
    NO_RECORD_WITHHELD = "no-record-withheld"
    NO_RECORD_RAISED = "no-record-raised"
    # the bridge loan
    BANK_SUSPENDED = "bank-suspended"
    NOT_MAIN_BANK = "not-main-bank"
    ORIGINAL_IS_MAIN = "original-is-main"
    MORTGAGE_NOT_REGISTERED = "mortgage-not-registered"
    PROMISE_BEFORE_FORMALITIES = "promise-before-formalities"
    ACCOUNT_NOT_AT_BANK = "account-not-at-bank"
    NOTICE_MISSING = "notice-missing"
    ENTERPRISE_MISMATCH = "enterprise-mismatch"
    ALREADY_APPLIED = "already-applied"
    DISTRICT_NOT_COVERED = "district-not-covered"
    ESTABLISHED_UNDER_ONE_YEAR = "established-under-one-year"
    MATERIALS_MISSING = "materials-missing"
    APPLIED_TOO_LATE = "applied-too-late"
    AMOUNT_OVER_ORIGINAL_LOAN = "amount-over-original-loan"
    AMOUNT_OVER_CAP = "amount-over-cap"
    NOT_APPLIED = "not-applied"
    ALREADY_REVIEWED = "already-reviewed"
    CONFIRMATION_MISSING = "confirmation-missing"
    AMOUNT_OVER_APPLICATION = "amount-over-application"
    NOT_APPROVED = "not-approved"
    ALREADY_CONTRACTED = "already-contracted"
    CAPACITY_NOT_RESERVED = "capacity-not-reserved"
    TERM_OVER_MAXIMUM = "term-over-maximum"
    PRINCIPAL_OVER_APPROVAL = "principal-over-approval"
    RATE_NOT_BENCHMARK = "rate-not-benchmark"
    GUARANTOR_MISSING = "guarantor-missing"
    ENTRUSTMENT_MISSING = "entrustment-missing"
    NOT_CONTRACTED = "not-contracted"
    ALREADY_DISBURSED = "already-disbursed"
    NOT_DISBURSED = "not-disbursed"
    DEADLINE_PASSED = "deadline-passed"
    ALREADY_RENEWED = "already-renewed"
    # the assisted loan
    INQUIRY_OBJECTION = "inquiry-objection"
    CONDITIONS_MISSING = "conditions-missing"
    NOT_LENDER = "not-lender"
    NOT_IN_POOL = "not-in-pool"
    NOT_RECOMMENDED = "not-recommended"
    ALREADY_DECIDED = "already-decided"
    AMOUNT_OVER_MAXIMUM = "amount-over-maximum"
    ALREADY_CONTRIBUTED = "already-contributed"
    CONTRIBUTION_SHORT = "contribution-short"
    RATE_OVER_COMPARABLE = "rate-over-comparable"
    COLLATERAL_SHORT = "collateral-short"
    SCHEDULE_MISMATCH = "schedule-mismatch"
    GUARANTEE_CONTRACT_MISSING = "guarantee-contract-missing"
    ALREADY_CLAIMED = "already-claimed"
    NOT_MATURED = "not-matured"
    JOINT_FINDING_MISSING = "joint-finding-missing"
    OUTSTANDING_MISMATCH = "outstanding-mismatch"
    NOTHING_OUTSTANDING = "nothing-outstanding"
    FIRST_STAGE_OPEN = "first-stage-open"
    CLAIM_TOO_EARLY = "claim-too-early"
    COSTS_OVER_GROSS = "costs-over-gross"
    NO_LOSS = "no-loss"
    LOANS_OPEN = "loans-open"
    POOL_CLOSED = "pool-closed"


class Rejected(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """A message is refused and leaves no trace on the case.

    Args:
        code: why, from the closed list.
        detail: what to do, in a sentence; no personal data.
        basis: the articles.
        field: the wrong field's path, for a schema violation.
        ours: the gateway's own figures, where the sender's differ from them.
    """

    def __init__(
        self,
        code: Code,
        detail: str,
        *basis: str,
        field: str | None = None,
        ours: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.basis = basis
        self.field = field
        self.ours = ours or {}


class RefusedMovement(Rejected):
    """Money is said to have moved on a case that never allowed it: refused, journalled and alerted.

    Args:
        code: why, from the closed list.
        detail: what to do, in a sentence; no personal data.
        basis: the articles.
        amount_fen: what is said to have moved, where the message has no field of that name.
    """

    def __init__(self, code: Code, detail: str, *basis: str, amount_fen: int | None = None) -> None:
        super().__init__(code, detail, *basis)
        self.moved = {} if amount_fen is None else {"amount_fen": amount_fen}
