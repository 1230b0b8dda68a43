"""Writes the messages of one loan, and keeps what the city must know of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drawbridge.simulate.bridge.banks import OPERATOR, SCHEME, Bank
from drawbridge.simulate.bridge.loan import Loan
from drawbridge.simulate.outbox import Outbox, envelope


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it was put into the outbox."""

    envelope: dict[str, Any]
    line: bytes
    time: datetime
    recorded_at: datetime


#: goes wrong with one written message
Slip = Callable[["Pen", Written], None]


@dataclass(slots=True)
class Pen:
    """The hand that writes a loan's messages."""

    loan: Loan
    outbox: Outbox
    slip: Slip | None = None
    """What goes wrong with the first message of kind `slips_at`."""
    slips_at: str = ""
    freed: list[tuple[datetime, int]] = field(default_factory=list)
    """When how much of the main bank's capacity becomes free, in fen."""
    suspensions: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When the original bank is suspended, and when it may apply again."""
    ended_at: datetime | None = None
    """When the case was closed; None while it is open, or stays so."""
    _counts: dict[str, int] = field(default_factory=dict)

    def number_of(self, kind: str) -> int:
        """Count the messages of a kind, this one too."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]

    def say(
        self, bank: Bank, kind: str, time: datetime, data: dict[str, Any], recorded_at: datetime | None = None
    ) -> None:
        """Write a bank's message `bank.bridge.<kind>.v1` about the case."""
        attributes = {
            "id": self._id(kind),
            "source": f"urn:bank:{bank.code}",
            "type": f"bank.bridge.{kind}.v1",
            "subject": self.loan.subject,
        }
        message = envelope(SCHEME, attributes, time, data)
        received_at = recorded_at or time
        line = self.outbox.put(message, time, received_at)
        if self.slip is not None and kind == self.slips_at:
            slip, self.slip = self.slip, None
            slip(self, Written(message, line, time, received_at))

    def rule(self, type_: str, subject: str, time: datetime, data: dict[str, Any]) -> None:
        """Write an operator's message."""
        attributes = {"id": self._id(type_.split(".")[1]), "source": OPERATOR, "type": type_, "subject": subject}
        self.outbox.put(envelope(SCHEME, attributes, time, data), time, time)

    def _id(self, kind: str) -> str:
        number = self.number_of(kind)
        return f"{self.loan.number:06d}-{kind}" + (f"-{number}" if number > 1 else "")
