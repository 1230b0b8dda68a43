"""Whom an event concerns: worked out at the desk, while its case is in memory, and written beside the event.

The relay can then tell each bank what is its own from the event alone, also years later, when the case is long closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from drawbridge.law import State

#: kinds of subject, besides a scheme's cases, whose second part is a bank's code
_NAMES_A_BANK = ("bank", "report")


@dataclass(frozen=True, slots=True)
class Parties:
    """The banks that an event concerns, sorted.

    Attributes:
        banks: the parties of its case (original and main bank, or lender), or the bank that it is about.
        cause_hidden_from: those of them that are no party of the case whose message caused the event, and so must not
            learn which message that was.
    """

    banks: tuple[str, ...]
    cause_hidden_from: tuple[str, ...]


def concerned(state: State, subject: str, data: Mapping[str, object], cause: str | None) -> Parties:
    """Return whom an event concerns.

    Args:
        state: with the event's case, and that of its cause, in memory.
        subject: the event's.
        data: the event's; an event about a person or an enterprise names its case there.
        cause: the subject of the message that caused it; None for a timer's event.
    """
    case = data.get("case")
    about = case if isinstance(case, str) and subject.split("/", 1)[0] in ("enterprise", "person") else subject
    banks = _banks(state, about)
    if cause is None or cause == about or cause.split("/", 1)[0] != state.scheme.case_kind:
        return Parties(banks, ())
    of_cause = _banks(state, cause)
    return Parties(banks, tuple(bank for bank in banks if bank not in of_cause))


def _banks(state: State, subject: str) -> tuple[str, ...]:
    """Return the banks of a subject: the one that it names, and the one that the case was brought to."""
    kind, *rest = subject.split("/")
    banks = {rest[0]} if kind in (*_NAMES_A_BANK, state.scheme.case_kind) and rest else set()
    case = state.cases.get(subject)
    if case is not None:
        banks.add(state.scheme.case_main_bank(case))
    return tuple(sorted(banks))
