"""What the gateway says fits what is published: every event type is reached, and none has a field left undescribed."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from drawbridge import shipped
from drawbridge.bank.events import EVENTS
from drawbridge.bank.events.answers import AlertCleared, AlertRaised
from drawbridge.law import SCHEMES
from drawbridge.law.event import Event
from drawbridge.publish.envelopes import event_schemas
from drawbridge.publish.examples import by_pool
from drawbridge.publish.examples.by_pool import POOL_STAGES
from drawbridge.publish.examples.good import GOOD
from drawbridge.publish.examples.parts import CASE, MAIN, ORIGINAL, SCHEME, Message, changed
from drawbridge.publish.examples.stages import STAGES
from drawbridge.replay import Replay
from drawbridge.watch.alerts import Alerts

LATER = {
    SCHEME: datetime.fromisoformat("2014-12-01T00:00:00+08:00"),
    by_pool.SCHEME: datetime.fromisoformat("2017-01-01T00:00:00+08:00"),
}
SCHEMAS = event_schemas()
OTHER_CASE = f"bridge/{ORIGINAL}/N-2014-18"


def sent(*names: str) -> list[Message]:
    """Return good examples by name."""
    return [GOOD[name].message for name in names]


def told(name: str, **other: str) -> Message:
    """Return a good example with other attributes, and an id of its own."""
    message = GOOD[name].message
    for attribute, value in other.items():
        message = changed(message, attribute, value)
    return changed(message, "id", f"{name}-told-otherwise")


def of_the_other_case(name: str, time: str) -> Message:
    """Return a good example on a second case of the same banks."""
    message = told(name, subject=OTHER_CASE, time=time)
    return changed(message, "data.notice_no", "N-2014-18") if "notice_no" in message["data"] else message


def stage(name: str) -> list[Message]:
    """Return the messages of a stage."""
    return sent(*(STAGES | POOL_STAGES)[name])


def claimed_late(time: str, interest_fen: int, **other: str) -> Message:
    """Return the second claim with another time and its interest."""
    claim = told("bank.pool.compensation-claim.v1--risk-fund", time=time, **other)
    return changed(claim, "data.outstanding_interest_fen", interest_fen)


POOL_STORIES: dict[str, list[Message]] = {
    "a repayment in time is recorded after the loan was held overdue": [
        *stage("pool disbursed"),
        told("bank.pool.repayment.v1", recordedtime="2016-09-01T09:00:00+08:00"),
    ],
    "the window lapses, the claim is late, and so is the risk fund": [
        *stage("pool compensated"),
        claimed_late("2016-10-13T10:00:00+08:00", 2_139_847),
    ],
    "a claim and a payment in time are recorded after they were held late": [
        *stage("pool compensated"),
        claimed_late("2016-10-12T16:00:00+08:00", 2_090_083, recordedtime="2016-10-13T09:00:00+08:00"),
        changed(
            told(
                "agency.pool.compensation-payment.v1--risk-fund",
                time="2016-10-19T17:00:00+08:00",
                recordedtime="2016-10-20T09:00:00+08:00",
            ),
            "data.amount_fen",
            180_195_041,
        ),
    ],
    "the office's payment in time is recorded after the debit was authorised": [
        *stage("pool claimed"),
        told("agency.pool.compensation-payment.v1", recordedtime="2016-09-01T09:00:00+08:00"),
    ],
    "another sum is paid out, and the filing in time is recorded later": [
        *stage("pool contracted"),
        changed(told("bank.pool.disbursement.v1"), "data.amount_fen", 1),
        told("bank.pool.filing.v1", recordedtime="2016-03-03T09:00:00+08:00"),
    ],
    "a closed loan is repaid once more": [
        *stage("pool repaid"),
        changed(told("bank.pool.repayment.v1"), "data.payment_ref", "R-2"),
    ],
    "the risk fund is too small": [
        *sent("operator.bank.enrolment.v1--lender"),
        changed(told("agency.pool.placement.v1"), "data.expected_lending_fen", 60_000_000_000),
    ],
    "the account pays what nothing explains": [
        *stage("pool contributed"),
        changed(told("bank.pool.account-entry.v1"), "data.direction", "debit"),
    ],
    "a calendar notice moves the days": [
        *stage("pool disbursed"),
        {
            **changed(told("operator.calendar.v1", time="2016-06-01T09:00:00+08:00"), "scheme", by_pool.SCHEME),
            "data": {
                "year": 2016,
                "off": [
                    {"from": "2016-02-08", "to": "2016-02-12"},
                    {"from": "2016-08-31", "to": "2016-09-01"},
                    {"from": "2016-10-03", "to": "2016-10-07"},
                ],
                "work": [],
                "document_no": "国办发明电",
                "issued_on": "2016-06-01",
            },
        },
    ],
}

#: by what they show; the good examples come on top of these
STORIES: dict[str, list[Message]] = (
    {
        "a review in time is recorded after the step was held missed": [
            *stage("applied"),
            told("bank.bridge.review.v1", recordedtime="2014-03-21T09:00:00+08:00"),
        ],
        "a report filed in time is recorded after it was held due": [
            *stage("repaid"),
            told("bank.report.filing.v1", recordedtime="2014-05-12T09:00:00+08:00"),
        ],
        "a later application is reviewed before an earlier one": [
            *stage("noticed"),
            of_the_other_case("bank.bridge.notice.v1", "2014-03-10T11:00:00+08:00"),
            of_the_other_case("bank.bridge.application.v1", "2014-03-14T09:00:00+08:00"),
            *sent("bank.bridge.application.v1", "bank.bridge.review.v1"),
        ],
        "nobody renews, and a repayment in time is recorded after it was held overdue": [
            *stage("settled"),
            told("bank.bridge.repayment.v1", recordedtime="2014-05-06T09:00:00+08:00"),
        ],
        "nobody renews, and the repayment in time is recorded too late": [
            *stage("settled"),
            told("bank.bridge.repayment.v1", recordedtime="2014-07-08T09:00:00+08:00"),
        ],
        "the bank renews and forwards, and the borrower repays after the limit": [
            *stage("renewed"),
            *sent("bank.bridge.forwarding.v1"),
            changed(told("bank.bridge.repayment.v1", time="2014-05-20T09:00:00+08:00"), "data.amount_fen", 190_000_000),
        ],
        "the default is the borrower's, and a repayment in time is recorded later": [
            *stage("renewed"),
            *sent("bank.bridge.forwarding.v1"),
            told("bank.bridge.repayment.v1", recordedtime="2014-05-09T09:00:00+08:00"),
        ],
        "the settlement in time is recorded the next morning": [
            *stage("disbursed"),
            told("bank.bridge.settlement.v1", recordedtime="2014-04-09T09:00:00+08:00"),
        ],
        "the penalty is confirmed, then revoked": [
            *stage("refused"),
            *sent("operator.penalty.ruling.v1"),
            changed(
                told("operator.penalty.ruling.v1--dismissed", time="2014-05-12T10:00:00+08:00"),
                "data.ruling",
                "revoked",
            ),
        ],
        "the bank refuses, then renews and forwards all the same": [
            *stage("refused"),
            *sent("bank.bridge.renewal.v1", "bank.bridge.forwarding.v1"),
        ],
        "the bridge money goes to another account than the notice's": [
            *stage("contracted"),
            changed(told("bank.bridge.disbursement.v1"), "data.payee_account.number", "1101040000000000"),
        ],
        "there is no money at the main bank": stage("queued"),
        "the bank pays what was never contracted": [*stage("approved"), *sent("bank.bridge.disbursement.v1")],
    }
    | POOL_STORIES
    | {f"the good example {name}": [*sent(*good.history), good.message] for name, good in GOOD.items()}
)


@cache
def journal_of(story: str) -> list[Event]:
    """Decide a story until long after: its events."""
    scheme = STORIES[story][0]["scheme"] if STORIES[story] else SCHEME
    replay = Replay(SCHEMES[scheme], shipped.calendar())
    events = [
        event
        for message in STORIES[story]
        for event in replay.answer(json.dumps(message, ensure_ascii=False).encode()).events
    ]
    return [*events, *replay.until(LATER[scheme])]


@cache
def events_of(story: str) -> list[dict[str, Any]]:
    """Return a story's events as others read them."""
    return [json.loads(event.line) for event in journal_of(story)]


