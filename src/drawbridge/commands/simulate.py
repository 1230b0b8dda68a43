"""`drawbridge simulate`: a city's messages as NDJSON."""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

import click

from drawbridge import shipped
from drawbridge.commands import Failure
from drawbridge.commands.files import with_progress
from drawbridge.simulate import CITIES, Plan, simulate

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_LINES_A_BLOCK = 1000
#: a city beyond it would be all guesswork
_LAST_ON = date(2099, 12, 31)


@click.command(
    epilog="Example: drawbridge simulate --scheme zhenjiang-2013 --seed 7 --cases 300 --from 2014-01-01 --to 2014-06-30"
)
@click.option("--scheme", required=True, type=click.Choice(sorted(CITIES)), help="The scheme whose city it is.")
@click.option("--seed", required=True, type=int, help="Another number is another city.")
@click.option("--cases", required=True, type=click.IntRange(min=0), help="How many cases begin.")
@click.option("--from", "first", required=True, type=_DAY, help="The first day on which a case may begin.")
@click.option("--to", "last", required=True, type=_DAY, help="The last one; each case is told to its end.")
@click.option(
    "--mishaps",
    "mishap_rate",
    default=0.1,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="The share of cases in which something goes wrong.",
)
def command(  # noqa: PLR0913, PLR0917 - click hands each option over as an argument
    scheme: str, seed: int, cases: int, first: datetime, last: datetime, mishap_rate: float
) -> None:
    """Write a city's messages as NDJSON on standard output, in order of receipt.

    The same options give the same bytes. A line carries `recordedtime` where the gateway receives it later than its
    `time`. Mishaps: late, short, misdirected, refused, repeated, altered, broken, seized, abandoned, reported late.
    """
    plan = Plan(scheme, seed, cases, first.date(), last.date(), mishap_rate, shipped.calendar())
    _check_days(plan.first_on, plan.last_on)
    try:
        _write(with_progress(simulate(plan), "simulate"))
    except ValueError as error:
        raise Failure(f"{error}.") from error


def _check_days(first_on: date, last_on: date) -> None:
    if last_on < first_on:
        raise Failure(f"--to {last_on} lies before --from {first_on}: exchange the two.")
    if last_on > _LAST_ON:
        raise Failure(f"--to {last_on} is too far away: choose a day up to {_LAST_ON}.")


def _write(lines: Iterator[bytes]) -> None:
    """Write in blocks, not line by line."""
    out = sys.stdout.buffer
    while block := list(islice(lines, _LINES_A_BLOCK)):
        out.write(b"\n".join(block) + b"\n")
    out.flush()
