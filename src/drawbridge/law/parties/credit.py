"""Credit records: what the credit databases are told of a borrower, and the rulings on it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from drawbridge.bank.messages.credit_ruling import CreditRuling
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.event import Event
from drawbridge.law.parties.enrolment import parties_profile
from drawbridge.law.state import State
from drawbridge.law.turn import Turn


@dataclass(slots=True)
class CreditRecord:
    """A case's credit record, as last told."""

    status: str
    """`raised`, `withheld`, `settled`, `retracted` or `dropped`."""
    event_id: str
    outstanding_fen: int
    """What was outstanding when it was raised or withheld."""
    ruled_on: bool = False


class CaseWithCredit(Protocol):
    """What these rules need of a case."""

    subject: str
    closed: bool
    enterprise: dict[str, str]
    credit: CreditRecord | None

    @property
    def record_since(self) -> date:
        """The day since which the borrower is in default."""


def enterprise_subject(enterprise: dict[str, str]) -> str:
    """Return the subject of an enterprise: the code that the case was opened with."""
    return f"enterprise/{enterprise.get('uscc') or enterprise['org_code']}"


def tell_record(turn: Turn, case: CaseWithCredit, status: str, outstanding_fen: int = 0) -> None:
    """Tell the credit databases how the record of a case stands now."""
    figure = parties_profile(turn.state).credit_record
    data: dict[str, Any] = {
        "case": case.subject,
        "enterprise": case.enterprise,
        "reason": figure.value,
        "article": figure.article,
        "amount_fen": outstanding_fen,
        "since": case.record_since.isoformat(),
        "supersedes": case.credit and case.credit.event_id,
    }
    turn.emit(f"credit.record.{status}.v1", enterprise_subject(case.enterprise), data, figure.article)


def raise_or_withhold(turn: Turn, case: CaseWithCredit, outstanding_fen: int, *, withheld: bool) -> None:
    """Record a borrower's default; withhold the record when a breach of the bank stands, until an operator rules."""
    tell_record(turn, case, "withheld" if withheld else "raised", outstanding_fen)
    settle_if_closed(turn, case)


def settle_if_closed(turn: Turn, case: CaseWithCredit) -> None:
    """A raised record of a closed case is settled."""
    if case.closed and case.credit is not None and case.credit.status == "raised":
        tell_record(turn, case, "settled")


def retract_record(turn: Turn, case: CaseWithCredit) -> None:
    """Retract a record that has been raised or settled; what is withheld waits for a ruling."""
    if case.credit is not None and case.credit.status in ("raised", "settled"):
        tell_record(turn, case, "retracted")


def decide_credit_ruling(turn: Turn, case: CaseWithCredit, data: CreditRuling) -> None:
    """Rule on a record: raise or drop what is withheld, retract what was raised (the right of objection)."""
    article = parties_profile(turn.state).credit_record.article
    record = case.credit
    if data.ruling == "retract":
        if record is None or record.status not in ("raised", "settled") or data.who is not None:
            raise Rejected(Code.NO_RECORD_RAISED, "no raised record of this case stands", article)
        retract_record(turn, case)
        return
    if record is None or record.status != "withheld":
        raise Rejected(Code.NO_RECORD_WITHHELD, "no record of this case is withheld", article)
    if data.ruling == "drop":
        tell_record(turn, case, "dropped")
        return
    tell_record(turn, case, "raised", record.outstanding_fen)
    settle_if_closed(turn, case)


def record_told(state: State, event: Event) -> None:
    """Hold how the record stands."""
    told = event.data
    case = state.cases[told["case"]]
    status = event.type.split(".")[2]
    before = case.credit
    outstanding = told["amount_fen"] if status in ("raised", "withheld") else before.outstanding_fen
    ruled_on = "ruling" in told or (before is not None and before.ruled_on)
    case.credit = CreditRecord(status, event.id, outstanding, ruled_on)
