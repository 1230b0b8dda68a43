"""What is sent in a history: one of the worked cases, from the first message that its bank needs on, and mishaps."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

import orjson

from drawbridge.bank.envelope import Sender
from drawbridge.sending import sender_and_key
from drawbridge.topics import inbound, partition_of

CASES = Path(__file__).parents[1] / "law" / "cases" / "shared-format"
SCHEME = "zhenjiang-2013"
OPERATOR = "zhenjiang-finance-bureau"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent: when, on whose topic, and its bytes."""

    at: datetime
    topic: str
    value: bytes


@cache
def case(number: int) -> tuple[Letter, ...]:
    """Return the letters of a worked case, without the preparations that it does not need."""
    [path] = CASES.glob(f"{number}-*.ndjson")
    lines = [line for line in path.read_bytes().splitlines() if sender_and_key(line)[0] is not None]
    told = [orjson.loads(line) for line in lines]
    named = {
        bank
        for message in told
        if not message["subject"].startswith("bank/")
        for bank in (message["source"].rsplit(":", 1)[1], message["subject"].split("/")[1])
    }
    kept = []
    for line, message in zip(lines, told, strict=True):
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


def letters(dice: random.Random, partitions: int) -> list[Letter]:
    """Return what is sent in a history, in the order of its instants."""
    chosen = list(case(dice.randint(1, 8)))
    if dice.random() < 0.3:  # the case breaks off: what should have come then is missing, and deadlines pass
        chosen = chosen[: dice.randint(4, len(chosen))]
    for index in range(dice.randint(0, 3)):
        chosen.append(_mishap(dice, chosen, index, partitions))
    return sorted(chosen, key=lambda letter: letter.at)


def _mishap(dice: random.Random, chosen: list[Letter], index: int, partitions: int) -> Letter:
    """Return something that should not be there."""
    model = dice.choice([letter for letter in chosen if letter.value.startswith(b'{"specversion":')])
    at = model.at + timedelta(minutes=dice.randint(0, 60 * 24 * 20))
    match dice.randrange(4):
        case 0:  # the sender's own repetition, often much later
            return Letter(at, model.topic, model.value)
        case 1:  # the same id with another content
            told = orjson.loads(model.value)
            told["time"] = (datetime.fromisoformat(told["time"]) - timedelta(seconds=1)).isoformat()
            return Letter(at, model.topic, orjson.dumps(told))
        case 2:
            return Letter(at, model.topic, b'{"id": garbage %d' % index)
        case _:  # for a scheme that is not run here, in another partition of `facts` if there is one
            told = orjson.loads(model.value) | {
                "id": f"nowhere-{index}",
                "source": f"urn:operator:{OPERATOR}",
                "scheme": _nowhere(partitions - 1, partitions),
            }
            return Letter(at, inbound(Sender("operator", OPERATOR)), orjson.dumps(told))
