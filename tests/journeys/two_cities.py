"""A service for both cities: the bridge loan's and the pool's senders are known to it."""

from dataclasses import dataclass

from running_service import OPERATOR, Service

POOL = "qianjiang-2015"
POOL_OPERATOR = "qianjiang-finance-bureau"
AGENCY = "qianjiang-office"
#: the simulated pool's lender, and the bank of the bridge loans that is put in its place: it is a party in both
LENDER, IN_BOTH = b"105688000013", b"105314000041"


@dataclass(slots=True)
class TwoCities(Service):
    """One test's service."""

    def environment(self, clock: str = "messages") -> dict[str, str]:
        """Return the settings as environment variables."""
        return Service.environment(self, clock) | {
            "DRAWBRIDGE_OPERATORS": f"{OPERATOR},{POOL_OPERATOR}",
            "DRAWBRIDGE_AGENCIES": AGENCY,
        }
