"""Files and streams as the commands see them: opened with errors that say what to do, read line by line."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from drawbridge.commands import Failure

_EVERY_SECONDS = 1.0


def open_lines(name: str) -> Iterator[bytes]:
    """Yield a file's lines (`-`: standard input), without line ends and blank lines.

    Raises:
        Failure: the file cannot be read.
    """
    try:
        if name == "-":
            yield from _lines(sys.stdin.buffer)
            return
        with Path(name).open("rb") as file:
            yield from _lines(file)
    except FileNotFoundError:
        hint = "give a file of one JSON a line, or - for standard input"
        raise Failure(f"{name}: there is no such file; {hint}") from None
    except IsADirectoryError:
        raise Failure(f"{name} is a directory; give one file, or join them: cat {name}/*.ndjson | … -") from None
    except OSError as error:
        raise Failure(f"{name} cannot be read: {error.strerror or error}") from None


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    for chunk in file:
        line = chunk.rstrip(b"\r\n")
        if line.strip():
            yield line


def with_progress(lines: Iterator[bytes], what: str) -> Iterator[bytes]:
    """Pass lines on; when it takes more than a second, say on standard error how many there were."""
    started = told_at = time.monotonic()
    for count, line in enumerate(lines):
        now = time.monotonic()
        if now - told_at > _EVERY_SECONDS:
            told_at = now
            click.echo(f"{what}: {count} lines, {count / (now - started):.0f} a second", err=True)
        yield line