def undescribed(events: Iterable[dict[str, Any]]) -> list[str]:
    """Say which events hold what is not described, or lack what is."""
    found = []
    for event in events:
        try:
            EVENTS[event["type"]].model_validate(event["data"])
        except ValidationError as error:
            found.append(f"{event['type']}: {error}")
    return found


@pytest.mark.parametrize("story", STORIES)
def test_events_hold_exactly_what_is_described(story: str) -> None:
    """No field more, none less, each of its form."""
    assert undescribed(events_of(story)) == []


@pytest.mark.parametrize("type_", EVENTS)
def test_each_event_type_is_reached_and_fits_its_schema(type_: str) -> None:
    """A type that no story reaches would be a promise that nobody has seen kept."""
    validator = Draft202012Validator(SCHEMAS[type_])
    reached = [event for story in STORIES for event in events_of(story) if event["type"] == type_]
    assert reached
    for event in reached:
        validator.validate(event)


@pytest.mark.parametrize("model", [AlertRaised, AlertCleared])
def test_alerts_fit_their_schema(model: type[AlertRaised | AlertCleared]) -> None:
    """Both kinds are reached, and hold what is described."""
    reached = []
    for story in STORIES:
        alerts = Alerts()
        said = [json.loads(line) for event in journal_of(story) for line in alerts.of(event)]
        reached += [alert for alert in said if alert["type"] == model.TYPE]
    assert reached
    for alert in reached:
        Draft202012Validator(SCHEMAS[model.TYPE]).validate(alert)
        model.model_validate(alert["data"])


@pytest.mark.parametrize("raw", [b"\xff", b"[]", b"{}", json.dumps(GOOD["bank.bridge.notice.v1"].message).encode()])
def test_dead_letters_fit_their_schema(raw: bytes) -> None:
    """What cannot be answered is told in one form, whatever it was."""
    letter = Replay(SCHEMES[SCHEME], shipped.calendar()).answer(raw).dead_letter
    assert letter is not None
    Draft202012Validator(SCHEMAS["dead_letter.v1"]).validate(json.loads(letter.line()))


def test_the_stories_are_of_the_banks_that_they_name() -> None:
    """Every event of a case stands on the case, a bank, its report, its borrower or the calendar."""
    known: tuple[str, ...] = (
        CASE,
        OTHER_CASE,
        f"bank/{MAIN}",
        f"bank/{ORIGINAL}",
        f"report/{MAIN}/",
        "enterprise/",
        "calendar/CN",
    )
    known += (by_pool.LOAN, by_pool.ACCOUNT, f"bank/{by_pool.LENDER}", f"person/{by_pool.PERSON}")
    assert all(event["subject"].startswith(known) for story in STORIES for event in events_of(story))
