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


class Told:
    """Says on a terminal how far long work has come, every second: nothing of what is done sooner."""

    def __init__(self, what: str, of_what: str) -> None:
        """Name the work and what is counted."""
        self._what, self._of_what = what, of_what
        self._started = self._told_at = time.monotonic()
        self._count = 0

    def add(self) -> None:
        """Count one more."""
        self._count += 1
        now = time.monotonic()
        if now - self._told_at > _EVERY_SECONDS and sys.stderr.isatty():
            self._told_at = now
            rate = self._count / (now - self._started)
            click.echo(f"{self._what}: {self._count} {self._of_what}, {rate:.0f} a second", err=True)


def with_progress(lines: Iterator[bytes], what: str) -> Iterator[bytes]:
    """Pass lines on; on a terminal, when it takes more than a second, say how many there were."""
    told = Told(what, "lines")
    for line in lines:
        told.add()
        yield line
