"""`bank.bridge.extension.v1`: the main bank agrees to a longer term (ZJ-11)."""

from typing import ClassVar

from drawbridge.bank.forms import MessageData, Text, WorkingDays


class Extension(MessageData):
    """The extension of a running bridge loan, up to 20 working days in all (ZJ-11)."""

    TYPE: ClassVar[str] = "bank.bridge.extension.v1"

    term_working_days: WorkingDays
    """The new term in all, in working days counted from the disbursement."""
    reason: Text
    """Why it was extended."""
