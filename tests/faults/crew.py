"""The workers that faults are done to: each a process of its own, started again by the harness when it ends.

The product's supervisor would start an armed worker armed again, so the harness is the supervisor here.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from running_service import PATIENCE_S, Service


@dataclass(slots=True)
class Crew:
    """The running workers."""

    service: Service
    clock: str
    members: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    size: int = 0
    started: int = 0

    def start(self, crash_at: str = "") -> "subprocess.Popen[bytes]":
        """Start one more worker, armed or not."""
        self.started += 1
        log = self.service.folder / f"worker-{self.started}.log"
        quick = {
            "DRAWBRIDGE_TRANSACTION_TIMEOUT_MS": "4000",
            "DRAWBRIDGE_SESSION_TIMEOUT_MS": "2000",
            "DRAWBRIDGE_RELAY_BATCH": "40",  # several publications a fault
        }
        with log.open("wb") as output:
            member = subprocess.Popen(
                [sys.executable, "-m", "drawbridge", "worker", "--unsupervised"],
                env=os.environ | self.service.environment(self.clock) | quick | {"DRAWBRIDGE_CRASH_AT": crash_at},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.members.append(member)
        return member

    def tend(self) -> None:
        """Start workers for those that ended, and end those that are too many."""
        self.members = [member for member in self.members if member.poll() is None]
        while len(self.members) < self.size:
            self.start()
        while len(self.members) > self.size:
            self.end(self.members[0], signal.SIGTERM)

    def end(self, member: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
        """End one and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            member.send_signal(signal.SIGCONT)
            member.send_signal(how)
        try:
            member.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            member.kill()
            raise
        self.members.remove(member)

    def until(self, true: Callable[[], bool], what: str, within_s: float) -> None:
        """Tend the workers until something has become true; fail when it does not in time."""
        deadline = time.monotonic() + within_s
        while not true():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {within_s:.0f} s: {what}")
            self.tend()
            time.sleep(0.05)

    def stop_all(self) -> None:
        """End everybody."""
        for member in list(self.members):
            self.end(member, signal.SIGKILL)
