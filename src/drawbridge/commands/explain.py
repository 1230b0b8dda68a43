"""`drawbridge explain`: a case's story on one page."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from drawbridge import shipped
from drawbridge.bank.envelope import parse_instant
from drawbridge.commands import Failure, options, running
from drawbridge.commands.files import open_lines, with_progress
from drawbridge.explain import LANGUAGES, Language, Story, tell
from drawbridge.law import SCHEMES
from drawbridge.record.export import export_messages
from drawbridge.settings import Settings


def _until(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    instant = None if value is None else parse_instant(value)
    if value is not None and instant is None:
        raise click.BadParameter("give an RFC 3339 instant with an offset, such as 2014-05-07T19:00:00+08:00")
    return instant


@click.command(epilog="Example: drawbridge explain N-2014-17 --file messages.ndjson --lang zh")
@click.argument("case")
@click.option("--file", "file", metavar="FILE", help="Read the messages here (- for standard input), not the database.")
@click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default="en", show_default=True, help="The page's language."
)
@click.option("--until", callback=_until, metavar="INSTANT", help="Let time pass until then after the last message.")
@options.archives
@options.config
def command(  # noqa: PLR0913, PLR0917 - click hands each option over as an argument
    case: str, file: str | None, lang: str, until: datetime | None, archives: Path | None, config_file: Path | None
) -> None:
    """Tell the story of CASE: what came, what was decided and by which article, the counted days and the money.

    It ends with what is still owed, by whom and until when. A refused message is told with what to do about it.
    CASE is the subject (bridge/105314000041/N-2014-17) or the notice's number alone. Without --file the messages come
    from the database.
    """
    story = Story(case, shipped.calendar())
    if file is None:
        running.run(_from_database(options.needing(config_file, "database"), story, archives))
    else:
        for line in with_progress(open_lines(file), "explain"):
            story.take(line)
    if until is not None:
        story.pass_time(until)
    click.echo("\n".join(_page(case, story, LANGUAGES[lang])))


async def _from_database(settings: Settings, story: Story, archives: Path | None) -> None:
    """Take the messages of every scheme, as they were decided."""
    async with running.database(settings) as pool, pool.acquire() as connection:
        for scheme in SCHEMES:
            async for line in export_messages(connection, scheme, archives):
                story.take(line)


def _page(case: str, story: Story, language: Language) -> Iterator[str]:
    found = story.told()
    if not found:
        others = f"; there are {', '.join(story.some)}" if story.some else ""
        raise Failure(f"no message is about {case}{others}. Give the whole subject, or the notice's number.")
    if len(found) > 1:
        raise Failure(f"{case} names {len(found)} cases: choose one of {', '.join(told.subject for told in found)}.")
    return tell(found[0], language)
