"""Runs seeds through the product's replay and the oracle, and tells the first difference of each.

Usage: python -m tests.oracle.run FIRST LAST [SIZE] [--scheme ID] [--oracle-alone] [--alerts]
       [--filing-reading within|at-least] [--product-option OPTION]...
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal
from unittest.mock import patch

from click.testing import CliRunner

from drawbridge.cli import cli
from drawbridge.law import SCHEMES
from drawbridge.law.pool.profile import QIANJIANG_2015
from drawbridge.law.pool.scheme import pool_scheme

from . import histories, pool_alerts, pool_histories, replay
from .compare import first_difference
from .pool_deciding import AssistedLoan

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTEXT, WIDTH = 3, 420
BRIDGE, POOL = "zhenjiang-2013", "qianjiang-2015"
Reading = Literal["within", "at-least"]
#: the product's schemes, by how the pool's profile reads the days of filing; the command has no option for it
SCHEMES_BY_READING = {
    reading: {**SCHEMES, POOL: pool_scheme(replace(QIANJIANG_2015, filing_reading=figure))}
    for reading in ("within", "at-least")
    for figure in [replace(QIANJIANG_2015.filing_reading, value=reading)]
}


def product(
    lines: list[str],
    until: str | None,
    scheme: str = BRIDGE,
    options: Sequence[str] = (),
    reading: Reading = "within",
) -> list[dict[str, Any]]:
    """What the product's own command prints for a history. It runs in this process: its start would take the longest.

    Raises:
        RuntimeError: it did not end with exit 0.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        more = ["--until", until] if until else []
        with patch("drawbridge.commands.replay.SCHEMES", SCHEMES_BY_READING[reading]):
            run = CliRunner().invoke(cli, ["replay", file.name, "--scheme", scheme, *more, *options])
    if run.exit_code:
        raise RuntimeError(run.stderr[-1500:] or repr(run.exception))
    return [json.loads(line) for line in run.stdout.splitlines()]


def say(text: str) -> None:
    """Prints a line."""
    sys.stdout.write(f"{text}\n")


def brief(line: dict[str, Any]) -> str:
    """One line of output, cut to what helps to find the matter."""
    left_out = ("prev", "source", "specversion", "scheme", "datacontenttype")
    ordered = {key: line[key] for key in ("type", "subject", "time", "recordedtime", "causationid") if key in line}
    rest = {key: value for key, value in line.items() if key not in left_out and key not in ordered}
    return json.dumps({**ordered, **rest}, ensure_ascii=False, default=str)[:WIDTH]


@dataclass(frozen=True)
class Asked:
    """What is to be run: a scheme, how long its histories are, how it reads the days of filing."""

    scheme: str
    size: int
    reading: Reading
    options: Sequence[str]

    def history(self, seed: int) -> list[str]:
        """A history."""
        if self.scheme == POOL:
            return pool_histories.history(seed, self.size, self.reading)
        return histories.history(seed, self.size)

    def oracle(self, lines: list[str], until: str | None) -> list[dict[str, Any]]:
        """What the oracle says to it."""
        return replay(lines, self.scheme, until, AssistedLoan(self.reading) if self.scheme == POOL else None)

    def product(self, lines: list[str], until: str | None, *more: str) -> list[dict[str, Any]]:
        """What the product says to it."""
        return product(lines, until, self.scheme, [*self.options, *more], self.reading)


def tell(asked: Asked, seed: int) -> bool:
    """Runs one seed; prints its first difference and says whether there was one."""
    lines = asked.history(seed)
    until = histories.ending(seed, lines)
    oracle = asked.oracle(lines, until)
    try:
        ours = asked.product(lines, until)
    except RuntimeError as problem:
        say(f"seed {seed}: the product failed: {problem}")
        return True
    found = first_difference(ours, oracle)
    if found is None:
        return False
    place, words = found
    say(f"seed {seed} line {place + 1} of {len(oracle)} (until {until}): {words}")
    for line in oracle[max(0, place - CONTEXT) : place]:
        say(f"    before: {brief(line)}")
    for side, told in (("ours", ours), ("oracle", oracle)):
        for line in told[place : place + 2]:
            say(f"    {side:6}: {brief(line)}")
    return True


def tell_alerts(asked: Asked, seed: int) -> bool:
    """Runs one seed of the assisted loan; prints the first alert that differs and says whether one does."""
    lines = asked.history(seed)
    until, rules = histories.ending(seed, lines), AssistedLoan(asked.reading)
    replay(lines, POOL, until, rules)
    ours = pool_alerts.printed(asked.product(lines, until, "--show", "alerts"))
    words = pool_alerts.first_wrong(ours, pool_alerts.expected(rules.world))
    if words is not None:
        say(f"seed {seed}: {words}")
    return words is not None


def count(asked: Asked, seeds: range) -> None:
    """Runs seeds through the oracle alone; tells how often each event and each code came out."""
    told = Counter[str]()
    for seed in seeds:
        lines = asked.history(seed)
        for line in asked.oracle(lines, histories.ending(seed, lines)):
            code = line.get("data", {}).get("code", "")
            told[f"{line['type']} {code}".strip()] += 1
    for kind, number in sorted(told.items()):
        say(f"{number:7} {kind}")


def main() -> None:
    """Runs the seeds asked for."""
    parser = argparse.ArgumentParser(description="Compares the product's replay with the oracle on random histories.")
    parser.add_argument("first", type=int, help="the first seed")
    parser.add_argument("last", type=int, help="the seed after the last one")
    parser.add_argument("size", type=int, nargs="?", default=120, help="about how many messages a history has")
    parser.add_argument("--scheme", choices=(BRIDGE, POOL), default=BRIDGE)
    parser.add_argument("--filing-reading", choices=("within", "at-least"), default="within")
    parser.add_argument("--product-option", action="append", default=[], help="what the product's command gets besides")
    parser.add_argument("--oracle-alone", action="store_true", help="count what comes out, without the product")
    parser.add_argument("--alerts", action="store_true", help="compare the alerts alone (of the assisted loan)")
    told = parser.parse_args()
    asked, seeds = Asked(told.scheme, told.size, told.filing_reading, told.product_option), range(told.first, told.last)
    if told.oracle_alone:
        count(asked, seeds)
        return
    different = sum((tell_alerts if told.alerts else tell)(asked, seed) for seed in seeds)
    say(f"{len(seeds) - different} of {len(seeds)} seeds agree")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
