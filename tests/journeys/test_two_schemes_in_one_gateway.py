"""Both cities' schemes in one gateway, with a bank and an enterprise that are parties in both."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from running_service import SCHEME, Broker
from test_a_message_can_be_traced import traced
from test_the_doctor_says_what_is_wrong import examined
from two_cities import AGENCY, BORROWER, IN_BOTH, LINES, POOL, TwoCities, ask_all, two_cities


@pytest.fixture
def cities(broker: Broker, database: str, tmp_path: Path) -> Iterator[TwoCities]:
    """The service for both, with one worker that has both."""
    with two_cities(broker, database, tmp_path) as service:
        service.start()
        yield service


async def test_each_scheme_is_decided_as_if_it_were_alone(cities: TwoCities) -> None:
    """Journals are their replays, each numbered from 1; a bank suspended in one scheme lends in the other.

    The credit feed has each record under its own key, also two of one enterprise side by side.
    """
    async with cities.letterbox() as box:
        await ask_all(box, LINES)
    journals = cities.journals()
    told = dict[str, str]()
    for scheme, journal in journals.items():
        events = [orjson.loads(line) for line in journal]
        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
        assert events[0]["prev"] == "0" * 64
        credit = [event for event in events if event["type"].startswith("credit.")]
        told |= {f"{scheme}/{event['subject']}/{event['data']['case']}": event["type"] for event in credit}

    suspended = b'"type":"bank.suspended.v1"'
    assert any(suspended in line and IN_BOTH in line for line in journals[SCHEME])
    assert not any(suspended in line for line in journals[POOL])
    assert any(b'"subject":"pool/' + IN_BOTH in line for line in journals[POOL])

    feed = cities.read("credit.records", lambda found: {record.key.decode() for record in found} >= set(told))
    last = {record.key.decode(): record.type for record in feed}
    assert last == told
    enterprise, bank = BORROWER.decode(), IN_BOTH.decode()
    assert {key: type_ for key, type_ in last.items() if enterprise in key} == {
        f"{SCHEME}/enterprise/{enterprise}/bridge/{bank}/V-3": "credit.record.raised.v1",
        f"{POOL}/enterprise/{enterprise}/pool/{bank}/2015-000001": "credit.blacklist.raised.v1",
    }

    known = traced(cities, f"enterprise/{enterprise}")
    told_to = {event["type"]: event["topics"] for event in known["events"]}
    out = [f"bank.{bank}.out", f"agency.{AGENCY}.out"]
    assert told_to["pool.enterprise.admitted.v1"] == ["events", out[1]]
    assert told_to["credit.blacklist.raised.v1"] == ["events", *out, "credit.records"]
    assert out[1] not in told_to["credit.record.raised.v1"], "the office has no part in the other scheme"
    (claim,) = traced(cities, f"urn:bank:{bank}#2015-000001-compensation-claim-1")["decided"]
    assert claim["events"][0]["topics"] == ["events", *out]
    if not cities.embedded:
        found = examined(cities, DRAWBRIDGE_CLOCK="messages")
        assert {found.levels[check] for check in ("topics", "writers", "intake", "desk", "relay")} == {"ok"}, found
