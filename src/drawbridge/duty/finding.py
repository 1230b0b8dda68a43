"""What a check finds: how bad it is, what is there, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How bad it is; also the exit code of `drawbridge doctor`, which takes the worst."""

    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check.

    Attributes:
        check: which one.
        level: see there.
        said: what is there; nothing secret, and nothing of a message's content.
        advice: what to do; '' when nothing is.
    """

    check: str
    level: Level
    said: str
    advice: str = ""


def ok(check: str, said: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(check, Level.OK, said)


def warn(check: str, said: str, advice: str) -> Finding:
    """Return something that somebody should look at in the morning."""
    return Finding(check, Level.WARN, said, advice)


def fail(check: str, said: str, advice: str) -> Finding:
    """Return something that somebody should look at now."""
    return Finding(check, Level.FAIL, said, advice)


def worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level; OK when there is nothing."""
    return max((finding.level for finding in findings), default=Level.OK)
