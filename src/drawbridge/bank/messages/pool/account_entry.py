"""`bank.pool.account-entry.v1`: a line of the special account's statement (专户封闭运行, QJ-5)."""

from typing import ClassVar, Literal

from drawbridge.bank.forms import AmountFen, MayBeAbsent, MessageData, Text
from drawbridge.bank.messages.pool.base import ACCOUNT


class AccountEntry(MessageData):
    """A movement on the pool's special account, as its statement shows it (QJ-5)."""

    TYPE: ClassVar[str] = "bank.pool.account-entry.v1"
    SUBJECT: ClassVar[str] = ACCOUNT

    direction: Literal["credit", "debit"]
    """Money in (credit) or out (debit)."""
    amount_fen: AmountFen
    """How much."""
    purpose: Literal[
        "contribution",
        "placement",
        "recovery",
        "compensation",
        "refund",
        "interest-credit",
        "interest-withdrawal",
        "other",
    ]
    """What for."""
    confirmation_ref: MayBeAbsent[Text] = None
    """The joint confirmation of office and lender, for a withdrawal of interest (QJ-5)."""
    ref: Text
    """The entry's reference."""
