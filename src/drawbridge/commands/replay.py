"""`drawbridge replay`: decide a file of messages."""

import gc
import sys
from datetime import datetime

import click

from drawbridge import shipped
from drawbridge.bank.envelope import parse_instant
from drawbridge.commands import Failure
from drawbridge.commands.files import open_lines, with_progress
from drawbridge.law import SCHEMES, Event
from drawbridge.replay import Replay

_KINDS = ("events", "receipts", "alerts", "credit")
_FLUSH_LINES = 2000
#: objects between two collections: a replay makes many and hardly any cycles
_COLLECT_AFTER = 100_000


def _kinds(_context: click.Context, _option: click.Parameter, value: str) -> frozenset[str]:
    kinds = frozenset(part.strip() for part in value.split(","))
    if not kinds <= frozenset(_KINDS):
        raise click.BadParameter(f"choose from {','.join(_KINDS)}, separated by commas")
    return kinds


def _until(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    instant = None if value is None else parse_instant(value)
    if value is not None and instant is None:
        raise click.BadParameter("give an RFC 3339 instant with an offset, such as 2014-05-07T19:00:00+08:00")
    return instant


class _Printer:
    """Prints what was asked for, in the journal's order, a few thousand lines at a time."""

    def __init__(self, kinds: frozenset[str]) -> None:
        self._kinds = kinds
        self._alerts = None
        if "alerts" in kinds:
            from drawbridge.watch.alerts import Alerts  # noqa: PLC0415 - only who asks for alerts pays for them

            self._alerts = Alerts()
        self._lines: list[bytes] = []

    def events(self, events: list[Event]) -> None:
        for event in events:
            if "events" in self._kinds or ("credit" in self._kinds and event.type.startswith("credit.")):
                self._lines.append(event.line)
            if self._alerts is not None:
                self._lines += self._alerts.of(event)

    def answer(self, line: bytes | None) -> None:
        if line is not None and "receipts" in self._kinds:
            self._lines.append(line)
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()

    def dead_letter(self, line: bytes) -> None:
        self._lines.append(line)

    def flush(self) -> None:
        if self._lines:
            sys.stdout.buffer.write(b"\n".join(self._lines) + b"\n")
            self._lines.clear()
        sys.stdout.buffer.flush()


@click.command(epilog="Example: drawbridge replay messages.ndjson --scheme zhenjiang-2013 --show events,alerts")
@click.argument("file")
@click.option("--scheme", required=True, metavar="ID", help=f"The scheme's profile: {', '.join(SCHEMES)}.")
@click.option("--until", callback=_until, metavar="INSTANT", help="Let timers fire until then after the last line.")
@click.option(
    "--show",
    "kinds",
    callback=_kinds,
    default="events,receipts",
    show_default=True,
    metavar="KINDS",
    help="What to print: events, receipts, alerts, credit (the credit feed alone). Dead letters always.",
)
def command(file: str, scheme: str, until: datetime | None, kinds: frozenset[str]) -> None:
    """Decide the messages of FILE (one JSON a line, in order of receipt; - for standard input).

    Runs the same decisions as the service, with no broker and no database, and prints one JSON a line.
    """
    if scheme not in SCHEMES:
        raise Failure(f"there is no scheme {scheme!r}; known: {', '.join(SCHEMES)}")
    gc.set_threshold(_COLLECT_AFTER)
    replay = Replay(SCHEMES[scheme], shipped.calendar())
    printer = _Printer(kinds)
    for line in with_progress(open_lines(file), "replay"):
        decision = replay.answer(line)
        printer.events(decision.events)
        if decision.dead_letter is not None:
            printer.dead_letter(decision.dead_letter.line())
        printer.answer(decision.receipt)
    if until is not None:
        printer.events(replay.until(until))
    printer.flush()
