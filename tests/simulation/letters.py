"""What is sent in a history: a worked case of the bridge and a loan of the pool, side by side, and mishaps."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import NamedTuple

import orjson

from drawbridge import shipped
from drawbridge.bank.envelope import Sender
from drawbridge.gateway.rulings import Ruling
from drawbridge.sending import sender_and_key
from drawbridge.simulate import Plan, simulate
from drawbridge.topics import inbound, partition_of

CASES = Path(__file__).parents[1] / "law" / "cases" / "shared-format"
BRIDGE, POOL = "zhenjiang-2013", "qianjiang-2015"
SCHEMES = (BRIDGE, POOL)
OPERATORS = ("zhenjiang-finance-bureau", "qianjiang-finance-bureau")
AGENCIES = ("qianjiang-office",)
CALENDAR = shipped.calendar()
#: loans of the pool that are told apart
LOANS = 40
#: the day on which all cases begin
BEGINS_ON = date(2013, 11, 6)
#: so many of them are told to their end
WHOLE = 0.5


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent: when, on whose topic, and its bytes."""

    at: datetime
    topic: str
    value: bytes


class Sent(NamedTuple):
    """What stands on a sender's topic.

    Attributes:
        at_ms: the append time of its broker.
        ruling: what it rules on a dead letter; None for a message.
        is_foreseen: whether it rules on what did not stand in the journal yet.
    """

    value: bytes
    at_ms: int
    ruling: Ruling | None = None
    is_foreseen: bool = False


@cache
def case(number: int) -> tuple[Letter, ...]:
    """Return the letters of a worked case, without the preparations that it does not need."""
    [path] = CASES.glob(f"{number}-*.ndjson")
    return _letters(path.read_bytes().splitlines())


@cache
def loan(number: int) -> tuple[Letter, ...]:
    """Return the letters of a loan of the pool, in most of which something goes wrong."""
    return _letters(simulate(Plan(POOL, number, 1, BEGINS_ON, BEGINS_ON, 0.7, CALENDAR)))


def _letters(lines: Iterable[bytes]) -> tuple[Letter, ...]:
    """Return the letters of those lines that tell their sender, without the enrolments of banks that say nothing."""
    whole = [line for line in lines if sender_and_key(line)[0] is not None]
    told = [orjson.loads(line) for line in whole]
    named = {
        bank
        for message in told
        if not message["subject"].startswith("bank/")
        for bank in (message["source"].rsplit(":", 1)[1], message["subject"].split("/")[1])
    }
    kept = []
    for line, message in zip(whole, told, strict=True):
        kind, of, *_ = message["subject"].split("/")
        if kind == "bank" and of not in named:
            continue
        sender, _ = sender_and_key(line)
        assert sender is not None
        at = message.pop("recordedtime", None)
        # written anew, all of them: a repetition repeats the bytes
        kept.append(Letter(datetime.fromisoformat(at or message["time"]), inbound(sender), orjson.dumps(message)))
    return tuple(kept)


@cache
def _nowhere(partition: int, partitions: int) -> str:
    """Return a scheme that does not exist and belongs to a partition."""
    return next(name for name in (f"nowhere-{n}" for n in count()) if partition_of(name, partitions) == partition)


def letters(dice: random.Random, partitions: int, *, too_early: bool) -> list[Letter]:
    """Return what is sent in a history, in the order of its instants; `too_early`: also by banks not yet enrolled."""
    chosen = _broken_off(dice, case(dice.randint(1, 8))) + _broken_off(dice, loan(dice.randint(1, LOANS)))
    for index in range(dice.randint(0, 3)):
        chosen.append(_mishap(dice, chosen, index, partitions, too_early=too_early))
    return sorted(chosen, key=lambda letter: letter.at)


def _broken_off(dice: random.Random, whole: tuple[Letter, ...]) -> list[Letter]:
    """Return a case, or its beginning: what should have come then is missing, and deadlines pass."""
    return list(whole if dice.random() < WHOLE else whole[: dice.randint(4, len(whole))])


def _mishap(dice: random.Random, chosen: list[Letter], index: int, partitions: int, *, too_early: bool) -> Letter:
    """Return something that should not be there."""
    model = dice.choice([letter for letter in chosen if letter.value.startswith(b'{"specversion":')])
    at = model.at + timedelta(minutes=dice.randint(0, 60 * 24 * 20))
    match dice.randrange(5):
        case 0:  # the sender's own repetition, often much later
            return Letter(at, model.topic, model.value)
        case 1:  # the same id with another content
            told = orjson.loads(model.value)
            told["time"] = (datetime.fromisoformat(told["time"]) - timedelta(seconds=1)).isoformat()
            return Letter(at, model.topic, orjson.dumps(told))
        case 2:
            return Letter(at, model.topic, b'{"id": garbage %d' % index)
        case 3 if too_early and model.topic.startswith(
            "bank."
        ):  # before its bank is enrolled; a ruling may have it decided later
            told = orjson.loads(model.value) | {"id": f"early-{index}"}
            return Letter(chosen[0].at - timedelta(minutes=index + 1), model.topic, orjson.dumps(told))
        case _:  # for a scheme that is not run here, in another partition of `facts` if there is one
            told = orjson.loads(model.value) | {
                "id": f"nowhere-{index}",
                "source": f"urn:operator:{OPERATORS[0]}",
                "scheme": _nowhere(partitions - 1, partitions),
            }
            return Letter(at, inbound(Sender("operator", OPERATORS[0])), orjson.dumps(told))
