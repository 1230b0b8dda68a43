"""A bank joins by its public letter, and amends it: roles, branches, keys."""

import re
from datetime import date

from drawbridge.bank.messages.enrolment import Enrolment as EnrolmentData
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.event import Event
from drawbridge.law.parties.profile import PartiesProfile
from drawbridge.law.state import Bank, Enrolment, State
from drawbridge.law.turn import Turn

BANK_SUBJECT = re.compile(r"bank/(?P<bank>[0-9]{12})")


def decide_enrolment(turn: Turn, _case: None, _data: EnrolmentData) -> None:
    """Enrol a bank, or amend its enrolment (公函)."""
    known = turn.named["bank"] in turn.state.banks
    article = turn.state.scheme.profile.enrolment.article
    turn.emit("bank.enrolment.amended.v1" if known else "bank.enrolled.v1", turn.subject, {}, article)


def bank_enrolled(state: State, event: Event) -> None:
    """Add the enrolment to those in force from its day on."""
    code = event.subject.removeprefix("bank/")
    bank = state.banks.setdefault(code, Bank(code))
    told = event.data
    bank.enrolments.append(
        Enrolment(date.fromisoformat(told["since"]), frozenset(told["roles"]), frozenset(told.get("branches", ())))
    )


def enrolled_bank(turn: Turn) -> Bank:
    """Return the bank in the message's subject.

    Raises:
        Rejected: `bank-not-enrolled`.
    """
    bank = turn.state.banks.get(turn.named["bank"])
    if bank is None:
        article = turn.state.scheme.profile.enrolment.article
        raise Rejected(Code.BANK_NOT_ENROLLED, "the bank is not enrolled: enrol it first", article)
    return bank


def parties_profile(state: State) -> PartiesProfile:
    """Return the profile of a scheme that has deposits, penalties and standing."""
    profile = state.scheme.profile
    assert isinstance(profile, PartiesProfile)  # noqa: S101 - a scheme without these registers none of their rules
    return profile
