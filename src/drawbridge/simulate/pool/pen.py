"""Writes the messages of the pool's city."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.simulate.outbox import Outbox, envelope

SCHEME = "qianjiang-2015"
OFFICE, OPERATOR = "urn:agency:qianjiang-office", "urn:operator:qianjiang-finance-bureau"
LENDERS = ("105688000013", "103688000025")
ACCOUNT = "account/qianjiang"
_NEVER = datetime.min.replace(tzinfo=SHANGHAI)


@dataclass(slots=True)
class Pen:
    """The hand that writes; each message gets an id of its own."""

    outbox: Outbox
    written: bytes = b""
    """The last line."""
    written_at: datetime = _NEVER
    """When it is received."""
    _counts: dict[str, int] = field(default_factory=dict)

    def say(  # noqa: PLR0913 - an envelope has that many parts
        self,
        source: str,
        type_: str,
        subject: str,
        time: datetime,
        data: dict[str, Any],
        *,
        recorded_at: datetime | None = None,
    ) -> None:
        """Write a message; `recorded_at` when it is received later than its fact."""
        kind = f"{subject.rpartition('/')[2]}-{type_.split('.')[-2]}"
        self._counts[kind] = self._counts.get(kind, 0) + 1
        attributes = {"id": f"{kind}-{self._counts[kind]}", "source": source, "type": type_, "subject": subject}
        self.written_at = recorded_at or time
        self.written = self.outbox.put(envelope(SCHEME, attributes, time, data), time, self.written_at)

    def office(self, kind: str, subject: str, time: datetime, data: dict[str, Any]) -> None:
        """Write what the office says."""
        self.say(OFFICE, f"agency.pool.{kind}.v1", subject, time, data)

    def lender(
        self, kind: str, subject: str, time: datetime, data: dict[str, Any], recorded_at: datetime | None = None
    ) -> None:
        """Write what the lender of a loan says."""
        self.say(
            f"urn:bank:{subject.split('/')[1]}", f"bank.pool.{kind}.v1", subject, time, data, recorded_at=recorded_at
        )
