"""`drawbridge trace`: what became of a message or a case, and where it waits."""

import contextlib
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import click
import orjson

from drawbridge import logs, wiring
from drawbridge.commands import Failure, options, running
from drawbridge.duty.patient import broker_side
from drawbridge.duty.tracing.asked import Asked, read_asked
from drawbridge.duty.tracing.page import page, told
from drawbridge.duty.tracing.story import Story, tell
from drawbridge.settings import Settings

#: seconds that the broker has for its first answer
MEET_WITHIN_S = 5.0


@click.command()
@click.argument("what")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--bytes", "with_bytes", is_flag=True, help="The very bytes too, in base64: they hold personal data.")
@options.config
def command(what: str, *, as_json: bool, with_bytes: bool, config_file: Path | None) -> None:
    """Tell the whole story of WHAT: received, decided, journalled, published, answered; or where it waits.

    WHAT is a record (TOPIC/PARTITION/OFFSET), a message (SOURCE#ID) or a case (its subject). It only reads. Exit code 1
    when nothing is known of it.

    Example: drawbridge trace 'urn:bank:104314000058#loan-8'
    """
    settings = options.needing(config_file, "kafka", "database")
    asked = read_asked(what, settings)
    if asked is None:
        raise Failure(
            f"{what!r} is neither a record (bank.104314000058.in/0/17), nor a message (urn:bank:104314000058#loan-8),"
            " nor a case (bridge/104314000058/N-1)"
        )
    logs.configure("critical")
    story = running.run(_story(settings, asked))
    found = told(story, settings.agencies, with_bytes=with_bytes)
    _show(found, as_json=as_json or with_bytes)
    if story.is_empty:
        raise SystemExit(1)


async def _story(settings: Settings, asked: Asked) -> Story:
    """Ask broker and database; the database alone when the broker is away."""
    async with running.database(settings) as pool, AsyncExitStack() as stack:
        side = None
        with contextlib.suppress(wiring.UnreachableError):  # the story says so
            side = await stack.enter_async_context(broker_side(settings, MEET_WITHIN_S))
        return await tell(asked, side, pool)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    """Print a story."""
    if as_json:
        click.echo(orjson.dumps(found))
        return
    lines = list(page(found))
    click.echo("\n".join(lines or ["nothing is known of it: no sender's topic, no fact and no journal holds it"]))
