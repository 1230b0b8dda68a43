"""What is to be simulated."""

from dataclasses import dataclass
from datetime import date
from random import Random

from drawbridge.law.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Plan:
    """A simulation's figures; the same plan is the same city."""

    scheme: str
    seed: int
    cases: int
    """How many cases begin."""
    first_on: date
    """The first day on which a case may begin."""
    last_on: date
    """The last day on which a case may begin; each is told to its end, also beyond this day."""
    mishap_rate: float
    """The share of cases in which something goes wrong, from 0 to 1."""
    calendar: Calendar

    def dice(self, what: str) -> Random:
        """Return the dice of one part of the city, independent of all other parts."""
        return Random(f"{self.scheme}/{self.seed}/{what}")  # noqa: S311 - made-up data, no secret
