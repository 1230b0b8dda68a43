"""One assisted loan: the facts recorded so far, and what follows from them at any instant."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from drawbridge.law.case import Case, Moved

CONTRIBUTION, RISK_FUND = "contribution", "risk-fund"

FILING_VIOLATED = "pool.filing.violated.v1"
INSTALMENT_MISSED = "pool.instalment.missed.v1"
OVERDUE = "pool.loan.overdue.v1"
DEBIT_AUTHORISED = "pool.direct_debit.authorised.v1"
WINDOW_LAPSED = "pool.risk_window.lapsed.v1"
COMPENSATION_LATE = "pool.compensation.late.v1"


@dataclass(slots=True)
class Line:
    """One line of the schedule."""

    due_on: date
    principal_fen: int


@dataclass(slots=True)
class Instruction:
    """What the office is to pay on an accepted claim."""

    claimed_at: datetime
    amount_fen: int
    paid: list[Moved] = field(default_factory=list)
    """What was recorded as paid on it since."""

    def paid_fen(self, until: datetime | None = None) -> int:
        """Return what is recorded as paid, by the facts up to an instant; None: all."""
        return sum(fact.amount_fen for fact in self.paid if until is None or fact.at <= until)


@dataclass(slots=True)
class Share:
    """The shortfall as it was shared."""

    at: datetime
    """The second claim's `time`."""
    government_fen: int


@dataclass(slots=True)
class Fund:
    """What one fund paid on this case, and what came back."""

    paid_fen: int = 0
    returned_fen: int = 0

    @property
    def lost_fen(self) -> int:
        """What has not come back yet."""
        return self.paid_fen - self.returned_fen


@dataclass(slots=True)
class Blacklisting:
    """One subject's record on the blacklist, as last told."""

    event_id: str
    is_raised: bool
    data: dict[str, Any]


@dataclass(slots=True)
class PoolCase(Case):
    """An assisted loan's case, from its recommendation on."""

    lender: str = ""
    approved_fen: int | None = None
    contribution: Moved | None = None
    principal_fen: int | None = None
    """As contracted."""
    annual_rate: str = ""
    matures_on: date = date.min
    schedule: list[Line] = field(default_factory=list)
    filed_at: list[datetime] = field(default_factory=list)
    deadlines: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the timer's key: each deadline as it was last stated."""
    instructions: dict[str, Instruction] = field(default_factory=dict)
    """By stage."""
    shared: Share | None = None
    funds: dict[str, Fund] = field(default_factory=lambda: {CONTRIBUTION: Fund(), RISK_FUND: Fund()})
    """By stage."""
    agency_refs: list[tuple[str, str]] = field(default_factory=list)
    """(cause, payment_ref) of each compensation that an agency paid."""
    blacklist: dict[str, Blacklisting] = field(default_factory=dict)
    """By subject, in the order of their first raising."""

    @property
    def asked_fen(self) -> int:
        """What was approved, then contracted, then is outstanding as principal."""
        if self.ledger is not None:
            return self.ledger.balance().principal_fen
        return self.approved_fen or 0 if self.principal_fen is None else self.principal_fen

    @property
    def is_compensated(self) -> bool:
        """Tell whether a compensation is recorded."""
        return any(fund.paid_fen for fund in self.funds.values())

    @property
    def lost_fen(self) -> int:
        """What the pool paid on this case and has not got back."""
        return sum(fund.lost_fen for fund in self.funds.values())

    def unpaid_fen(self, stage: str, at: datetime, until: datetime | None = None) -> int:
        """Return what is unpaid of a stage's instruction: at most the claim outstanding; 0 when there is none.

        Args:
            stage: contribution or risk-fund.
            at: the instant at which the claim is looked at.
            until: counts what was paid up to this instant only; None: all that is recorded.
        """
        instruction = self.instructions.get(stage)
        if instruction is None:
            return 0
        left = instruction.amount_fen - instruction.paid_fen(until)
        return max(0, min(left, self.balance(at).outstanding_fen))

    def unpaid_of_line_fen(self, number: int, at: datetime) -> int:
        """Return what of the schedule's line is unpaid at an instant.

        The principal due by a line is cut to what was disbursed; payments meet the lines in their order.
        """
        if self.ledger is None or at < self.ledger.disbursed_at:
            return 0
        disbursed_fen = self.ledger.principal_fen
        before = min(sum(line.principal_fen for line in self.schedule[: number - 1]), disbursed_fen)
        by_then = min(sum(line.principal_fen for line in self.schedule[:number]), disbursed_fen)
        return max(0, by_then - max(self.balance(at).principal_paid_fen, before))


def code_of(enterprise: dict[str, str]) -> dict[str, str]:
    """Return the code by which an enterprise is named, without its name."""
    return {key: enterprise[key] for key in ("uscc", "org_code") if key in enterprise}


_SNAPSHOT = TypeAdapter(PoolCase)


def write_case(case: PoolCase) -> bytes:
    """Write a case's snapshot for the archive."""
    return _SNAPSHOT.dump_json(case)


def read_case(snapshot: bytes) -> PoolCase:
    """Read a case back from its snapshot."""
    return _SNAPSHOT.validate_json(snapshot)


def case_schema() -> dict[str, Any]:
    """Return the shape of a case."""
    return _SNAPSHOT.json_schema()
