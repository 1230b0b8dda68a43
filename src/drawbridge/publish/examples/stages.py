"""Where a case stands when an example is sent: the good examples that go before it."""

from dataclasses import dataclass

from drawbridge.publish.examples.parts import Message


@dataclass(frozen=True)
class Good:
    """A message that is accepted."""

    message: Message
    history: tuple[str, ...] = ()
    """The names of the good examples that are sent before it, in order."""


_ENROLLED = ("operator.bank.enrolment.v1", "operator.bank.enrolment.v1--original-bank")
_OPEN = (*_ENROLLED, "operator.deposit.placement.v1", "operator.deposit.placement.v1--fiscal")
_NOTICED = (*_OPEN, "bank.bridge.notice.v1")
_APPLIED = (*_NOTICED, "bank.bridge.application.v1")
_APPROVED = (*_APPLIED, "bank.bridge.review.v1")
_CONTRACTED = (*_APPROVED, "bank.bridge.contract.v1")
_DISBURSED = (*_CONTRACTED, "bank.bridge.disbursement.v1")
_SETTLED = (*_DISBURSED, "bank.bridge.settlement.v1")
_RENEWED = (*_SETTLED, "bank.bridge.renewal.v1")
_REPAID = (*_RENEWED, "bank.bridge.forwarding.v1", "bank.bridge.repayment.v1")
_REFUSED = (*_SETTLED, "bank.bridge.refusal.v1")
#: no money was placed at the main bank, so the application waits in the queue
_QUEUED = (*_ENROLLED, "bank.bridge.notice.v1", "bank.bridge.application.v1", "bank.bridge.review.v1")
_LARGE = (*_OPEN, "bank.bridge.notice.v1--large")
_ONE_BANK = ("operator.bank.enrolment.v1--both-roles",)

#: where a case can stand, by the messages sent so far
STAGES = {
    "nothing": (),
    "enrolled": _ENROLLED,
    "open": _OPEN,
    "noticed": _NOTICED,
    "applied": _APPLIED,
    "approved": _APPROVED,
    "contracted": _CONTRACTED,
    "disbursed": _DISBURSED,
    "settled": _SETTLED,
    "renewed": _RENEWED,
    "repaid": _REPAID,
    "refused": _REFUSED,
    "queued": _QUEUED,
    "large loan noticed": _LARGE,
    "one bank in both roles": _ONE_BANK,
}
