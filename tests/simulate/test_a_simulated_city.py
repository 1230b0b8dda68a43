"""What `drawbridge simulate` promises of its messages."""

import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from itertools import pairwise

import orjson
import pytest

from drawbridge import shipped
from drawbridge.bank.codec import read_message
from drawbridge.bank.envelope import DeadLetter, Message
from drawbridge.bank.forms import has_uscc_checksum
from drawbridge.bank.messages import MODELS
from drawbridge.law import SCHEMES
from drawbridge.replay import Replay
from drawbridge.simulate import CITIES, Plan, simulate
from drawbridge.simulate.bridge import mishaps
from drawbridge.simulate.people import credit_code, organisation_code

CALENDAR = shipped.calendar()


def a_plan(cases: int = 120, mishap_rate: float = 0.5, seed: int = 7) -> Plan:
    """A plan over the Spring Festival of 2014."""
    return Plan("zhenjiang-2013", seed, cases, date(2014, 1, 6), date(2014, 4, 30), mishap_rate, CALENDAR)


def well_formed(plan: Plan) -> list[Message]:
    """The city's messages, broken lines left out."""
    return [message for message in map(read_message, simulate(plan)) if isinstance(message, Message)]


def rejections(plan: Plan) -> Counter[str]:
    """How often each code refuses a message of the city."""
    replay = Replay(SCHEMES[plan.scheme], CALENDAR)
    codes: Counter[str] = Counter()
    for line in simulate(plan):
        receipt = replay.answer(line).receipt
        if receipt is not None:
            codes[orjson.loads(receipt)["data"].get("code", "")] += 1
    return codes


def test_the_same_plan_gives_the_same_bytes_and_another_seed_gives_others() -> None:
    """A simulation is a function of its plan."""
    assert list(simulate(a_plan())) == list(simulate(a_plan()))
    assert list(simulate(a_plan())) != list(simulate(a_plan(seed=8)))


def test_the_same_command_gives_the_same_bytes_in_every_process() -> None:
    """Nothing depends on the order of a set, whose hashes differ from process to process."""
    words = ("simulate --scheme zhenjiang-2013 --seed 7", "--cases 30 --from 2014-01-06 --to 2014-02-28")
    city = [word for part in words for word in part.split()]
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "drawbridge", *city], capture_output=True, check=True, env={"PYTHONHASHSEED": salt}
        ).stdout
        for salt in ("1", "2")
    }
    assert len(outputs) == 1


def test_messages_come_in_order_of_receipt() -> None:
    """No line was received before the one above it."""
    received = [message.recorded_at for message in well_formed(a_plan())]
    assert all(before <= after for before, after in pairwise(received))


def test_a_recordedtime_stands_only_where_it_is_not_the_time() -> None:
    """What is the default is not said."""
    told = [orjson.loads(line) for line in simulate(a_plan(mishap_rate=0))]
    late = [message for message in told if "recordedtime" in message]
    assert late
    assert all(message["recordedtime"] > message["time"] for message in late)


def test_nobody_works_on_a_day_off() -> None:
    """All that is said happens on a working day, make-up days included, in office hours."""
    times = {message.time for message in well_formed(a_plan())}
    assert all(CALENDAR.is_working(time.date()) for time in times)
    assert all(8 <= time.hour < 17 for time in times)


def test_every_message_is_of_its_form() -> None:
    """The data of each message fits its model, so that nothing is refused for its form."""
    for message in well_formed(a_plan()):
        MODELS[message.type].model_validate_json(orjson.dumps(message.attributes["data"]))


def test_each_kind_of_mishap_occurs() -> None:
    """The kinds are those that the command names, and each leaves its mark on the journal."""
    assert mishaps.KINDS == (
        "late", "short", "misdirected", "refused", "repeated",
        "altered", "broken", "seized", "abandoned", "reported-late",
    )  # fmt: skip
    replay = Replay(SCHEMES["zhenjiang-2013"], CALENDAR)
    events: Counter[str] = Counter()
    dead_letters = repeated = 0
    codes: Counter[str] = Counter()
    for line in simulate(a_plan(cases=300, mishap_rate=1)):
        decision = replay.answer(line)
        events.update(event.type for event in decision.events)
        dead_letters += decision.dead_letter is not None
        repeated += decision.repeated
        if decision.receipt is not None:
            codes[orjson.loads(decision.receipt)["data"].get("code", "")] += 1
    marks = {
        "bridge.overdue.v1",  # late
        "bridge.defaulted.v1",
        "bank.breached.v1",  # short, refused
        "bridge.entrusted_payment.violated.v1",  # misdirected
        "bridge.renewal.refused.v1",
        "bridge.assets.seized.v1",
        "bridge.renewal.abandoned.v1",
        "bridge.settlement.rescinded.v1",  # reported late
        "bank.breach.rescinded.v1",
        "report.due.v1",
    }
    assert marks <= events.keys()
    assert dead_letters
    assert repeated
    assert codes["message-altered"]
    assert codes["materials-missing"]


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_refused_and_all_is_repaid_when_nothing_goes_wrong(seed: int) -> None:
    """Without mishaps every message is accepted, also where a queue has formed: no contract is told before its turn."""
    plan = a_plan(cases=160, mishap_rate=0, seed=seed)
    replay = Replay(SCHEMES[plan.scheme], CALENDAR)
    events: Counter[str] = Counter()
    for line in simulate(plan):
        decision = replay.answer(line)
        assert decision.receipt is not None
        assert orjson.loads(decision.receipt)["type"] == "receipt.accepted.v1"
        events.update(event.type for event in decision.events)
    assert events["bridge.queued.v1"]
    ended = events["bridge.closed.v1"] + events["bridge.withdrawn.v1"] + events["bridge.declined.v1"]
    assert events["bridge.noticed.v1"] == ended == 160


