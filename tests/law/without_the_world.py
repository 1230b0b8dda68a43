"""Runs the decision core over messages on standard input, with the world outside taken away (started by test_purity).

Usage: without_the_world.py free|jailed|break-out
"""

import builtins
import datetime as dt
import logging
import os
import random
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable  # noqa: TC003 - a plain script
from types import ModuleType
from typing import Any, NoReturn

from drawbridge import shipped
from drawbridge.bank.codec import read_message
from drawbridge.bank.envelope import DeadLetter
from drawbridge.law import SCHEMES, Remembered, decide, fire_due, open_state

_FORBIDDEN_AUDITS = ("open", "socket.", "subprocess.", "os.", "shutil.", "urllib.", "sqlite3.", "ctypes.", "import")

_CLOCKS_AND_CHANCE: dict[ModuleType, str] = {
    time: "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns sleep localtime gmtime",
    random: "random randint randrange choice choices shuffle getrandbits uniform sample",
    secrets: "token_bytes token_hex randbelow choice",
}


class ForbiddenError(RuntimeError):
    """The core reached for the world."""


def _forbid(*_arguments: Any, **_named: Any) -> NoReturn:
    raise ForbiddenError("a clock, chance or the log was asked")


class _Clockless(dt.datetime):
    """An instant that nobody asks for the present."""

    now = utcnow = today = classmethod(_forbid)


def close_the_jail() -> None:
    """Forbid files, sockets, processes, imports, clocks, chance and logging from now on."""
    for source, names in _CLOCKS_AND_CHANCE.items():
        for name in names.split():
            setattr(source, name, _forbid)
    os.urandom = _forbid
    logging.Logger._log = _forbid  # type: ignore[method-assign]
    for module in [m for m in sys.modules.values() if isinstance(m, ModuleType)]:
        if getattr(module, "datetime", None) is dt.datetime and module.__name__.startswith("drawbridge"):
            module.datetime = _Clockless  # type: ignore[attr-defined]
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN_AUDITS):
        raise ForbiddenError(event)


def decide_all(lines: list[bytes]) -> list[bytes]:
    """Decide messages with the core alone: what the caller keeps is kept here."""
    state = open_state(SCHEMES["zhenjiang-2013"], CALENDAR)
    remembered: dict[tuple[str, str], Remembered] = {}
    archive: dict[str, bytes] = {}
    output: list[bytes] = []
    for line in lines:
        message = read_message(line)
        if isinstance(message, DeadLetter):
            output.append(message.line())
            continue
        if state.absent(message.subject) and message.subject in archive:
            state.restore(archive[str(message.subject)])
        decision = decide(state, message, remembered.get((message.source, message.id)))
        if decision.remember is not None:
            remembered[message.source, message.id] = decision.remember
        archive.update(state.take_settled())
        output += [event.line for event in decision.events]
        output += [decision.receipt] if decision.receipt is not None else []
    if state.clock is not None:
        output += [event.line for event in fire_due(state, state.clock + dt.timedelta(days=60))]
    return output


def break_out() -> list[bytes]:
    """Try each forbidden thing and name those that were refused."""
    attempts: dict[str, Callable[[], Any]] = {
        "file": lambda: builtins.open(__file__),  # noqa: SIM115, PTH123
        "socket": lambda: socket.socket(),  # noqa: PLW0108
        "process": lambda: subprocess.run(["true"], check=False),  # noqa: S607
        "time": lambda: time.time(),  # noqa: PLW0108
        "clock": lambda: time.monotonic(),  # noqa: PLW0108
        "datetime": lambda: vars(sys.modules["drawbridge.law.decide"])["datetime"].now(),  # noqa: PLW0108 - looked up when tried
        "random": lambda: random.random(),  # noqa: S311, PLW0108
        "secrets": lambda: secrets.token_hex(),  # noqa: PLW0108
        "log": lambda: logging.getLogger("law").error("found it"),
    }
    refused = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except ForbiddenError:
            refused.append(name.encode())
    return refused


CALENDAR = shipped.calendar()

if __name__ == "__main__":
    mode, given = sys.argv[1], sys.stdin.buffer.read().splitlines()
    if mode != "free":
        close_the_jail()
    told = break_out() if mode == "break-out" else decide_all(given)
    sys.stdout.buffer.write(b"".join(line + b"\n" for line in told))
