"""`drawbridge bench`: what a replayed message costs, stage by stage, against a floor measured in the same run."""

import gc
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import click
import orjson
from pydantic import ValidationError

from drawbridge import shipped
from drawbridge.bank.codec import read_json, read_message
from drawbridge.bank.envelope import Message
from drawbridge.bank.messages import MODELS
from drawbridge.law import SCHEMES, Event
from drawbridge.law.event import canonical
from drawbridge.replay import Replay
from drawbridge.simulate import Plan, simulate

_MISHAPS = 0.1


@dataclass(frozen=True, slots=True)
class _Cost:
    """CPU time of one pass over all messages."""

    name: str
    seconds: float

    def row(self, messages: int, whole: float) -> str:
        """Return the table's row: a message's microseconds, and the share of the whole."""
        return f"  {self.name:<44}{self.seconds / messages * 1e6:>9.1f} µs{self.seconds / whole:>9.0%}"


def _year(scheme: str) -> tuple[date, date]:
    """Return the first and last day of the simulated year: the one after that in which the scheme came into force."""
    year = SCHEMES[scheme].profile.valid_from.year + 1
    return date(year, 1, 1), date(year, 12, 31)


def _cpu(work: Callable[[], object], runs: int = 3) -> float:
    """Return the least CPU seconds of some runs: the least is the one that others disturbed least."""
    spent = []
    for _ in range(runs):
        gc.collect()
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)


def _floor(lines: list[bytes]) -> None:
    """Do only what nobody can leave out: parse, validate, write, hash; a line in, a line out."""
    for line in lines:
        value = orjson.loads(line)
        _form(value["type"], value["data"])
        sha256(canonical(value)).digest()


def _form(type_: str, data: object) -> None:
    model = MODELS.get(type_)
    if model is not None:
        with suppress(ValidationError):
            model.model_validate(data)


def _whole(scheme: str, lines: list[bytes]) -> tuple[list[Event], list[bytes]]:
    """Replay everything as the command does, printing into memory."""
    replay = Replay(SCHEMES[scheme], shipped.calendar())
    events: list[Event] = []
    printed: list[bytes] = []
    for line in lines:
        decision = replay.answer(line)
        events += decision.events
        printed += [event.line for event in decision.events]
        if decision.receipt is not None:
            printed.append(decision.receipt)
    return events, printed


def _validate(messages: Iterable[Message]) -> None:
    for message in messages:
        _form(message.type, message.attributes.get("data"))


def _chain(envelopes: Iterable[dict[str, object]]) -> None:
    for envelope in envelopes:
        sha256(canonical(envelope)).hexdigest()


def _look_ups(first_on: date, days: int = 365) -> tuple[float, float]:
    """Return the CPU seconds of asking whether one works on a day, and of counting 20 working days, each once."""
    calendar = shipped.calendar()
    year = [first_on + timedelta(n) for n in range(days)]
    asked = _cpu(lambda: [calendar.is_working(day) for day in year])
    counted = _cpu(lambda: [calendar.add(day, 20) for day in year])
    return asked / days, counted / days


def _stages(scheme: str, lines: list[bytes]) -> tuple[list[_Cost], float]:
    """Measure each stage by itself; what is left of the whole is the deciding."""
    messages = [message for line in lines if isinstance(message := read_message(line), Message)]
    events, printed = _whole(scheme, lines)
    envelopes = [orjson.loads(event.line) for event in events]
    whole = _cpu(lambda: _whole(scheme, lines))
    json = _cpu(lambda: [read_json(message.raw) for message in messages])
    measured = [
        _Cost("read: strict JSON", json),
        _Cost("read: envelope, instants, digest", _cpu(lambda: [read_message(line) for line in lines]) - json),
        _Cost("check: the message's form", _cpu(lambda: _validate(messages))),
        _Cost("chain: canonical JSON and SHA-256", _cpu(lambda: _chain(envelopes))),
        _Cost("print: join the lines", _cpu(lambda: b"\n".join(printed))),
    ]
    rest = whole - sum(cost.seconds for cost in measured)
    return [*measured[:3], _Cost("decide: rules, timers, state, receipts", rest), *measured[3:]], whole


@click.command(epilog="Example: drawbridge bench --cases 500")
@click.option("--cases", default=3000, show_default=True, type=click.IntRange(10), help="Cases of the simulated year.")
@click.option("--seed", default=1, show_default=True, help="Seed of the simulated year.")
@click.option(
    "--scheme", default=next(iter(SCHEMES)), show_default=True, type=click.Choice([*SCHEMES]), help="Whose year it is."
)
def command(cases: int, seed: int, scheme: str) -> None:
    """Measure a replay of a simulated year: CPU time a message, by stage, and as a ratio to a floor.

    The floor does only what nobody can leave out: parse each message, validate it, write and hash one line. Absolute
    figures differ from machine to machine; ratios and shares can be compared.
    """
    click.echo(f"simulating {cases} cases …", err=True)
    year = _year(scheme)
    lines = list(simulate(Plan(scheme, seed, cases, *year, _MISHAPS, shipped.calendar())))
    gc.set_threshold(100_000)
    gc.freeze()  # what is there so far costs no collection anything
    readable = [line for line in lines if isinstance(read_message(line), Message)]
    floor = _cpu(lambda: _floor(readable))
    stages, whole = _stages(scheme, lines)
    count = len(lines)
    click.echo(f"replay of a simulated year of {scheme}: {cases} cases, {count} messages, one core\n")
    for cost in stages:
        click.echo(cost.row(count, whole))
    click.echo(_Cost("whole", whole).row(count, whole))
    click.echo(_Cost("floor: parse, validate, write, hash", floor).row(count, whole))
    click.echo(f"\n  {count / whole:,.0f} messages a second; {floor / whole:.2f} of the floor's speed")
    asked, counted = _look_ups(year[0])
    click.echo(f"  working days: {asked * 1e6:.2f} µs to ask for a day, {counted * 1e6:.2f} µs to count twenty again")
