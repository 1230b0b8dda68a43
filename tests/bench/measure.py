"""`python -m tests.bench.measure`: the service's speed beside a floor and the obvious stack, all in one run."""

import importlib
import sys
from pathlib import Path

import click

HERE = Path(__file__).parent


@click.command()
@click.option("--quick", is_flag=True, help="A tenth of the messages: to see that it runs, not to compare.")
@click.option("--only", default="", help="Only the parts whose name contains this.")
def main(*, quick: bool, only: str) -> None:
    """Measure floor, obvious stack and ours on real Kafka and PostgreSQL; exit code 1 when anything was lost."""
    # the tests' folders are no packages: their modules are found as pytest finds them
    sys.path[:0] = [str(HERE), str(HERE.parent / "journeys")]
    parts = importlib.import_module("parts")
    try:
        parts.run(quick=quick, only=only)
    except AssertionError as why:
        click.echo(f"the run counts for nothing: {why}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
