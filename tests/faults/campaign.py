"""A run of many faults on one service, each proved before the next, and the table of what came of it."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import orjson
from catalogue import CATALOGUE, Fault
from proof import Tally, compare
from running_service import PATIENCE_S
from stage import Stage, set_up
from witness import Witness

from drawbridge.law import SCHEMES
from drawbridge.settings import Clock

#: messages before and after a fault
MESSAGES = 10
#: messages that faults take on the average at most, with their own, and that a case of the cities gives at least
MESSAGES_A_FAULT, MESSAGES_A_CASE = 60, 8
#: faults that are few take more than the average
FAULTS_AT_LEAST = 4

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one fault."""

    fault: Fault
    tally: Tally
    serving_after_s: float


def chosen(faults: int, dice: Random) -> list[Fault]:
    """Return so many faults in an order left to chance: each kind once, then by their share of 200."""
    kinds = list(CATALOGUE)
    dice.shuffle(kinds)
    shares = [kind.in_200 for kind in CATALOGUE]
    return (kinds + dice.choices(CATALOGUE, shares, k=max(0, faults - len(kinds))))[:faults]


def run(faults: Sequence[Fault], *, seed: int, clock: Clock, say: Say, together: int = 1) -> list[Outcome]:
    """Do faults one after another; the first after which something is wrong is the last.

    Args:
        faults: in their order.
        seed: of the cities and of chance.
        clock: the service's.
        say: hears how it goes.
        together: so many are done before it is proved that nothing came of them: quicker, but says less.
    """
    outcomes: list[Outcome] = []
    cases = max(len(faults), FAULTS_AT_LEAST) * MESSAGES_A_FAULT // MESSAGES_A_CASE
    with set_up(seed=seed, cases=cases, clock=clock) as stage:
        for begin in range(0, len(faults), together):
            group = faults[begin : begin + together]
            outcome = several(stage, group)
            outcomes += [Outcome(fault, outcome.tally, outcome.serving_after_s) for fault in group]
            say(
                f"{len(outcomes):4}/{len(faults)}  {outcome.fault.name:45} {'ok' if outcome.tally.holds else 'WRONG'}"
                f"  {len(stage.crew.members)} workers, {len(stage.town.sent)} messages,"
                f" serving after {outcome.serving_after_s:.1f} s"
            )
            if not outcome.tally.holds:
                explain(stage, outcome, say)
                return outcomes
        outcomes.append(at_the_end(stage))
        if not outcomes[-1].tally.holds:
            explain(stage, outcomes[-1], say)
    return outcomes


def several(stage: Stage, faults: Sequence[Fault]) -> Outcome:
    """Do faults, and prove that nothing came of them."""
    serving_after_s = float("inf")
    try:
        for fault in faults:
            stage.crew.size = stage.dice.choice(fault.workers)
            stage.crew.tend()
            stage.town.send(MESSAGES)
            fault.strike(stage)
            stage.servers.heal()
        began = time.monotonic()
        stage.town.send(MESSAGES)
        stage.answers()
        serving_after_s = time.monotonic() - began
        told = stage.everything_is_told()
        tally = stage.books.prove(stage.town.sent, stage.witness)
        if not told and tally.holds:
            tally += Tally(wrong=("not everything was told in time",))
    except AssertionError as why:
        tally = Tally(wrong=(str(why),))
    return Outcome(Fault(" + ".join(fault.name for fault in faults), lambda _stage: None, 0), tally, serving_after_s)


def at_the_end(stage: Stage) -> Outcome:
    """Read every output again from its beginning, and replay with the product's own commands."""
    again = Witness(stage.servers.kafka, stage.town.prefix)
    again.find_topics()
    again.read_until(lambda: stage.books.published(again), PATIENCE_S)
    tally = stage.books.outputs_are_whole(again)
    again.close()
    service = stage.crew.service
    for scheme in SCHEMES:
        events = service.exported("events", scheme)
        until = ("--until", orjson.loads(events[-1])["recordedtime"]) if events else ()
        tally += compare(service.replayed(*until, scheme=scheme), events, f"drawbridge replay of {scheme}")
    return Outcome(Fault("everything read again", lambda _stage: None, 0), tally, 0.0)


def explain(stage: Stage, outcome: Outcome, say: Say) -> None:
    """Say what is wrong, and what the workers said last."""
    for line in outcome.tally.wrong:
        say(f"      {line}")
    for log in sorted(stage.crew.service.folder.glob("worker-*.log"), key=lambda file: file.stat().st_mtime)[-4:]:
        said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        say("\n".join([f"--- {log.name}", *(line[:600] for line in said)]))


def table(outcomes: Sequence[Outcome]) -> str:
    """Return a row for each kind of fault."""
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.fault.name].append(outcome)
    head = f"{'fault':45} {'count':>5} {'lost':>5} {'doubled':>7} {'out of order':>12} {'serving after, s':>18}"
    rows = [head, "-" * len(head)]
    for name in sorted(kinds):
        mine = kinds[name]
        total = sum((outcome.tally for outcome in mine), Tally())
        seconds = sorted(outcome.serving_after_s for outcome in mine)
        served = f"{seconds[len(seconds) // 2]:.1f} (max {seconds[-1]:.1f})"
        mark = "" if total.holds else "  WRONG"
        rows.append(
            f"{name:45} {len(mine):5} {total.lost:5} {total.doubled:7} {total.disordered:12} {served:>18}{mark}"
        )
    return "\n".join(rows)
