"""Everything between the processes: what is on its way, who is alive, and chance, which picks what happens next.

A request happens in two steps that chance picks: it takes effect where it was sent, and its answer arrives. In between,
the one who asked may be killed or stopped, the answer may be lost, and anything else may happen first.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from datetime import datetime, timedelta
from typing import Any

from simulation.clockwork import BEGINNING_S, Clockwork
from simulation.traffic import OWNER, Blocked, Delay, Flight, Gone, Process

#: a timer fires although something is on its way: it takes long
SLOW = 0.02


class StuckError(AssertionError):
    """The history does not come to an end."""


class World:
    """One history's chance, time and traffic."""

    def __init__(self, seed: int, begins_at: datetime, *, trace: bool = False, slow: float = SLOW) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - chance, not a secret
        self.loop = Clockwork(self._next)
        self.loop.set_exception_handler(lambda _, __: None)  # whoever is killed retrieves no exception
        self.trace: list[str] | None = [] if trace else None
        self._slow = slow
        self.steps = 0
        self.most_steps = 60_000
        self.flights: list[Flight] = []
        self.blocked: list[tuple[Flight, frozenset[object]]] = []
        self.background: list[tuple[str, Callable[[], None]]] = []
        self.processes: list[Process] = []
        self.when_ended: list[Callable[[Process], None]] = []
        self._delayed: list[tuple[int, Callable[[], bool] | None, Flight]] = []
        self.trouble: Callable[[], None] = _nothing
        self._begins_at = begins_at
        self._jumped = timedelta()
        self.is_over = False

    # --- time

    def wall(self) -> datetime:
        """Return what the clocks on the walls say."""
        return self._begins_at + self._jumped + timedelta(seconds=round(self.loop.time() - BEGINNING_S, 3))

    def jump_to(self, instant: datetime) -> None:
        """Let the clocks on the walls go forward: nights and weeks pass without anything happening."""
        if instant > self.wall():
            self.say(f"the clocks go to {instant.isoformat(timespec='seconds')}")
            self._jumped += instant - self.wall()

    def later(self, delay_s: float, act: Callable[[], None]) -> None:
        """Do something at a server after so many seconds."""
        self.loop.call_at(self.loop.time() + delay_s, act, context=_NOBODY)

    # --- processes

    def spawn(self, process: Process, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Run something as a part of a process."""
        context = copy_context()
        context.run(OWNER.set, process)
        return self.loop.create_task(work, context=context)

    def kill(self, process: Process, how: str = "is killed") -> None:
        """End a process as kill -9 does; what it has sent may still arrive."""
        self.say(f"{process.name} {how}")
        process.is_alive, process.silent_since_s = False, self.loop.time()
        for flight in self.of(process):
            if flight.has_acted or self.dice.random() < 0.5:
                self._forget(flight)
        for hear in self.when_ended:
            hear(process)

    def pause(self, process: Process, for_s: float) -> None:
        """Stop a process for a while, as SIGSTOP does."""
        self.say(f"{process.name} is stopped for {for_s:.1f} s")
        process.is_paused, process.silent_since_s = True, self.loop.time()

        def resume() -> None:
            if process.is_paused:
                self.say(f"{process.name} goes on")
                process.is_paused, process.silent_since_s = False, None

        self.later(for_s, resume)

    # --- traffic

    async def ask(self, what: str, act: Callable[[], Any], lost: Callable[[], Exception]) -> Any:
        """Send a request and return its answer."""
        if self.is_over:
            raise Gone
        process = OWNER.get()
        if process is not None and not process.is_alive:
            await self.loop.create_future()  # it was killed in the middle of a step: nothing comes of what is left
        flight = Flight(what, process, act, self.loop.create_future(), lost)
        self.flights.append(flight)
        return await flight.answer

    def unblock(self, *keys: object) -> None:
        """Let the requests that wait for one of these be looked at again."""
        freed = [pair for pair in self.blocked if not pair[1].isdisjoint(keys)]
        if freed:
            self.blocked = [pair for pair in self.blocked if pair[1].isdisjoint(keys)]
            self.flights += [flight for flight, _ in freed if not flight.answer.done()]

    def of(self, process: Process) -> list[Flight]:
        """Return what a process has on its way."""
        return [f for f in (*self.flights, *(blocked for blocked, _ in self.blocked)) if f.process is process]

    def lose(self, flight: Flight, arrives_after: Delay | None = None) -> None:
        """Break the connection of a request; the server notices nothing of what it has done already.

        Args:
            flight: the request.
            arrives_after: it arrives all the same, so much later; None when it never does.
        """
        late = None if flight.has_acted else arrives_after
        self.say(f"the connection of {_name(flight)} breaks" + (f", it arrives {late} later" if late else ""))
        self._forget(flight)
        if late:
            ghost = Flight(f"{flight.what} (late)", None, flight.act, self.loop.create_future(), flight.lost)
            self._send_after(ghost, late)
        flight.error, flight.has_acted = flight.lost(), True
        self.flights.append(flight)

    def hold(self, flight: Flight, for_: Delay) -> None:
        """Hold a request back on its way."""
        self.say(f"{_name(flight)} is held back for {for_}")
        self._forget(flight)
        self._send_after(flight, for_)

    def _send_after(self, flight: Flight, delay: Delay) -> None:
        if delay.seconds:
            self.later(delay.seconds, lambda: self.flights.append(flight))
        else:
            self._delayed.append((self.steps + delay.steps, delay.until, flight))

    def in_background(self, what: str, act: Callable[[], None]) -> None:
        """Let a server do something when chance has it."""
        self.background.append((what, act))

    def say(self, what: str) -> None:
        """Add a line to the trace."""
        if self.trace is not None:
            self.trace.append(f"{self.loop.time() - BEGINNING_S:9.3f} {what}")

    # --- what happens next

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a history to its end, and unwind what is left of it."""
        try:
            self.loop.run_until_complete(work)
        finally:
            self._unwind()
            self.loop.close()

    def _next(self) -> None:
        """Make something ready: an answer, an effect, or the next timer."""
        self.steps += 1
        if self.steps > self.most_steps:
            raise StuckError(f"no end after {self.steps} steps")
        self.trouble()
        if self._delayed:
            self._let_through()
        moving = [f for f in self.flights if not (f.has_acted and f.process is not None and f.process.is_paused)]
        count = len(moving) + len(self.background)
        if count and self.dice.random() >= self._slow:
            index = self.dice.randrange(count)
            if index < len(moving):
                self._move(moving[index])
            else:
                what, act = self.background.pop(index - len(moving))
                self.say(what)
                act()
            return
        self._pass_time()

    def _let_through(self) -> None:
        """Send on what was held back for long enough."""
        left = []
        for held in self._delayed:
            step, until, flight = held
            if step <= self.steps and (until is None or until()):
                self.flights.append(flight)
            else:
                left.append(held)
        self._delayed = left

    def _move(self, flight: Flight) -> None:
        """Take a request one step further."""
        if not flight.has_acted:
            try:
                flight.result = flight.act()
            except Blocked as why:
                self.flights.remove(flight)
                self.blocked.append((flight, why.keys))
                return
            except Exception as why:  # noqa: BLE001 - it is the answer
                flight.error = why
            flight.has_acted = True
            if flight.error is None:
                self.say(f"{_name(flight)}")
            else:
                self.say(f"{_name(flight)}: {flight.error!r}")
            return
        self.flights.remove(flight)
        if flight.answer.done() or (flight.process is not None and not flight.process.is_alive):
            return
        if flight.error is None:
            flight.answer.set_result(flight.result)
        else:
            flight.answer.set_exception(flight.error)

    def _pass_time(self) -> None:
        """Fire the next timer of whoever is not stopped or dead."""
        waiting = []
        try:
            while True:
                timer = self.loop.next_timer(_is_wanted)
                if timer is None:
                    if not self.flights and not self.background and not self._delayed:
                        raise StuckError("nothing will ever happen again")
                    return
                owner = timer._context.get(OWNER)  # type: ignore[attr-defined]
                if owner is None or not owner.is_paused:
                    self.loop.fire(timer)
                    return
                waiting.append(timer)
        finally:
            for timer in waiting:
                self.loop.put_back(timer)

    def _forget(self, flight: Flight) -> None:
        if flight in self.flights:
            self.flights.remove(flight)
        self.blocked = [pair for pair in self.blocked if pair[0] is not flight]

    def _unwind(self) -> None:
        """Cancel what is left, with nothing that it could reach."""
        self.is_over = True
        self.flights.clear()
        self.blocked.clear()
        self.background.clear()
        self.most_steps += 10_000
        for process in self.processes:
            process.is_alive, process.is_paused = True, False
        self.trouble = _nothing
        for _ in range(100):
            left = asyncio.all_tasks(self.loop)
            if not left:
                return
            for task in left:
                task.cancel()
            self.loop.run_until_complete(asyncio.wait(left, timeout=0.01))
        raise StuckError(f"tasks that do not end: {left}")


_NOBODY = Context()


def _nothing() -> None:
    """Nothing goes wrong."""


def _name(flight: Flight) -> str:
    return f"{flight.process.name if flight.process else 'outside'}: {flight.what}"


def _is_wanted(context: Context) -> bool:
    """Whether a timer belongs to somebody who lives."""
    owner = context.get(OWNER)
    return owner is None or owner.is_alive
