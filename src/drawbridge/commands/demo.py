"""`drawbridge demo`: five stories of two schemes through the real service."""

import asyncio
import os

import click

from drawbridge.commands import Failure
from drawbridge.demo.show import run
from drawbridge.demo.stage import DemoFailedError
from drawbridge.embedded.processes import ServerFailedError
from drawbridge.sending import SendingError


@click.command(epilog="Example: drawbridge demo --lang zh")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of the timelines.")
def command(lang: str) -> None:
    """Send four bridge loans and a guarantee pool through broker, service and database, all embedded.

    Shows what is sent and answered, each case's timeline, the pool's money, the alerts, the credit feed, and the proof
    of both journals. Takes half a minute, needs nothing but this package, and leaves nothing behind. Exits with 2 when
    something did not come out as the stories tell it.
    """
    try:
        asyncio.run(run(dict(os.environ), lang))
    except (DemoFailedError, SendingError, ServerFailedError) as why:
        raise Failure(f"the demo did not come out as told: {why}") from None
