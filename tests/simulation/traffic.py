"""Who takes part, and what is on its way between them."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

OWNER: ContextVar["Process | None"] = ContextVar("OWNER", default=None)


class Blocked(Exception):  # noqa: N818 - no error: the server answers later
    """Raised by what a request does: not now, but when something happens to one of these."""

    def __init__(self, *keys: object) -> None:
        super().__init__()
        self.keys = frozenset(keys)


class Gone(asyncio.CancelledError):
    """The history is over: whatever is left of its processes is unwound, and reaches nothing any more."""


@dataclass(eq=False, slots=True)
class Process:
    """A worker's process; `kill -9` leaves its tasks where they are, for ever."""

    name: str
    is_alive: bool = True
    is_paused: bool = False
    silent_since_s: float | None = None
    main: "asyncio.Task[Any] | None" = None


@dataclass(eq=False, slots=True)
class Flight:
    """A request on its way.

    Attributes:
        what: for the trace.
        process: whose it is.
        act: takes effect at the server and returns the answer, or raises it.
        answer: what the one who asked waits for.
        lost: makes the error by which a client hears that the connection broke.
    """

    what: str
    process: Process | None
    act: Callable[[], Any]
    answer: "asyncio.Future[Any]"
    lost: Callable[[], Exception]
    has_acted: bool = False
    result: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """How much later something arrives: after seconds, or steps of whatever else happens, and when `until` says so."""

    seconds: float = 0.0
    steps: int = 0
    until: Callable[[], bool] | None = None

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s" if self.seconds else f"{self.steps} steps"
