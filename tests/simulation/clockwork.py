"""An event loop whose time is made up, and which asks what happens next whenever nothing is ready.

Within a process asyncio's own order holds: what is ready runs first come, first served. Chance decides only what comes
from outside, which is all that it decides in a real process too.
"""

import asyncio
import heapq
from collections import deque  # noqa: TC003 - a property's type
from collections.abc import Callable
from contextvars import Context
from typing import Any, cast

#: seconds of the loop's clock at the beginning
BEGINNING_S = 1000.0


class Clockwork(asyncio.BaseEventLoop):
    """Runs what is ready; then `idle` has to make something ready, or the time pass."""

    def __init__(self, idle: Callable[[], None]) -> None:
        super().__init__()
        self._idle = idle
        self._now_s = BEGINNING_S
        self._timers: list[asyncio.TimerHandle] = []

    def time(self) -> float:
        """Return the seconds of the made-up clock."""
        return self._now_s

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Keep a timer; `pass_to` finds it."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, timer)
        return timer

    def next_timer(self, wanted: Callable[[Context], bool]) -> asyncio.TimerHandle | None:
        """Take out the earliest timer that is still wanted; those of others are dropped."""
        while self._timers:
            timer = heapq.heappop(self._timers)
            if not timer.cancelled() and wanted(timer._context):  # type: ignore[attr-defined]
                return timer
        return None

    def put_back(self, timer: asyncio.TimerHandle) -> None:
        """Keep a timer after all."""
        heapq.heappush(self._timers, timer)

    def fire(self, timer: asyncio.TimerHandle) -> None:
        """Let time pass to a timer that was taken out, and make it ready."""
        self._now_s = max(self._now_s, timer.when())
        self.ready.append(timer)

    @property
    def ready(self) -> "deque[asyncio.Handle]":
        """What runs next."""
        return cast("deque[asyncio.Handle]", self._ready)  # type: ignore[attr-defined]

    def _run_once(self) -> None:
        """Run what is ready, as asyncio does in one turn."""
        if not self.ready:
            self._idle()
        for _ in range(len(self.ready)):
            handle = self.ready.popleft()
            if not handle.cancelled():
                handle._run()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing to do: a cancelled timer is dropped when its turn comes."""

    def _write_to_self(self) -> None:
        """Nothing to do: nothing comes from another thread."""
