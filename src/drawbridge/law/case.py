"""What every scheme's case has: whether it is open, what was paid on it, and what was concluded against somebody."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drawbridge.law.ledger import NOTHING, Balance, Ledger


@dataclass(slots=True)
class Moved:
    """Money that somebody says moved."""

    at: datetime
    amount_fen: int


@dataclass(slots=True)
class Lapse:
    """Something that was not done by its instant, as concluded; it stands until it is rescinded."""

    type: str
    """The concluding event's type, such as `bridge.overdue.v1`."""
    event_id: str
    at: datetime
    """The instant by which it had to be done."""
    name: str
    """Which of its kind: the deadline, the step, the breach's kind."""
    data: dict[str, Any]
    """The concluding event's data."""
    contested: bool = False
    """A late fact says otherwise, but it is settled: an operator rules."""


@dataclass(slots=True)
class Case:
    """One case of a scheme."""

    subject: str
    enterprise: dict[str, str] = field(default_factory=dict)
    """Name, and the code with which the case was opened."""
    closed: bool = False
    paid_refs: list[str] = field(default_factory=list)
    """`<message type>|<payment_ref>` of each payment that stands."""
    lapses: list[Lapse] = field(default_factory=list)
    """In the order in which they were concluded."""
    ledger: Ledger | None = None
    """Since the disbursement: what is owed, and all that was paid on it."""
    counted_fen: int = 0
    """What it counts against the most that its enterprise may have, as counted in the book."""

    @property
    def org_code(self) -> str:
        """The organisation code: an enterprise is the same when it is."""
        return org_code_of(self.enterprise)

    def lapse(self, type_: str, name: str | None = None) -> Lapse | None:
        """Return the standing lapse of that type (and name), if any."""
        return next((x for x in self.lapses if x.type == type_ and name in (None, x.name)), None)

    def balance(self, at: datetime | None = None) -> Balance:
        """Return how the loan, the lender's claim, stands at an instant; None: after all payments recorded."""
        return NOTHING if self.ledger is None else self.ledger.balance(at)

    def is_outstanding(self, at: datetime | None = None) -> bool:
        """Tell whether it is disbursed, and principal or interest unpaid, at that instant."""
        return self.balance(at).outstanding_fen > 0

    def not_before_disbursement(self, at: datetime) -> datetime:
        """Return the instant at which a fact counts: none counts before the money was out."""
        return at if self.ledger is None else max(at, self.ledger.disbursed_at)


def org_code_of(enterprise: dict[str, str]) -> str:
    """Return the organisation code of an enterprise: given, or characters 9 to 17 of its uscc."""
    return enterprise["uscc"][8:17] if "uscc" in enterprise else enterprise["org_code"]
