"""Every record has a traceparent: its sender's, or one of its place; the log tells of it by that and no more."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import structlog
from structlog.testing import capture_logs
from test_what_is_appended_is_counted import ORIGIN, answered

from drawbridge.bank.envelope import SHANGHAI
from drawbridge.gateway import telling
from drawbridge.gateway.measured import MeasuredJournal
from drawbridge.record.rows import Batch, Buried
from drawbridge.traces import trace_id, traceparent_of
from drawbridge.watch.metrics import Meter

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
PLACE = str(ORIGIN)


def test_a_senders_trace_is_kept() -> None:
    """Whoever traces finds his own trace again in what he is answered."""
    assert traceparent_of([("ce_id", b"1"), ("Traceparent", GIVEN.encode())], PLACE) == GIVEN
    assert trace_id(GIVEN) == "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_later_version_is_read_as_far_as_this_one_goes() -> None:
    """As W3C asks: the first four fields hold, and are passed on as this version has them."""
    later = GIVEN.replace("00-", "01-", 1) + "-what-comes-later"
    assert traceparent_of([("traceparent", later.encode())], PLACE) == GIVEN


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "garbage",
        GIVEN.upper(),
        GIVEN + "-more",
        GIVEN.replace("00-", "ff-", 1),
        GIVEN.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
        GIVEN.replace("00f067aa0ba902b7", "0" * 16),
        GIVEN + "\n",
    ],
)
def test_what_is_no_traceparent_is_not_passed_on(bad: str) -> None:
    """A sender cannot put anything else into others' headers and our log: then the record's place counts."""
    made = traceparent_of([("traceparent", bad.encode())], PLACE)
    assert made == traceparent_of([], PLACE)
    assert trace_id(made) not in bad or not bad


def test_a_trace_made_of_a_place_is_the_same_each_time() -> None:
    """So what a worker and its successor say of a record belongs together; another record has another."""
    made = traceparent_of([], PLACE)
    assert traceparent_of([("traceparent", made.encode())], "elsewhere/0/1") == made, "it is of W3C's form"
    assert made == traceparent_of([], PLACE) != traceparent_of([], PLACE + "1")


@pytest.fixture
def quiet() -> Iterator[None]:
    """Put structlog's settings back after a test."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def told(level: str, *rows: object) -> list[dict[str, object]]:
    """Return what is logged, from a level on, of a batch whose rows belong to one trace."""
    batch = Batch(1, outbound=list(rows))  # type: ignore[arg-type]
    batch.belongs(GIVEN)
    answers = MeasuredJournal(None, Meter(), is_sandbox=False)._count(batch)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    with capture_logs() as lines:
        telling.tell_decided(batch, answers)
    return [dict(line) for line in lines]


def test_what_was_refused_is_told_with_its_trace(quiet: None) -> None:
    """Origin, scheme, type and code; nothing that the sender wrote."""
    refused = answered(code="bank-suspended", id="person 320102198001010011", type="li.ming.v1")
    buried = Buried("li.ming", "malformed", "李明", datetime.now(SHANGHAI), b"", "李明".encode(), (), ORIGIN)
    lines = told("info", answered(), refused, buried)
    common = {"trace": trace_id(GIVEN), "origin": PLACE}
    scheme = {"scheme": "zhenjiang-2013", "type": "other", "code": "bank-suspended"}
    assert lines == [
        {"event": "message rejected", "log_level": "info", **common, **scheme},
        {"event": "dead letter", "log_level": "warning", **common, "reason": "malformed"},
    ]


def test_every_message_is_told_to_whoever_asks_for_it(quiet: None) -> None:
    """With the level debug."""
    assert [line["event"] for line in told("debug", answered(), answered(is_first=False))] == [
        "message accepted",
        "message repeated",
    ]
    assert told("info", answered()) == []


def test_a_flood_of_refusals_is_no_flood_of_lines(quiet: None) -> None:
    """The rest of a batch is counted in one line."""
    lines = told("info", *[answered(code="bank-suspended")] * 500)
    assert len(lines) == telling.LINES + 1
    assert lines[-1]["left_out"] == 500 - telling.LINES
