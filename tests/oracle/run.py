"""Runs seeds through the product's replay and the oracle, and tells the first difference of each.

Usage: python -m tests.oracle.run FIRST LAST [SIZE]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import Any

from . import replay
from .compare import first_difference
from .histories import ending, history

CONTEXT, WIDTH = 3, 420


def product(lines: list[str], until: str | None) -> list[dict[str, Any]]:
    """What the product's own command prints for a history.

    Raises:
        RuntimeError: it did not end with exit 0.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        more = ["--until", until] if until else []
        command = [sys.executable, "-m", "drawbridge", "replay", file.name, "--scheme", "zhenjiang-2013", *more]
        run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if run.returncode:
        raise RuntimeError(run.stderr[-1500:])
    return [json.loads(line) for line in run.stdout.splitlines()]


def say(text: str) -> None:
    """Prints a line."""
    sys.stdout.write(f"{text}\n")


def brief(line: dict[str, Any]) -> str:
    """One line of output, cut to what helps to find the matter."""
    left_out = ("prev", "source", "specversion", "scheme", "datacontenttype")
    ordered = {key: line[key] for key in ("type", "subject", "time", "recordedtime", "causationid") if key in line}
    rest = {key: value for key, value in line.items() if key not in left_out and key not in ordered}
    return json.dumps({**ordered, **rest}, ensure_ascii=False)[:WIDTH]


def tell(seed: int, size: int) -> bool:
    """Runs one seed; prints its first difference and says whether there was one."""
    lines = history(seed, size)
    until = ending(seed, lines)
    oracle = replay(lines, until=until)
    try:
        ours = product(lines, until)
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


def main() -> None:
    """Runs the seeds asked for."""
    first, last = int(sys.argv[1]), int(sys.argv[2])
    size = int(sys.argv[3]) if sys.argv[3:] else 120
    different = sum(tell(seed, size) for seed in range(first, last))
    say(f"{last - first - different} of {last - first} seeds agree")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
