"""`agency.pool.closure.v1`: the pool ends and the contributions are given back (QJ-6)."""

from typing import ClassVar

from drawbridge.bank.forms import MessageData, Text
from drawbridge.bank.messages.pool.base import ACCOUNT


class PoolClosure(MessageData):
    """The office closes the pool: no loans are given any more, and all are settled (QJ-6)."""

    TYPE: ClassVar[str] = "agency.pool.closure.v1"
    SUBJECT: ClassVar[str] = ACCOUNT

    reason: Text
    """Why."""
