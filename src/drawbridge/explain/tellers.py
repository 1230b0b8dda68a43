"""Which module tells what is particular to a scheme's case: its parties, and what is still owed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from drawbridge.explain import bridge, pool
from drawbridge.explain.language import Wording
from drawbridge.explain.ledger import Owed
from drawbridge.law.bridge.case import BridgeCase
from drawbridge.law.case import Case
from drawbridge.law.pool.case import PoolCase


class Teller(Protocol):
    """What such a module has."""

    COUNTED: frozenset[str]

    def parties(self, case: Any, wording: Wording, /) -> Iterator[str]:
        """Name the parties."""

    def owed(self, case: Any, at: datetime, wording: Wording, /) -> Iterator[Owed]:
        """Tell what is still to be done."""


_TELLERS: dict[type[Case], Any] = {BridgeCase: bridge, PoolCase: pool}
#: the events that show the working days that were counted
COUNTED = frozenset[str]().union(*(teller.COUNTED for teller in _TELLERS.values()))


def teller_of(case: Case) -> Teller:
    """Return the module that tells of a case."""
    teller: Teller = _TELLERS[type(case)]
    return teller
