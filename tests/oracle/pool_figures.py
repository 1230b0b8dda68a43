"""Figures that a history's messages leave open until they are received: what is owed or unpaid just then.

A sender who knows his books names the right figure; so that random histories get beyond the first check, the figure is
taken from the oracle's own state at the moment of receipt.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .days import SHANGHAI
from .money import disbursed
from .pool_money import not_got_back, position, unpaid
from .pool_world import CONTRIBUTION, RISK_FUND

if TYPE_CHECKING:
    from .pool_world import Loan, Pool

UNKNOWN_LOAN_FEN = 1_000


@dataclass(frozen=True, eq=False)
class Figure:
    """A sum that is known on receipt: a part of it, and what is added; at least so much."""

    kind: str
    divide: int = 1
    plus: int = 0
    least: int = 1

    def __deepcopy__(self, _: Any) -> Figure:
        """A copy of a message names the same sum."""
        return self

    def of(self, loan: Loan | None, at: datetime) -> int:
        """The sum on a loan at an instant."""
        whole = UNKNOWN_LOAN_FEN
        if loan is not None and disbursed(loan):
            money = position(loan, at)
            whole = {
                "principal": lambda: money.principal,
                "interest": lambda: money.interest,
                "owed": lambda: money.owed,
                "first stage": lambda: unpaid(loan, CONTRIBUTION, at),
                "second stage": lambda: unpaid(loan, RISK_FUND, at),
                "not got back": lambda: money.owed + not_got_back(loan),
            }[self.kind]()
        return max(self.least, whole // self.divide + self.plus)


@dataclass
class Filler:
    """Fills the figures in, each once: a message that is repeated stays as it was."""

    pool: Pool
    known: dict[Figure, int]

    def line(self, message: dict[str, Any] | str) -> str:
        """A message as it is sent."""
        if isinstance(message, str):
            return message
        return json.dumps(self._filled(message, message), ensure_ascii=False)

    def _filled(self, value: Any, message: dict[str, Any]) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(one, message) for name, one in value.items()}
        if isinstance(value, Figure):
            if value not in self.known:
                loan = self.pool.loans.get(str(message.get("subject")))
                self.known[value] = value.of(loan, _instant(message["time"]))
            return self.known[value]
        return value


def _instant(text: str) -> datetime:
    """A message's time; one that is not well written counts as the law's zone's."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = datetime(2016, 1, 1, tzinfo=SHANGHAI)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
