"""`python -m tests.simulation.run`: many histories and what became of them, or one with its interleaving."""

import importlib
import sys
import time
from pathlib import Path
from typing import Any

import click

TESTS = Path(__file__).parents[1]


@click.command()
@click.option("--seed", type=int, help="One history: prints what happened, in its order.")
@click.option("--first", default=1, show_default=True, help="The first seed of many.")
@click.option("--histories", default=10_000, show_default=True, type=click.IntRange(min=1), help="How many.")
@click.option("--part", default="1/1", show_default=True, metavar="N/OF", help="Only every OF-th seed: a share.")
@click.option("--broken", default="", help="Run a service broken on purpose, by a part of its name (see mutants.py).")
def main(seed: int | None, first: int, histories: int, part: str, broken: str) -> None:
    """Run desk, relay, intake and clock on twins of broker and database; exit code 1 if anything came out wrong."""
    # tests/ is no package: its modules are found as pytest finds them
    sys.path.insert(0, str(TESTS))
    history = importlib.import_module("simulation.history")
    mutants = importlib.import_module("simulation.mutants").MUTANTS
    parts = next((parts for name, parts in mutants.items() if broken and broken in name), None)
    if seed is not None:
        sys.exit(0 if _one(history.History(seed, parts, trace=True)) else 1)
    number, of = map(int, part.split("/"))
    began, failed = time.monotonic(), []
    seeds = range(first + number - 1, first + histories, of)
    for each in seeds:
        try:
            history.History(each, parts).run()
        except Exception as why:  # noqa: BLE001 - whatever it is, it is the outcome of this seed
            failed.append(each)
            click.echo(f"seed {each}: {str(why)[:300] or type(why).__name__}")
    click.echo(f"{len(seeds)} histories in {time.monotonic() - began:.0f} s")
    click.echo(f"{len(seeds) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


def _one(history: Any) -> bool:
    """Run one and print it; whether all came right."""
    why = None
    try:
        history.run()
    except Exception as error:  # noqa: BLE001 - as above
        why = error
    click.echo("\n".join(history.world.trace))
    click.echo("all came right" if why is None else f"{type(why).__name__}: {why}")
    return why is None


if __name__ == "__main__":
    main()
