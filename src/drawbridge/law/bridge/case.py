"""One bridge loan: the facts recorded so far, and what follows from them at any instant."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from drawbridge.law.case import Case, Moved
from drawbridge.law.parties.breach import Breach
from drawbridge.law.parties.credit import CreditRecord

OVERDUE = "bridge.overdue.v1"
DEFAULTED = "bridge.defaulted.v1"
SETTLEMENT_MISSED = "bridge.settlement.missed.v1"
SERVICE_LEVEL_MISSED = "bridge.service_level.missed.v1"


@dataclass(slots=True)
class Application:
    """What was asked for, and its place among the others."""

    amount_fen: int
    applied_at: datetime
    sequence: int
    is_nurtured: bool
    latest_review_on: date
    latest_notice_on: date

    @property
    def order(self) -> tuple[datetime, int]:
        """Which of two came first (ZJ-21)."""
        return (self.applied_at, self.sequence)


@dataclass(slots=True)
class Deadline:
    """A day by which the loan is to be repaid."""

    trigger_on: date
    working_days: int
    due_on: date
    due_at: datetime
    stated: dict[str, Any]
    """Its fields as the journal told them, the counted days too."""


@dataclass(slots=True)
class BridgeCase(Case):
    """A bridge loan's case, from its renewal notice on."""

    original_bank: str = ""
    main_bank: str = ""
    original_contract_no: str = ""
    original_principal_fen: int = 0
    matures_on: date = date.min
    promised_fen: int = 0
    promised_on: date = date.min
    payee_account: dict[str, str] = field(default_factory=dict)
    collection_account: dict[str, str] = field(default_factory=dict)
    application: Application | None = None
    is_reserved: bool = False
    """Capacity is reserved for it; while it has applied and is not reserved, it waits in the queue."""
    approved_fen: int | None = None
    reviewed_at: datetime | None = None
    principal_fen: int | None = None
    """As contracted."""
    annual_rate: str = ""
    term_working_days: int = 0
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""
    refused_at: datetime | None = None
    agreed: Deadline | None = None
    limit: Deadline | None = None
    reminded_since: datetime | None = None
    """The disbursement's or the last extension's `time`: no reminder is due before it."""
    settlements: list[Moved] = field(default_factory=list)
    """To the loan that the notice names."""
    renewals: list[Moved] = field(default_factory=list)
    forwardings: list[Moved] = field(default_factory=list)
    """To the account that the notice names, in order of receipt."""
    missed_steps: list[str] = field(default_factory=list)
    breach: Breach | None = None
    credit: CreditRecord | None = None
    reserved_fen: int = 0
    """What it reserves of the main bank's capacity, as counted in the book."""
    ended_month: str | None = None
    """The month since which nothing is outstanding, as counted in the book."""

    @property
    def asked_fen(self) -> int:
        """The amount applied for, then approved, then contracted, then the principal outstanding."""
        if self.ledger is not None:
            return self.ledger.balance().principal_fen
        if self.principal_fen is not None:
            return self.principal_fen
        if self.approved_fen is not None:
            return self.approved_fen
        return 0 if self.application is None else self.application.amount_fen

    @property
    def record_since(self) -> date:
        """The day since which a credit record counts: the limit."""
        assert self.limit is not None  # noqa: S101 - only a disbursed loan has a record
        return self.limit.due_on

    def renewed_fen(self, until: datetime | None = None) -> int:
        """Return the sum renewed, by the facts up to an instant."""
        return sum(fact.amount_fen for fact in self.renewals if until is None or fact.at <= until)

    def settled_fen(self, until: datetime) -> int:
        """Return the sum settled on the original loan, by the facts up to an instant."""
        return sum(fact.amount_fen for fact in self.settlements if fact.at <= until)

    def to_forward_fen(self, at: datetime, until: datetime | None = None) -> int:
        """Return what the original bank still has to forward.

        It is the sum renewed; each forwarding first cuts it to what was outstanding then, and lessens it by its amount.

        Args:
            at: the instant: never more than what is outstanding then.
            until: counts the facts up to this instant only; None: all that are recorded.
        """
        left = self.renewed_fen(until)
        for fact in self.forwardings:
            if until is None or fact.at <= until:
                left = min(left, self.balance(fact.at).outstanding_fen) - fact.amount_fen
        return max(0, min(left, self.balance(at).outstanding_fen))


_SNAPSHOT = TypeAdapter(BridgeCase)


def write_case(case: BridgeCase) -> bytes:
    """Write a case's snapshot for the archive."""
    return _SNAPSHOT.dump_json(case)


def read_case(snapshot: bytes) -> BridgeCase:
    """Read a case back from its snapshot."""
    return _SNAPSHOT.validate_json(snapshot)
