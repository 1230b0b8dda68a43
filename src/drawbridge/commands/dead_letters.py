"""`drawbridge dead-letters`: look at what nobody could be told about, and have it decided once more, or leave it."""

from pathlib import Path
from typing import Any

import asyncpg
import click
import orjson

from drawbridge.bank.envelope import Sender, instant_text
from drawbridge.commands import Failure, options, running
from drawbridge.duty.letters import (
    DeadLetterRow,
    answer_to,
    bytes_of,
    letter,
    letters,
    read_place,
    ruled_within,
)
from drawbridge.gateway.rulings import MAX_REASON, Kind, Ruling
from drawbridge.page import wrap
from drawbridge.sending import Letterbox, SendingError
from drawbridge.settings import Settings

#: seconds within which a ruling is carried out when the service is at work
RULED_WITHIN_S = 60.0
#: columns before a value
_INDENT = 16

as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def _place(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, int]:
    """Read a dead letter's name.

    Raises:
        Failure: it is none.
    """
    place = read_place(text)
    if place is None:
        raise Failure(f"{text!r} names no dead letter; `drawbridge dead-letters list` tells their names, such as 1/42")
    return place


def ruling_options(command: Any) -> Any:
    """Add what both rulings need."""
    reason = click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the ruling.")
    operator = click.option("--as", "operator", required=True, metavar="OPERATOR", help="Who rules: a known operator.")
    return click.argument("place", callback=_place)(operator(reason(options.config(command))))


@click.group()
def command() -> None:
    """Look at dead letters: records that could not be answered. Rule on them: resubmit, or discard.

    A ruling is a message like any other: it goes on the operator's own topic and is kept in the journal. Nothing is
    written to the database from here.

    Example: drawbridge dead-letters list
    """


@command.command("list")
@click.option("--all", "ruled_too", is_flag=True, help="Those on which somebody has ruled, too.")
@click.option("--scheme", help="Only this scheme's; '' for those that tell none.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many, the oldest first.")
@as_json_option
@options.config
def list_command(*, ruled_too: bool, scheme: str | None, limit: int, as_json: bool, config_file: Path | None) -> None:
    """List the dead letters on which nobody has ruled.

    Example: drawbridge dead-letters list --all --json
    """
    settings = options.needing(config_file, "database")
    rows = running.run(_letters(settings, scheme, ruled_too=ruled_too, limit=limit))
    for row in rows[:limit]:
        click.echo(orjson.dumps(row.told()) if as_json else "\n".join(_lines(row)))
    if not as_json:
        more = " and more: raise --limit" if len(rows) > limit else ""
        click.echo(f"dead letters: {min(limit, len(rows))}{more}")


@command.command("show")
@click.argument("place", callback=_place)
@click.option("--bytes", "with_bytes", is_flag=True, help="Nothing but the very bytes: they may hold personal data.")
@as_json_option
@options.config
def show_command(place: tuple[int, int], *, with_bytes: bool, as_json: bool, config_file: Path | None) -> None:
    """Show the dead letter PLACE: why it is one, where it came from, what was ruled on it and what came of that.

    Example: drawbridge dead-letters show 1/42
    """
    settings = options.needing(config_file, "database")
    row, raw, came = running.run(_shown(settings, place))
    if with_bytes:
        click.echo(raw, nl=False)
    elif as_json:
        click.echo(orjson.dumps(row.told() | ({"answered": came} if came else {})))
    else:
        click.echo("\n".join([*_lines(row), *_labelled("bytes", f"{row.size_bytes}, SHA-256 {row.digest}")]))
        for label, said in (("headers", ", ".join(row.header_names)), ("came of it", came)):
            if said:
                click.echo("\n".join(_labelled(label, said)))


@command.command("resubmit")
@ruling_options
def resubmit_command(place: tuple[int, int], operator: str, reason: str, config_file: Path | None) -> None:
    """Have the dead letter PLACE decided once more, as its sender's message, received now.

    Its receipt goes to its sender. Useful once what was wrong is mended here: the bank is enrolled, or a newer version
    reads it. The bytes stay as they are; what is wrong in them only the sender can mend. Exit code 1: it is a dead
    letter again.

    Example: drawbridge dead-letters resubmit 1/42 --as finance-bureau --reason 'the bank is enrolled now'
    """
    settings = options.needing(config_file, "kafka", "database")
    _rule(settings, "resubmit", place, operator, reason)


