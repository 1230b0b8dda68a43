"""`drawbridge send`: put a file's messages on their senders' topics."""

from pathlib import Path

import click

from drawbridge.bank.envelope import Sender, parse_source
from drawbridge.commands import Failure, files, options, running
from drawbridge.sending import Letterbox, SendingError, sender_and_key
from drawbridge.settings import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--wait", is_flag=True, help="One after another: print each receipt (or dead letter) before the next.")
@click.option("--as", "as_sender", metavar="SOURCE", help="Whose topic takes the lines that do not tell their sender.")
@options.config
def command(file: Path, *, wait: bool, as_sender: str | None, config_file: Path | None) -> None:
    """Put each line of FILE on its sender's inbound topic, keyed by subject.

    A line that does not tell its sender goes on the topic of --as, else of the sender before it. Without --wait the
    order between senders is the broker's affair; with it, messages are answered in the order of the file.

    Example: drawbridge send messages.ndjson --wait
    """
    settings = options.needing(config_file, "kafka")
    fallback = None if as_sender is None else parse_source(as_sender)
    if as_sender is not None and fallback is None:
        raise Failure(
            f"--as: {as_sender!r} is no sender; write urn:bank:<CNAPS>, urn:operator:<name> or urn:agency:<name>"
        )
    running.run(_send(settings, file, fallback, wait=wait))


async def _send(settings: Settings, file: Path, fallback: Sender | None, *, wait: bool) -> None:
    """Send all lines in order.

    Raises:
        Failure: a line cannot be sent, or is not answered.
    """
    out, count = click.get_binary_stream("stdout"), 0
    try:
        async with running.broker(settings) as broker, Letterbox(settings, broker) as box:
            for number, line in enumerate(files.open_lines(str(file)), 1):
                told, key = sender_and_key(line)
                fallback = told or fallback
                if fallback is None:
                    raise Failure(f"line {number} does not tell its sender: say whose topic takes it with --as SOURCE")
                if wait:
                    answer, _ = await box.ask(fallback, key, line)
                    out.write(answer + b"\n")
                    out.flush()
                else:
                    await box.send(fallback, key, line)
                count += 1
    except SendingError as why:
        raise Failure(str(why)) from None
    click.echo(f"{count} messages sent", err=True)
