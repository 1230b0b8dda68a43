"""Events from the notice to the review: the case opens, waits for capacity, and is approved or declined."""

from typing import ClassVar, Literal

from drawbridge.bank.events.base import CaseSubject, EventData
from drawbridge.bank.forms import AmountFen, Cnaps, Date, SignedFen, WholeNumber
from drawbridge.bank.messages.application import Application
from drawbridge.bank.messages.notice import Notice
from drawbridge.bank.messages.review import Review


class BridgeNoticed(EventData, Notice):
    """The original bank's renewal notice stands; the case is open (ZJ-6.3, ZJ-7.1)."""

    TYPE: ClassVar[str] = "bridge.noticed.v1"

    apply_by: Date
    """The last day to apply: 15 working days before the original loan matures (ZJ-7.1)."""


class BridgeApplied(EventData, Application):
    """The application stands (ZJ-7)."""

    TYPE: ClassVar[str] = "bridge.applied.v1"

    latest_review_on: Date
    """The day by whose close the main bank reviews: the 2nd working day (ZJ-7.2)."""
    latest_notice_on: Date
    """The day by whose close the applicant is told: the 3rd working day (ZJ-7.2)."""


class BridgeCapacityReserved(EventData):
    """The main bank's capacity is set aside for the case (ZJ-3, ZJ-21)."""

    TYPE: ClassVar[str] = "bridge.capacity.reserved.v1"

    main_bank: Cnaps
    """The main bank."""
    amount_fen: AmountFen
    """What the case reserves."""
    capacity_fen: SignedFen
    """What is left after it; below 0 when the special fund was cut."""


class BridgeQueued(EventData):
    """The main bank's capacity does not suffice: the application waits its turn (ZJ-21)."""

    TYPE: ClassVar[str] = "bridge.queued.v1"

    main_bank: Cnaps
    """The main bank."""
    amount_fen: AmountFen
    """What the case waits for."""
    position: WholeNumber
    """Its place in the queue, from 1."""


class BridgeApproved(EventData, Review):
    """The application is approved (ZJ-6.1, ZJ-6.2, ZJ-7.2)."""

    TYPE: ClassVar[str] = "bridge.approved.v1"


class BridgeDeclined(EventData, Review):
    """The application is declined; the case is closed (ZJ-7.2)."""

    TYPE: ClassVar[str] = "bridge.declined.v1"


class BridgeOrderViolated(EventData):
    """The main bank reviewed an application before an earlier one (ZJ-21)."""

    TYPE: ClassVar[str] = "bridge.order.violated.v1"

    main_bank: Cnaps
    """The main bank."""
    overtaken: list[CaseSubject] | WholeNumber
    """The cases overtaken, earliest first; on another bank's channel only how many they are."""


class BridgeServiceLevelMissed(EventData):
    """The review, or the word to the applicant, came too late or not at all (ZJ-7.2)."""

    TYPE: ClassVar[str] = "bridge.service_level.missed.v1"

    step: Literal["review", "notice"]
    """Which step."""
    by: Cnaps
    """The main bank, which owed it."""
    due_on: Date
    """The day by whose close it was due."""


class BridgeServiceLevelRescinded(BridgeServiceLevelMissed):
    """A review in time was recorded after the step had been held missed."""

    TYPE: ClassVar[str] = "bridge.service_level.rescinded.v1"
