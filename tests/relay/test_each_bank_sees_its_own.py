"""Which channels an event goes to, and what each reader gets to see of it."""

import json
from typing import Any

import orjson
import pytest

from drawbridge.relay.channels import Told, copies, credit_key

MAIN, ORIGINAL, OTHER = "313314000017", "105314000041", "104314000058"
CASE = f"bridge/{ORIGINAL}/V-1"


def told(type_: str, subject: str, data: dict[str, Any], banks: tuple[str, ...], hidden: tuple[str, ...] = ()) -> Told:
    """Return an event as the journal gives it."""
    envelope = {"type": type_, "subject": subject, "data": data, "causationid": "urn:bank:1#m-1", "prev": "0" * 64}
    line = orjson.dumps(envelope, option=orjson.OPT_SORT_KEYS)
    return Told(line, type_, subject, data, banks, hidden)


def test_both_banks_of_a_case_get_its_events_whole() -> None:
    """As the main and as the original bank."""
    event = told("bridge.repaid.v1", CASE, {"interest_fen": 1}, (ORIGINAL, MAIN))
    assert copies(event, []) == [(f"bank.{ORIGINAL}.out", event.line), (f"bank.{MAIN}.out", event.line)]


@pytest.mark.parametrize(
    "type_", ["deposit.penalty.raised.v1", "deposit.penalty.rescinded.v1", "regulator.notified.v1"]
)
def test_a_penalty_is_between_the_city_and_the_bank_that_pays_it(type_: str) -> None:
    """The main bank does not see it, though it stands on its case."""
    event = told(type_, CASE, {"bank": ORIGINAL, "penalty_fen": 10}, (ORIGINAL, MAIN))
    assert [topic for topic, _ in copies(event, [])] == [f"bank.{ORIGINAL}.out"]


def test_a_deposit_is_told_to_its_bank() -> None:
    """Also where the data do not repeat the bank, since the subject is the bank."""
    event = told("deposit.placed.v1", f"bank/{MAIN}", {"after_fen": 1}, (MAIN,))
    assert [topic for topic, _ in copies(event, [])] == [f"bank.{MAIN}.out"]


def test_the_other_bank_learns_how_many_were_overtaken_but_not_whose_cases() -> None:
    """The cases of other original banks are not its own."""
    overtaken = [f"bridge/{OTHER}/A-1", f"bridge/{OTHER}/A-2"]
    event = told("bridge.order.violated.v1", CASE, {"main_bank": MAIN, "overtaken": overtaken}, (ORIGINAL, MAIN))
    seen = {topic: json.loads(line)["data"]["overtaken"] for topic, line in copies(event, [])}
    assert seen == {f"bank.{MAIN}.out": overtaken, f"bank.{ORIGINAL}.out": 2}


def test_a_cause_in_another_banks_case_is_left_out() -> None:
    """What freed the capacity is the main bank's business, not the next applicant's bank's."""
    event = told("bridge.capacity.reserved.v1", CASE, {"main_bank": MAIN}, (ORIGINAL, MAIN), hidden=(ORIGINAL,))
    seen = {topic: json.loads(line) for topic, line in copies(event, [])}
    assert "causationid" not in seen[f"bank.{ORIGINAL}.out"]
    assert seen[f"bank.{MAIN}.out"]["causationid"] == "urn:bank:1#m-1"


@pytest.mark.parametrize(
    ("subject", "goes"),
    [
        ("pool/313314000017/1", True),
        ("account/qianjiang", True),
        ("enterprise/1", True),
        ("person/1", True),
        ("bank/313314000017", False),
        ("report/313314000017/2016-05", False),
        ("calendar/CN", False),
    ],
)
def test_an_agency_gets_what_its_scheme_says_of_cases_accounts_and_members(subject: str, *, goes: bool) -> None:
    """And nothing of what is between a bank and the operator."""
    assert bool(copies(told("x.v1", subject, {}, ()), ["office"])) is goes


def test_the_credit_feed_is_keyed_by_scheme_subject_and_case() -> None:
    """So that compaction keeps the last state of each record."""
    event = told("credit.record.raised.v1", "enterprise/91321100TEST", {"case": CASE}, (ORIGINAL, MAIN))
    assert credit_key("zhenjiang-2013", event) == f"zhenjiang-2013/enterprise/91321100TEST/{CASE}"
    assert credit_key("zhenjiang-2013", told("bridge.closed.v1", CASE, {}, ())) is None
