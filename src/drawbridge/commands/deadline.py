"""`drawbridge deadline`: count working days."""

from datetime import date

import click
import orjson

from drawbridge import shipped


def _day(_context: click.Context, _option: click.Parameter, value: str) -> date:
    try:
        if len(value) == len("2014-04-08"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise click.BadParameter("give a date as YYYY-MM-DD, such as 2014-04-08")


@click.command(epilog="Example: drawbridge deadline --from 2014-04-08 --working-days 20")
@click.option("--from", "trigger_on", required=True, callback=_day, metavar="DATE", help="The day that is not counted.")
@click.option("--working-days", required=True, type=click.IntRange(1, 10_000), metavar="N", help="How many to count.")
@click.option("--back", is_flag=True, help="Count back from the date instead.")
def command(trigger_on: date, working_days: int, *, back: bool) -> None:
    """Count working days from the day after a date, or back from it, and print the last one as JSON.

    The days follow the State Council's notices as shipped with this version; `provisional` says that a notice may
    still move it.
    """
    calendar = shipped.calendar()
    try:
        count = (calendar.back if back else calendar.add)(trigger_on, working_days)
    except OverflowError:
        raise click.BadParameter("the count leaves the years 1 to 9999", param_hint="--from") from None
    told = {"due_on": count.due_on.isoformat(), "provisional": count.provisional, "counted": count.counted_text}
    click.echo(orjson.dumps(told))
