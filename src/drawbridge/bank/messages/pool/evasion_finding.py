"""`agency.pool.evasion-finding.v1`: a borrower evades the debt with intent (恶意逃避债务, QJ-21)."""

from typing import ClassVar

from drawbridge.bank.forms import Digest, Form, Text
from drawbridge.bank.messages.pool.base import AboutLoan


class Responsible(Form):
    """A person who answers for the evasion (责任人)."""

    name: Text
    """The person's name."""
    role: Text
    """What the person is to the enterprise."""
    identity_digest: Digest
    """The digest of the person's identity number; the number itself is never sent."""


class EvasionFinding(AboutLoan):
    """The office finds that the debt is evaded: enterprise and persons go on the blacklist (QJ-21)."""

    TYPE: ClassVar[str] = "agency.pool.evasion-finding.v1"

    evidence_ref: Text
    """Where the evidence is."""
    persons: list[Responsible]
    """Who answers for it."""
