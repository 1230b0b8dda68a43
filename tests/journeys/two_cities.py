"""A service for both cities: the bridge loan's and the pool's senders are known to it."""

from dataclasses import dataclass

from running_service import OPERATOR, Service

POOL = "qianjiang-2015"
POOL_OPERATOR = "qianjiang-finance-bureau"
AGENCY = "qianjiang-office"


@dataclass(slots=True)
class TwoCities(Service):
    """One test's service."""

    def environment(self, clock: str = "messages") -> dict[str, str]:
        """Return the settings as environment variables."""
        return Service.environment(self, clock) | {
            "DRAWBRIDGE_OPERATORS": f"{OPERATOR},{POOL_OPERATOR}",
            "DRAWBRIDGE_AGENCIES": AGENCY,
        }
