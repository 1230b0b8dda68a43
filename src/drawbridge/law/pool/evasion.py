"""Who evades the debt with intent goes on the blacklist: the enterprise, and each person who answers for it (QJ-21)."""

from typing import Any

from drawbridge.bank.messages.credit_ruling import CreditRuling
from drawbridge.bank.messages.pool.evasion_finding import EvasionFinding
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.law.article import answers
from drawbridge.law.event import Event
from drawbridge.law.parties.credit import enterprise_subject
from drawbridge.law.pool.book import pool_profile
from drawbridge.law.pool.case import RISK_FUND, Blacklisting, PoolCase
from drawbridge.law.state import State
from drawbridge.law.turn import Turn

RAISED, RETRACTED = "credit.blacklist.raised.v1", "credit.blacklist.retracted.v1"
#: what a retraction repeats of the record that it takes back
_RECORD = ("who", "name", "role", "case", "reason", "article", "since", "evidence_ref")


@answers("QJ-21/1")
def decide_finding(turn: Turn, case: PoolCase, data: EvasionFinding) -> None:
    """Blacklist the enterprise and the persons, when the government's money was lost."""
    if case.funds[RISK_FUND].lost_fen <= 0:
        detail = "the risk fund has paid nothing on this case that has not come back"
        raise Rejected(Code.NO_LOSS, detail, "QJ-21")
    turn.said = {key: value for key, value in turn.said.items() if key != "persons"}  # each has a record of his own
    _raise(turn, case, data, enterprise_subject(case.enterprise), {"name": case.enterprise["name"]})
    for person in data.persons:
        _raise(turn, case, data, f"person/{person.identity_digest}", {"name": person.name, "role": person.role})


def _raise(turn: Turn, case: PoolCase, data: EvasionFinding, who: str, named: dict[str, str]) -> None:
    figure, before = pool_profile(turn.state).blacklist, case.blacklist.get(who)
    told = {
        "who": who,
        **named,
        "case": case.subject,
        "reason": figure.value,
        "article": figure.article,
        "amount_fen": case.lost_fen,
        "since": turn.time.date().isoformat(),
        "evidence_ref": data.evidence_ref,
        "supersedes": before and before.event_id,
    }
    turn.emit(RAISED, who, told, figure.article)


@answers("QJ-21/1")
def decide_credit_ruling(turn: Turn, case: PoolCase, data: CreditRuling) -> None:
    """Rule on blacklistings: one that was raised can be retracted (the right of objection)."""
    article = pool_profile(turn.state).blacklist.article
    if data.ruling != "retract":
        raise Rejected(Code.NO_RECORD_WITHHELD, "no record of a pool's case is ever withheld", article)
    raised = [one for who, one in case.blacklist.items() if one.is_raised and data.who in (None, who)]
    if not raised:
        raise Rejected(Code.NO_RECORD_RAISED, "no such blacklisting of this case stands", article)
    for one in raised:
        record: dict[str, Any] = {key: one.data[key] for key in _RECORD if key in one.data}
        told = {**record, "amount_fen": 0, "supersedes": one.event_id}
        turn.emit(RETRACTED, record["who"], told, article)


def blacklisting_told(state: State, event: Event) -> None:
    """Hold how a subject's record stands."""
    case = state.cases[event.data["case"]]
    case.blacklist[event.data["who"]] = Blacklisting(event.id, event.type == RAISED, event.data)
