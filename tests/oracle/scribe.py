"""Collects messages with their time and the time at which they are recorded, and writes them in that order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

OPERATOR = "urn:operator:zhenjiang-finance-bureau"
SCHEME = "zhenjiang-2013"


@dataclass
class Scribe:
    """The messages of one history."""

    rng: random.Random
    scheme: str = SCHEME
    entries: list[tuple[datetime, int, dict[str, Any] | str]] = field(default_factory=list)
    number: int = 0

    def chance(self, share: float) -> bool:
        """True in a share of the cases."""
        return self.rng.random() < share

    def delay(self, how: str) -> timedelta:
        """How long after its time a message is recorded: at once, prompt, money (often late), slow."""
        if how == "at once":
            return timedelta()
        shares = {"prompt": (0.9, 0.97, 0.995), "money": (0.68, 0.84, 0.94), "slow": (0.2, 0.4, 0.7)}[how]
        roll = self.rng.random()
        if roll < shares[0]:
            return timedelta(seconds=self.rng.choice((0, 0, 0, 1, 37, 600)))
        if roll < shares[1]:
            return timedelta(minutes=self.rng.choice((45, 120, 121, 180, 400)))
        if roll < shares[2]:
            return timedelta(hours=self.rng.randint(12, 130))
        return timedelta(days=self.rng.randint(5, 25))

    def written(self, at: datetime) -> str:
        """An instant as banks write it: mostly +08:00, sometimes in UTC or with a fraction."""
        if self.chance(0.03):
            at = at.astimezone(UTC)
            return at.isoformat().replace("+00:00", self.rng.choice(("Z", "+00:00")))
        return at.isoformat() if self.chance(0.985) else at.isoformat().replace("+08:00", ".5+08:00")

    def raw(self, recorded: datetime, line: dict[str, Any] | str) -> None:
        """Adds a line as it is."""
        self.entries.append((recorded, len(self.entries), line))

    def say(  # noqa: PLR0913, PLR0917 - an envelope has that many parts
        self, source: str, type_: str, subject: str, time: datetime, data: dict[str, Any], how: str = "prompt"
    ) -> dict[str, Any]:
        """Adds a message; a bank is named by its code."""
        self.number += 1
        recorded = time + self.delay(how)
        message = {
            "specversion": "1.0",
            "id": f"m-{self.number}",
            "source": f"urn:bank:{source}" if source.isdigit() else source,
            "type": f"{type_}.v1",
            "subject": subject,
            "time": self.written(time),
            "scheme": self.scheme,
            "datacontenttype": "application/json",
            "data": data,
        }
        if recorded != time or self.chance(0.3):
            back = timedelta(days=2) if self.chance(0.03) else timedelta()
            message["recordedtime"] = self.written(recorded - back)
        self.raw(recorded, message)
        return message

    def ordered(self) -> list[dict[str, Any] | str]:
        """All messages and other lines in order of receipt."""
        return [one for _, _, one in sorted(self.entries, key=lambda entry: entry[:2])]

    def lines(self) -> list[str]:
        """All lines in order of receipt, as they are sent."""
        return [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in self.ordered()]
