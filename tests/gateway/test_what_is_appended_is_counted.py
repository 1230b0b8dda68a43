"""The journal's meter tells messages by type and answer, refusals by code, events, and how long an answer took."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.gateway.intake import Received
from drawbridge.gateway.measured import MeasuredJournal, measured
from drawbridge.law.event import canonical
from drawbridge.record.rows import Answered, Batch, Buried, Happened, Origin
from drawbridge.watch.metrics import Meter

SCHEME = "zhenjiang-2013"
ORIGIN = Origin("bank.313314000017.in", 0, 7)


def answered(**told: Any) -> Answered:
    """Return a message's row, received a second ago and accepted unless told otherwise."""
    code = told.pop("code", None)
    kind = "receipt.rejected.v1" if code else "receipt.accepted.v1"
    receipt = canonical({"data": {"code": code} if code else {"events": []}, "type": kind})
    usual: dict[str, Any] = {
        "scheme": SCHEME,
        "decided": 1,
        "key": b"",
        "is_first": True,
        "digest": b"",
        "recorded_at": datetime.now(SHANGHAI) - timedelta(seconds=1),
        "source": "urn:bank:313314000017",
        "id": "b-1",
        "type": "bank.bridge.notice.v1",
        "raw": b"",
        "told_time": False,
        "receipt": receipt,
        "receipt_topic": "bank.313314000017.out",
        "origin": ORIGIN,
    }
    return Answered(**usual | told)


def counted(*rows: Answered | Happened | Buried, is_sandbox: bool = False) -> Meter:
    """Return a meter after a batch was appended."""
    meter = Meter()
    journal = MeasuredJournal(None, meter, is_sandbox=is_sandbox)
    journal._count(Batch(1, outbound=list(rows)))
    return meter


def value(meter: Meter, name: str, labels: Mapping[str, str]) -> float | None:
    """Return a series' value."""
    return meter.registry.get_sample_value(name, dict(labels))


@pytest.mark.parametrize(
    ("told", "kind", "answer"),
    [
        ({}, "bank.bridge.notice.v1", "accepted"),
        ({"code": "bank-suspended"}, "bank.bridge.notice.v1", "rejected"),
        ({"is_first": False}, "bank.bridge.notice.v1", "repeated"),
        ({"is_first": False, "code": "bank-suspended"}, "bank.bridge.notice.v1", "repeated"),
        ({"is_first": False, "code": "message-altered"}, "bank.bridge.notice.v1", "rejected"),
        ({"type": "bank.made.up.v1", "code": "unknown-type"}, "other", "rejected"),
    ],
    ids=["accepted", "rejected", "repeated", "a refusal repeated", "altered", "of an unknown type"],
)
def test_a_message_is_counted_by_its_answer(told: dict[str, Any], kind: str, answer: str) -> None:
    """Once, under a type from the list: what a sender makes up makes no series."""
    meter = counted(answered(**told))
    assert value(meter, "drawbridge_messages_total", {"scheme": SCHEME, "type": kind, "answer": answer}) == 1
    text = meter.text().decode()
    assert text.count("drawbridge_messages_total{") == 1
    assert text.count("drawbridge_rejections_total{") == (answer == "rejected")


def test_a_message_for_no_scheme_is_counted_as_other() -> None:
    """The name that it gave is its sender's."""
    meter = counted(answered(scheme="atlantis-1", decided=0, is_first=False, code="unknown-scheme"))
    labels = {"scheme": "other", "type": "bank.bridge.notice.v1", "answer": "rejected"}
    assert value(meter, "drawbridge_messages_total", labels) == 1
    assert "atlantis" not in meter.text().decode()


def test_the_latency_is_from_receipt_to_journal() -> None:
    """In a sandbox the messages tell instants of their own, so there is none."""
    meter = counted(answered(), answered())
    seconds = value(meter, "drawbridge_decision_latency_seconds_sum", {"scheme": SCHEME})
    assert value(meter, "drawbridge_decision_latency_seconds_count", {"scheme": SCHEME}) == 2
    assert seconds is not None
    assert 2 <= seconds < 4
    sandbox = counted(answered(), is_sandbox=True)
    assert value(sandbox, "drawbridge_decision_latency_seconds_count", {"scheme": SCHEME}) is None


def test_events_and_dead_letters_are_counted() -> None:
    """Timers' events fill a batch too, but nothing came with them."""
    now = datetime.now(SHANGHAI)
    event = Happened(SCHEME, 1, now, "bridge.noticed.v1", "bridge/1", (), (), b"")
    meter = counted(event, event, Buried("", "malformed", "", now, b"", b"", (), ORIGIN))
    assert value(meter, "drawbridge_events_total", {"scheme": SCHEME, "type": "bridge.noticed.v1"}) == 2
    assert value(meter, "drawbridge_dead_letters_total", {"reason": "malformed"}) == 1
    assert value(meter, "drawbridge_batch_records_sum", {"stage": "desk"}) == 1
    assert value(counted(event), "drawbridge_batch_records_count", {"stage": "desk"}) is None


async def test_only_a_batch_that_was_delivered_is_measured() -> None:
    """What fails ends the process and is forwarded again."""
    meter, batch = Meter(), [Received(ORIGIN, b"", (), 0, 1)]
    is_gone = False

    async def forward(_batch: Sequence[Received]) -> None:
        if is_gone:
            raise OSError("gone")

    forward_measured = measured(forward, meter)
    await forward_measured(batch)
    is_gone = True
    with pytest.raises(OSError, match="gone"):
        await forward_measured(batch)
    assert value(meter, "drawbridge_batch_records_count", {"stage": "intake"}) == 1