@command.command("discard")
@ruling_options
def discard_command(place: tuple[int, int], operator: str, reason: str, config_file: Path | None) -> None:
    """Leave the dead letter PLACE for good: it stays in the journal, and is listed no more.

    Example: drawbridge dead-letters discard 1/42 --as finance-bureau --reason 'a test by the bank'
    """
    settings = options.needing(config_file, "kafka", "database")
    _rule(settings, "discard", place, operator, reason)


def _rule(settings: Settings, kind: Kind, place: tuple[int, int], operator: str, reason: str) -> None:
    """Rule, and tell what came of it.

    Raises:
        Failure: the operator is not known, or there is no reason.
    """
    if operator not in settings.operators:
        known = ", ".join(settings.operators) or "none"
        raise Failure(f"--as: {operator!r} is no known operator (DRAWBRIDGE_OPERATORS names {known})")
    if not reason.strip() or len(reason) > MAX_REASON:
        raise Failure(f"--reason: say why, in at most {MAX_REASON} characters")
    try:
        is_answered, said = running.run(_ruled(settings, kind, place, operator, reason))
    except SendingError as why:
        raise Failure(str(why)) from None
    click.echo(said)
    if not is_answered:
        raise SystemExit(1)


async def _letters(settings: Settings, scheme: str | None, *, ruled_too: bool, limit: int) -> list[DeadLetterRow]:
    """Return dead letters, one more than are shown."""
    async with running.database(settings) as pool:
        return await letters(pool, scheme, ruled_too=ruled_too, at_most=limit + 1)


async def _shown(settings: Settings, place: tuple[int, int]) -> tuple[DeadLetterRow, bytes, str]:
    """Return a dead letter, its bytes, and what came of a ruling."""
    async with running.database(settings) as pool:
        row = await _existing(pool, place)
        came = ""
        if row.ruling is not None and row.ruling.answer is not None:
            _, came = await answer_to(pool, row.partition, row.ruling.answer)
        return row, await bytes_of(pool, row), came


async def _ruled(
    settings: Settings, kind: Kind, place: tuple[int, int], operator: str, reason: str
) -> tuple[bool, str]:
    """Send a ruling and wait until it is carried out; whether the letter is dealt with, and what to say."""
    async with running.database(settings) as pool, running.broker(settings) as broker:
        row = await _existing(pool, place)
        if row.ruling is not None:
            raise Failure(f"{row.place}: {row.ruling.operator} ruled on it before, {instant_text(row.ruling.ruled_at)}")
        ruling = Ruling(kind, row.partition, row.position, row.digest, reason)
        async with Letterbox(settings, broker) as box:
            origin = await box.send(Sender("operator", operator), row.place.encode(), b"", ruling.headers())
        now, why = await ruled_within(pool, row, origin, RULED_WITHIN_S)
        if why:
            raise Failure(f"{row.place}: the ruling was refused: {why}")
        if now is None or now.ruling is None:
            raise Failure(
                f"{row.place}: the ruling was sent and is not carried out within {RULED_WITHIN_S:.0f} s; it will be"
                f" once the service is at work: `drawbridge trace {origin}` tells where it waits. Do not send it again"
            )
        if now.ruling.answer is None:
            return True, f"{row.place}: discarded by {operator}"
        is_answered, came = await answer_to(pool, row.partition, now.ruling.answer)
        return is_answered, f"{row.place}: resubmitted by {operator}: {came}"


async def _existing(pool: asyncpg.Pool, place: tuple[int, int]) -> DeadLetterRow:
    """Return a dead letter.

    Raises:
        Failure: there is none.
    """
    row = await letter(pool, *place)
    if row is None:
        raise Failure(
            f"there is no dead letter {place[0]}/{place[1]}; `drawbridge dead-letters list` tells their names"
        )
    return row


def _lines(row: DeadLetterRow) -> list[str]:
    """Return a dead letter in lines."""
    at = "" if row.recorded_at is None else f", {instant_text(row.recorded_at)}"
    found = [f"{row.place}  {row.reason}: {row.detail}", *_labelled("received", f"{row.origin}{at}")]
    if row.ruling is not None:
        found += _labelled("ruled", row.ruling.line)
    return found


def _labelled(label: str, said: str) -> list[str]:
    """Return labelled lines."""
    first, *more = wrap(said, _INDENT)
    return [f"  {label:{_INDENT - 3}} {first.lstrip()}", *more]
