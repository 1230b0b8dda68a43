"""Files and streams as the commands see them: opened with errors that say what to do, read line by line."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

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
        raise Failure(f"{name}: there is no such file; give a file of one JSON a line, or - for standard input") from None
    except IsADirectoryError:
        raise Failure(f"{name} is a directory; give one file, or join its files: cat {name}/*.ndjson | … -") from None
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
    count = 0
    for line in lines:
        yield line
        count += 1
        now = time.monotonic()
        if now - told_at > _EVERY_SECONDS:
            told_at = now
            print(f"{what}: {count} lines, {count / (now - started):.0f} a second", file=sys.stderr)  # noqa: T201 - it is the command's output
