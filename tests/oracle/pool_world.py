"""What the oracle remembers of the assisted loan's scheme: the pool's account, its members and loans."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .days import shanghai_day
from .journal import Fact, Facts, Journal

if TYPE_CHECKING:
    from .envelope import Message

VALID_FROM = date(2015, 6, 15)
ACCOUNT = "account/qianjiang"
CONTRIBUTION, RISK_FUND = "contribution", "risk-fund"
STAGES = (CONTRIBUTION, RISK_FUND)


def org_code(told: dict[str, Any]) -> str:
    """The organisation code by which an enterprise is the same."""
    return str(told["uscc"][8:17] if "uscc" in told else told["org_code"])


def code_of(told: dict[str, Any]) -> dict[str, str]:
    """The one code that stands in a message, under its name."""
    name = "uscc" if "uscc" in told else "org_code"
    return {name: told[name]}


@dataclass(frozen=True)
class Instruction:
    """What the pool is to pay for one stage of a claim, and its place in the order of receipt."""

    amount_fen: int
    claim: Fact


@dataclass(frozen=True)
class Allocation:
    """How one recovery was divided; it stays as it was."""

    fact: Fact
    to_lender_fen: int
    to_risk_fund_fen: int
    to_contributions_fen: int


@dataclass
class Record:
    """The last state of a blacklisting of one subject for one loan."""

    id: str
    data: dict[str, Any]
    raised: bool = True


@dataclass
class Loan(Facts):
    """One assisted loan: its facts, and what was concluded, instructed and allocated."""

    instructions: dict[str, Instruction] = field(default_factory=dict)
    allocations: list[Allocation] = field(default_factory=list)
    deadlines: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    government_fen: int | None = None
    blacklist: dict[str, Record] = field(default_factory=dict)

    @property
    def code(self) -> dict[str, str]:
        """The code with which the case was opened, under its name."""
        return code_of(self.the("recommendation").data)

    @property
    def enterprise(self) -> str:
        """The organisation code of the borrower."""
        return org_code(self.the("recommendation").data)

    def claim(self, stage: str) -> Fact | None:
        """The accepted claim of a stage."""
        return next((one for one in self.all("compensation-claim") if one.data["stage"] == stage), None)


@dataclass
class Account:
    """What was told of the pool's account beside the loans."""

    placements: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    refunded_fen: int | None = None

    def line(self, purpose: str) -> int:
        """The sum of the explained lines of a purpose."""
        return self.lines.get(purpose, 0)


@dataclass
class Pool(Journal):
    """Everything that the writer of the assisted loan's scheme knows."""

    filing_reading: str = "within"
    account: Account = field(default_factory=Account)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    undone: dict[str, str] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether the pool has been closed and refunded."""
        return self.account.refunded_fen is not None

    def lender(self, message: Message) -> bool:
        """Whether a message's sender has the role lender at its time."""
        return self.has_role(message.sender, "lender", shanghai_day(message.time))


def outside_validity(time: datetime) -> bool:
    """Whether an instant is before the day since which the scheme is in force; no end is stated."""
    return shanghai_day(time) < VALID_FROM