def test_most_is_accepted_at_the_usual_rate_of_mishaps() -> None:
    """A mishap does not drag the well-behaved loans of the same bank along."""
    codes = rejections(a_plan(cases=200, mishap_rate=0.1))
    assert codes[""] > 0.97 * codes.total()


def test_every_broken_line_is_malformed() -> None:
    """What is torn cannot be read by chance."""
    letters = [
        letter for letter in map(read_message, simulate(a_plan(mishap_rate=1))) if isinstance(letter, DeadLetter)
    ]
    assert letters
    assert {letter.reason for letter in letters} == {"malformed"}


def test_messages_are_told_as_the_days_pass() -> None:
    """The first lines come before the last loan has begun: memory holds what is in progress, not the whole city."""
    a_year = Plan("zhenjiang-2013", 7, 10**5, date(2014, 1, 6), date(2033, 12, 31), 0.1, CALENDAR)
    first = next(simulate(a_year))
    assert datetime.fromisoformat(orjson.loads(first)["time"]).date() == date(2014, 1, 6)


def test_the_codes_that_are_made_up_have_the_check_characters_of_their_standards() -> None:
    """GB 32100-2015 and GB 11714-1997; the last example is the standard's own."""
    assert has_uscc_checksum(credit_code("91", "321100", "MA1W20011"))
    assert credit_code("91", "321100", "MA1W20011") == "91321100MA1W20011N"
    assert organisation_code("D2143569") == "D2143569X"


def pool_plan(cases: int = 80, mishap_rate: float = 0.0, seed: int = 7) -> Plan:
    """A plan of the pool's city in 2016."""
    return Plan("qianjiang-2015", seed, cases, date(2016, 1, 4), date(2016, 5, 31), mishap_rate, CALENDAR)


@pytest.mark.parametrize("seed", range(2))
def test_a_pool_without_mishaps_is_repaid_and_closed_and_nothing_is_refused(seed: int) -> None:
    """Every loan ends, and the contributions go back."""
    plan = pool_plan(seed=seed)
    replay = Replay(SCHEMES[plan.scheme], CALENDAR)
    events: Counter[str] = Counter()
    for line in simulate(plan):
        decision = replay.answer(line)
        assert decision.receipt is not None
        assert orjson.loads(decision.receipt)["type"] == "receipt.accepted.v1", line
        events.update(event.type for event in decision.events)
    assert events["pool.loan.recommended.v1"] == events["pool.loan.closed.v1"] == 80
    assert events["pool.refunded.v1"] == 1


def test_a_pool_with_mishaps_goes_through_both_stages() -> None:
    """Each kind of mishap leaves its mark, in order of receipt and of its form."""
    plan = pool_plan(cases=120, mishap_rate=1)
    replay = Replay(SCHEMES[plan.scheme], CALENDAR)
    events: Counter[str] = Counter()
    for line in simulate(plan):
        events.update(event.type for event in replay.answer(line).events)
    received = [message.recorded_at for message in well_formed(plan)]
    assert received == sorted(received)
    marks = {
        "pool.loan.declined.v1",
        "pool.filing.violated.v1",
        "pool.loan.overdue.v1",  # late
        "pool.loan.overdue.rescinded.v1",  # reported late
        "pool.instalment.missed.v1",
        "pool.compensation.paid.v1",  # defaulted
        "pool.direct_debit.authorised.v1",
        "pool.shortfall.shared.v1",
        "pool.recovery.allocated.v1",
        "credit.blacklist.raised.v1",
        "pool.refunded.v1",
    }
    assert marks <= events.keys()
    assert list(simulate(plan)) == list(simulate(plan))


def test_most_of_a_pool_is_accepted_at_the_usual_rate_of_mishaps() -> None:
    """What goes wrong with one loan does not drag the others along."""
    codes = rejections(pool_plan(cases=200, mishap_rate=0.1))
    assert codes[""] > 0.97 * codes.total()


def test_every_city_is_of_a_scheme() -> None:
    """What can be simulated can be replayed."""
    assert set(CITIES) <= set(SCHEMES)
