"""Events of the pool's money and of who is in it (QJ-4 to QJ-7)."""

from typing import ClassVar, Literal

from drawbridge.bank.events.base import EventData
from drawbridge.bank.forms import AmountFen, MayBeAbsent, NonNegativeFen, SignedFen, Text
from drawbridge.bank.messages.pool.account_entry import AccountEntry
from drawbridge.bank.messages.pool.admission import PoolAdmission
from drawbridge.bank.messages.pool.base import ACCOUNT, MEMBER, EnterpriseCode, Stage
from drawbridge.bank.messages.pool.closure import PoolClosure
from drawbridge.bank.messages.pool.placement import PoolPlacement


class PoolRiskFundPlaced(EventData, PoolPlacement):
    """Money was placed in the risk fund (QJ-4)."""

    TYPE: ClassVar[str] = "pool.risk_fund.placed.v1"
    SUBJECT: ClassVar[str] = ACCOUNT

    risk_fund_balance_fen: SignedFen
    """What the risk fund holds now."""


class PoolRiskFundInsufficient(EventData):
    """The risk fund is under a tenth of what the lenders expect to lend that year (QJ-4)."""

    TYPE: ClassVar[str] = "pool.risk_fund.insufficient.v1"
    SUBJECT: ClassVar[str] = ACCOUNT

    risk_fund_balance_fen: SignedFen
    """What the risk fund holds."""
    required_fen: NonNegativeFen
    """A tenth of the lenders' latest expected lending of that year, rounded up."""


class PoolEnterpriseAdmitted(EventData, PoolAdmission):
    """The enterprise is a member of the pool (QJ-7, QJ-13)."""

    TYPE: ClassVar[str] = "pool.enterprise.admitted.v1"
    SUBJECT: ClassVar[str] = MEMBER

    effective_month: Text
    """The month for which it counts, `YYYY-MM`: after the 10th, the next."""


class PoolAccountMoved(EventData, AccountEntry):
    """A line of the account's statement that is explained (QJ-5)."""

    TYPE: ClassVar[str] = "pool.account.moved.v1"
    SUBJECT: ClassVar[str] = ACCOUNT


class PoolAccountViolated(EventData):
    """Money moved on the closed account as the law does not say (封闭运行, QJ-5). It is recorded all the same."""

    TYPE: ClassVar[str] = "pool.account.violated.v1"
    SUBJECT: ClassVar[str] = "<the message's subject>"

    code: Literal["amount-not-instructed", "direct-debit-not-authorised", "entry-not-explained"]
    """What is wrong."""
    stage: MayBeAbsent[Stage] = None
    """Of a compensation or a direct debit: from which fund."""
    unpaid_fen: MayBeAbsent[NonNegativeFen] = None
    """Of a compensation or a direct debit: what was unpaid of the instruction before it."""
    direction: MayBeAbsent[Literal["credit", "debit"]] = None
    """Of a line of the statement: money in or out."""
    amount_fen: MayBeAbsent[AmountFen] = None
    """Of a line of the statement: how much."""
    purpose: MayBeAbsent[Text] = None
    """Of a line of the statement: what for."""
    confirmation_ref: MayBeAbsent[Text] = None
    """Of a line of the statement: the joint confirmation."""
    ref: MayBeAbsent[Text] = None
    """Of a line of the statement: its reference."""


class Share(EnterpriseCode):
    """What one enterprise gets back (QJ-6)."""

    contributed_fen: NonNegativeFen
    """What it contributed, in all."""
    refund_fen: NonNegativeFen
    """What it gets back."""


class PoolRefunded(EventData, PoolClosure):
    """The pool is closed; what is left of the contributions goes back pro rata (QJ-6)."""

    TYPE: ClassVar[str] = "pool.refunded.v1"
    SUBJECT: ClassVar[str] = ACCOUNT

    balance_fen: NonNegativeFen
    """What is left of the contributions, at least 0."""
    shares: list[Share]
    """By enterprise, in the order of the first contribution; they add up to the balance, by largest remainder."""
