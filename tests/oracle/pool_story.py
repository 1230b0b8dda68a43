"""One assisted loan that is being told: its days, its references, and how its messages get on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .days import Days, add_months, at_clock, close

if TYPE_CHECKING:
    from .pool_figures import Figure
    from .scribe import Scribe

DELAYS = (
    *(timedelta(0),) * 5,
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=2, seconds=1),
    timedelta(hours=15),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=20),
)


@dataclass
class PoolStory:
    """A loan that is being told."""

    scribe: Scribe
    days: Days
    number: str
    lender: str
    code: dict[str, str]
    together: date | None = None
    principal: int = 0
    matures: date = date.min
    refs: int = 0

    @property
    def subject(self) -> str:
        """The case."""
        return f"pool/{self.lender}/{self.number}"

    @property
    def due_on(self) -> date:
        """The due day."""
        return self.days.roll(self.matures)

    @property
    def month_end(self) -> date:
        """A month after the due day."""
        return self.days.roll(add_months(self.due_on, 1))

    def ref(self) -> dict[str, str]:
        """A payment reference, now and then one that was used before."""
        self.refs += not self.scribe.chance(0.05)
        return {"payment_ref": f"P-{self.number}-{self.refs}"}

    def at(self, day: date) -> datetime:
        """A moment in working hours, or often exactly at or next to the close."""
        rng = self.scribe.rng
        if self.scribe.chance(0.2):
            return close(day) + timedelta(seconds=rng.choice((-1, 0, 0, 1)))
        return at_clock(day, rng.choice((9, 10, 11, 14, 15, 16, 18))) + timedelta(minutes=rng.randint(0, 59))

    def after(self, day: date, number: int) -> date:
        """A working day that comes so many after (or before) a day."""
        return self.days.after(day, number) if number > 0 else self.days.before(day, -number) if number else day

    def say(self, kind: str, time: datetime, data: dict[str, Any], source: str = "", how: str = "") -> None:
        """Tells a message of this case; without a manner it is delayed as it comes."""
        who = source or self.lender
        role = "bank" if who.isdigit() else who.split(":")[1]
        message = self.scribe.say(who, f"{role}.{kind}", self.subject, time, data, how or "prompt")
        if not how:
            recorded = time + self.scribe.rng.choice(DELAYS)
            message["recordedtime"] = recorded.isoformat()
            self.scribe.entries[-1] = (recorded, len(self.scribe.entries), message)

    def pay(self, kind: str, time: datetime, amount: int | Figure, source: str = "", **more: str) -> None:
        """Tells a payment, often late."""
        how = "money" if self.scribe.chance(0.7) else ""
        self.say(f"pool.{kind}", time, {"amount_fen": amount, **self.ref(), **more}, source, how)
