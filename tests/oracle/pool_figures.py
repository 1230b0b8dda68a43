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
    import random

    from .pool_world import Loan, Pool

SENT_ALL_THE_SAME = 0.12


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

    def of(self, loan: Loan | None, at: datetime) -> tuple[int, bool]:
        """The sum on a loan at an instant, and whether there is anything to speak of."""
        if loan is None or not disbursed(loan):
            return max(self.least, 1_000), False
        money = position(loan, at)
        whole = {
            "principal": lambda: money.principal,
            "interest": lambda: money.interest,
            "owed": lambda: money.owed,
            "first stage": lambda: unpaid(loan, CONTRIBUTION, at),
            "second stage": lambda: unpaid(loan, RISK_FUND, at),
            "not got back": lambda: money.owed + not_got_back(loan),
        }[self.kind]()
        return max(self.least, whole // self.divide + self.plus), whole > 0 or self.kind == "interest"


@dataclass
class Filler:
    """Fills the figures in, each once: a message that is repeated stays as it was."""

    rng: random.Random
    pool: Pool
    known: dict[Figure, int]

    def line(self, message: dict[str, Any] | str) -> str | None:
        """A message as it is sent; mostly None when there is nothing to claim or to pay."""
        if isinstance(message, str):
            return message
        told = message.get("data")
        data = dict(told) if isinstance(told, dict) else {}
        idle = False
        for name, figure in data.items():
            if isinstance(figure, Figure):
                loan = self.pool.loans.get(str(message.get("subject")))
                sum_fen, there = figure.of(loan, _instant(message["time"]))
                idle |= not there
                data[name] = self.known.setdefault(figure, sum_fen)
        if idle and self.rng.random() > SENT_ALL_THE_SAME:
            return None
        whole = {**message, "data": data} if isinstance(told, dict) else message
        return json.dumps(whole, ensure_ascii=False)


def _instant(text: str) -> datetime:
    """A message's time; one that is not well written counts as the law's zone's."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = datetime(2016, 1, 1, tzinfo=SHANGHAI)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
