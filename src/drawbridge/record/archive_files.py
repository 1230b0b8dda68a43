"""The files of archived months: where they are, what stands in them, and that it is what was written.

A month's folder holds `events.ndjson`, each line byte for byte as it was chained, and `messages.ndjson`, each line with
all that the database knew of a message and its receipt.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import asyncpg
import orjson

from drawbridge.disk import keep_entries

EVENTS, MESSAGES = "events.ndjson", "messages.ndjson"
Progress = Callable[[], None]


class ArchiveError(RuntimeError):
    """A month cannot be archived, or its files are not what was archived; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Month:
    """An archived month, as the database remembers it.

    Attributes:
        month_on: its first day.
        last_position: of its last row, among what is owed to the world.
        last_sequence: of its last event, or of the months before; the chain goes on behind it.
        last_hash: that event's.
        last_decided: the order of its last message, or of the months before.
        events: lines of its file.
        messages: lines of its file.
    """

    scheme: str
    month_on: date
    partition: int
    last_position: int
    last_sequence: int
    last_hash: str
    last_decided: int
    events: int
    messages: int
    events_sha256: str
    messages_sha256: str

    @property
    def name(self) -> str:
        """The month as people write it."""
        return self.month_on.isoformat()[:7]


def folder_of(root: Path, scheme: str, month_on: date) -> Path:
    """Return where a month's files are, below the folder of all archives."""
    return root / scheme / month_on.isoformat()[:7]


def keep(half: Path, folder: Path, month: Month) -> None:
    """Give a month's files their name, or find that they stand there already."""
    if folder.exists():
        for name, digest in ((EVENTS, month.events_sha256), (MESSAGES, month.messages_sha256)):
            for _ in checked(folder / name, digest, month):
                pass
            (half / name).unlink()
        half.rmdir()
        return
    half.rename(folder)
    for path in (folder, folder.parent):
        keep_entries(path)


def read_events(root: Path, month: Month) -> Iterator[bytes]:
    """Yield the events of an archived month, after its file was found to be what was written.

    Raises:
        ArchiveError: it is missing or another one.
    """
    return checked(folder_of(root, month.scheme, month.month_on) / EVENTS, month.events_sha256, month)


def read_messages(root: Path, month: Month) -> Iterator[dict[str, Any]]:
    """Yield the messages of an archived month with what is known of each, as `read_events`."""
    path = folder_of(root, month.scheme, month.month_on) / MESSAGES
    return (orjson.loads(line) for line in checked(path, month.messages_sha256, month))


def message_line(row: asyncpg.Record) -> bytes:
    """Return a message as a line of its file: its bytes and receipt are JSON in UTF-8, so text holds them exactly."""
    told = dict(row)
    return orjson.dumps(told | {"bytes": told["bytes"].decode(), "receipt": told["receipt"].decode()})


def checked(path: Path, digest: str, month: Month) -> Iterator[bytes]:
    """Yield a file's lines once its digest was found to be right."""
    try:
        with path.open("rb") as file:
            found = sha256()
            while block := file.read(1 << 20):
                found.update(block)
            if found.hexdigest() != digest:
                raise ArchiveError(
                    f"{path} is not the file that was written for {month.scheme} {month.name}: its SHA-256 must be"
                    f" {digest}"
                )
            file.seek(0)
            for line in file:
                yield line.rstrip(b"\n")
    except FileNotFoundError:
        raise ArchiveError(f"{path} is missing: name the folder to which {month.scheme} was archived") from None


class File:
    """A file of lines in the writing: counted, digested, and on the disk when it is closed."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self._path, self._progress = path, progress
        self._digest = sha256()
        self.lines = 0

    def __enter__(self) -> Self:
        self._file = self._path.open("wb")
        return self

    def __exit__(self, *_: object) -> None:
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())

    def add(self, line: bytes) -> None:
        """Write one line."""
        self._file.write(line + b"\n")
        self._digest.update(line + b"\n")
        self.lines += 1
        self._progress()

    @property
    def sha256(self) -> str:
        """The digest of all that was written."""
        return self._digest.hexdigest()
