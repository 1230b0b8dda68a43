"""A service for both cities: the bridge loan's and the pool's senders are known to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path
from uuid import uuid4

import orjson
from running_service import CASES, OPERATOR, SCHEME, Broker, Service

from drawbridge import shipped
from drawbridge.sending import Letterbox, sender_and_key
from drawbridge.simulate import Plan, simulate

POOL = "qianjiang-2015"
POOL_OPERATOR = "qianjiang-finance-bureau"
AGENCY = "qianjiang-office"
#: with so many each city has a partition of its own, and one is left for what names no scheme
FACTS_PARTITIONS = 3
#: the simulated pool's lender, and the bank of the bridge loans that is put in its place: it is a party in both
LENDER, IN_BOTH = b"103688000025", b"105314000041"
#: a member of the pool that evades, and the borrower of a bridge loan that defaults: the same enterprise
EVADER, BORROWER = b"913211022000791984", b"91321100MA1W20022T"

_DEFAULT = (CASES / "3-default.ndjson").read_bytes().splitlines()
#: the same banks enrol and place first, and both cases number their messages alike
_REFUSAL = (CASES / "2-refusal.ndjson").read_bytes().replace(b'"m-', b'"n-').splitlines()[10:]
#: after the limit of 20 working days a bank is enrolled once more: by then the defaults are concluded
_LATER = _DEFAULT[0].replace(b'"m-1"', b'"later"').replace(b"2013-11-06", b"2014-06-03")
_PLAN = Plan(POOL, 10, 2, date(2015, 6, 15), date(2016, 6, 30), 0.6, shipped.calendar())

BRIDGE_LINES = [*sorted(_DEFAULT + _REFUSAL, key=lambda line: str(orjson.loads(line)["time"])), _LATER]
POOL_LINES = [line.replace(LENDER, IN_BOTH).replace(EVADER, BORROWER) for line in simulate(_PLAN)]
#: by turns
LINES = [line for line in chain(*zip_longest(BRIDGE_LINES, POOL_LINES)) if line is not None]


@dataclass(slots=True)
class TwoCities(Service):
    """One test's service; each city has a partition of its own."""

    def environment(self, clock: str = "messages") -> dict[str, str]:
        """Return the settings as environment variables."""
        return Service.environment(self, clock) | {
            "DRAWBRIDGE_OPERATORS": f"{OPERATOR},{POOL_OPERATOR}",
            "DRAWBRIDGE_AGENCIES": AGENCY,
            "DRAWBRIDGE_FACTS_PARTITIONS": str(FACTS_PARTITIONS),
        }

    def journals(self) -> dict[str, list[bytes]]:
        """Return each scheme's journal; it is whole, and what a replay of its messages gives.

        Raises:
            AssertionError: it is not.
        """
        found = {scheme: self.exported("events", scheme) for scheme in (SCHEME, POOL)}
        for scheme, journal in found.items():
            assert self.replayed(scheme=scheme) == journal, scheme
            self.run("verify", "-", data=b"\n".join(journal))
        return found


@contextmanager
def two_cities(broker: Broker, database: str, folder: Path) -> Iterator[TwoCities]:
    """Yield the service with its tables and topics, no worker running yet; whatever is started ends with the test."""
    cities = TwoCities(broker.address, database, f"{uuid4().hex[:8]}.", folder, embedded=broker.embedded)
    cities.prepare()
    try:
        yield cities
    finally:
        cities.stop_all()


async def ask_all(box: Letterbox, lines: list[bytes]) -> None:
    """Send lines one after another, each when the one before is answered; what names no sender is nobody's."""
    for line in lines:
        sender, key = sender_and_key(line)
        if sender is not None:
            await box.ask(sender, key, line)
