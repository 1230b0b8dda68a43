"""`bank.bridge.contract.v1`: the bridge-loan contract is signed (ZJ-10 to ZJ-13, annex 4)."""

from typing import ClassVar, Literal

from drawbridge.bank.forms import AmountFen, Form, MayBeAbsent, MessageData, Rate, Text, WorkingDays


class Guarantor(Form):
    """A person who answers for the loan without limit (ZJ-10)."""

    name: Text
    """The person's name."""
    relation: Literal["owner", "spouse", "legal-representative", "controller", "shareholder"]
    """What the person is to the enterprise."""


class Contract(MessageData):
    """The contract of the bridge loan, with its guarantee and the payment entrusted (ZJ-10 to ZJ-13)."""

    TYPE: ClassVar[str] = "bank.bridge.contract.v1"

    contract_no: Text
    """The contract's number."""
    principal_fen: AmountFen
    """The amount of the bridge loan; at most what was approved."""
    term_working_days: WorkingDays
    """The agreed term, in working days: 15 in principle, 20 at most (ZJ-11)."""
    annual_rate: Rate
    """The yearly rate as decimal text; the half-year benchmark of the day (ZJ-12)."""
    guarantors: list[Guarantor]
    """Owner, legal representative, controller or shareholder, and the spouse (ZJ-10)."""
    unmarried_declaration_no: MayBeAbsent[Text] = None
    """The number of the declaration of being unmarried, in place of a spouse."""
    entrustment_letter_no: MayBeAbsent[str] = None
    """The number of the borrower's letter that entrusts the payment (annex 4)."""
