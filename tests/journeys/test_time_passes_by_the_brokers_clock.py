"""With `DRAWBRIDGE_CLOCK=broker` the broker's append time counts, and timers fire also when nothing comes."""

from datetime import datetime, timedelta

import orjson
import pytest
from running_service import CASES, SCHEME, Service, eventually

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.sending import sender_and_key

#: the profile's reporting grace: a timer never fires before its maker's `recordedtime` and this
GRACE = timedelta(hours=2)
LINES = (CASES / "1-on-time.ndjson").read_bytes().splitlines()
APPLICATION = next(number for number, line in enumerate(LINES) if b"bank.bridge.application.v1" in line)
REVIEW = next(line for line in LINES if b"bank.bridge.review.v1" in line)


async def until_applied(service: Service, in_s: int) -> datetime:
    """Bring a case to its application, recorded so that the timer `review` fires in so many seconds; return when."""
    worker = service.start(clock="messages")
    async with service.letterbox() as box:
        for line in LINES[: APPLICATION + 1]:
            sender, key = sender_and_key(line)
            assert sender is not None
            fires_at = datetime.now(SHANGHAI).replace(microsecond=0) + timedelta(seconds=in_s)
            told = {**orjson.loads(line), "recordedtime": (fires_at - GRACE).isoformat()}
            answer, _ = await box.ask(sender, key, orjson.dumps(told))
            assert orjson.loads(answer)["type"] == "receipt.accepted.v1"
    worker.stop()
    return fires_at


def missed(service: Service) -> list[dict[str, object]]:
    """Return the service levels that were found missed."""
    return [orjson.loads(line) for line in service.exported("events") if b"service_level.missed" in line]


async def test_a_timer_fires_when_nothing_comes_and_is_what_a_replay_concludes(service: Service) -> None:
    """The journal then equals the replay of its messages until now."""
    fires_at = await until_applied(service, 3)
    service.start(clock="broker")
    eventually(lambda: len(missed(service)) == 2, "review and notice are found missed")
    assert {event["recordedtime"] for event in missed(service)} == {fires_at.isoformat()}
    assert datetime.now(SHANGHAI) >= fires_at
    assert service.exported("events") == service.replayed("--until", fires_at.isoformat())


async def test_a_message_in_time_that_waits_in_its_topic_is_not_overtaken(service: Service) -> None:
    """While intake stands still no timer fires; when it goes on, the message is decided before the timer."""
    if service.embedded:
        pytest.skip("the embedded broker tells the end of a topic too low and keeps no append time")
    fires_at = await until_applied(service, 30)
    sender, key = sender_and_key(REVIEW)
    assert sender is not None
    async with service.letterbox() as box:
        await box.send(sender, key, REVIEW)
    assert datetime.now(SHANGHAI) < fires_at, "the message is in time"
    desk = service.start("--roles", "desk,relay", clock="broker")
    eventually(lambda: any(line["event"] == "relay opened" for line in desk.said()), "it serves")
    eventually(lambda: datetime.now(SHANGHAI) > fires_at + timedelta(seconds=4), "the timer is overdue")
    assert missed(service) == []
    service.start("--roles", "intake", clock="broker")
    eventually(
        lambda: any(b'"bridge.approved.v1"' in line for line in service.exported("events")), "the review is decided"
    )
    assert missed(service) == []
    assert service.replayed() == service.exported("events")


async def test_recordedtime_is_the_append_time_of_the_senders_record(service: Service) -> None:
    """A `recordedtime` of the sender's own is no attribute that he may set."""
    service.start(clock="broker")
    before = datetime.now(SHANGHAI) - timedelta(seconds=1)
    sender, key = sender_and_key(LINES[0])
    assert sender is not None
    async with service.letterbox() as box:
        accepted = orjson.loads((await box.ask(sender, key, LINES[0]))[0])
        told = {**orjson.loads(LINES[1]), "recordedtime": "2013-11-06T09:00:00+08:00"}
        refused = orjson.loads((await box.ask(sender, key, orjson.dumps(told)))[0])
    assert before <= datetime.fromisoformat(accepted["time"]) <= datetime.now(SHANGHAI) + timedelta(seconds=1)
    assert (refused["data"]["code"], refused["data"]["field"]) == ("schema-violation", "recordedtime")
    assert service.replayed() == service.exported("events")
    assert SCHEME in accepted["source"]
