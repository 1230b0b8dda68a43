"""`python -m tests.faults.run`: faults in numbers, and one table of what came of them; exit code 1 if anything did."""

import importlib
import random
import sys
from pathlib import Path

import click

HERE = Path(__file__).parent


@click.command()
@click.option("--faults", default=200, show_default=True, type=click.IntRange(min=1), help="How many.")
@click.option("--seed", default=1, show_default=True, help="The same seed is the same faults in the same order.")
@click.option("--only", default="", help="Only kinds of faults whose name contains this.")
@click.option("--clock", default="messages", show_default=True, type=click.Choice(["messages", "broker"]))
def main(faults: int, seed: int, only: str, clock: str) -> None:
    """Break what can break under a running service, and prove after each time that nothing came of it."""
    # the tests' folders are no packages: their modules are found as pytest finds them
    sys.path[:0] = [str(HERE), str(HERE.parent / "journeys")]
    campaign = importlib.import_module("campaign")
    dice = random.Random(seed)  # noqa: S311 - chance, not a secret
    kinds = [fault for fault in campaign.chosen(faults if not only else 10_000, dice) if only in fault.name][:faults]
    if not kinds:
        raise click.BadParameter("there is no such fault", param_hint="--only")
    outcomes = campaign.run(kinds, seed=seed, clock=clock, say=click.echo)
    click.echo(campaign.table(outcomes))
    sys.exit(0 if all(outcome.tally.holds for outcome in outcomes) else 1)


if __name__ == "__main__":
    main()
