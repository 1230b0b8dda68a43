"""Starting a server on a leash, waiting until it serves, and finding a free port for it."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LEASH = Path(__file__).with_name("leash.py")


class ServerFailedError(RuntimeError):
    """A server did not come up; the message holds the end of what it wrote."""


@dataclass(slots=True)
class Leashed:
    """A running server and the leash that holds it.

    Attributes:
        log: what the server wrote; open, so that it can be read when its folder has gone with the server.
    """

    name: str
    process: "subprocess.Popen[bytes]"
    log: BinaryIO

    def running(self) -> bool:
        """Whether the server is still there."""
        return self.process.poll() is None

    def stop(self) -> None:
        """End the server and wait until it is gone. Doing it twice is no harm."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        self.process.wait()
        self.log.close()

    def wait_until(self, serves: Callable[[], bool], seconds: float) -> None:
        """Return as soon as `serves()` is true.

        Raises:
            ServerFailedError: the server ended, or `seconds` have passed.
        """
        deadline = time.monotonic() + seconds
        while not serves():
            ended = not self.running()
            if ended or time.monotonic() > deadline:
                why = "it ended" if ended else f"it did not answer within {seconds:.0f} s; is this machine very busy?"
                words = self.last_words()
                self.stop()
                raise ServerFailedError(f"{self.name} did not start: {why}\n{words}".rstrip())
            time.sleep(0.05)

    def last_words(self) -> str:
        """The end of the server's log."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-1500:].strip()


def leashed(  # noqa: PLR0913 - each is a fact about the server
    name: str,
    command: Sequence[str],
    log: Path,
    *,
    stop: signal.Signals = signal.SIGTERM,
    patience_s: float = 10,
    remove: Sequence[Path] = (),
    user: int | None = None,
    group: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Leashed:
    """Start `command` so that it ends when this process does, however that ends.

    Args:
        name: what to call the server in errors.
        command: the program and its arguments.
        log: where its output goes; its folder is the server's working directory.
        stop: the signal that ends it in an orderly way.
        patience_s: seconds until it is killed after that signal.
        remove: folders to remove once it has ended.
        user: the user id to run as, None for this process's.
        group: as `user`.
        environment: its environment variables, None for this process's.
    """
    plan = {
        "command": list(command),
        "log": str(log),
        "stop": int(stop),
        "patience_s": patience_s,
        "remove": [str(folder) for folder in remove],
        "user": user,
        "group": group,
    }
    written = log.open("a+b")
    process = subprocess.Popen(  # noqa: S603 - the product's own script
        [sys.executable, "-I", str(LEASH), json.dumps(plan)],
        stdin=subprocess.PIPE,
        start_new_session=True,
        env=environment,
    )
    return Leashed(name, process, written)


def free_port() -> int:
    """Return a loopback TCP port that was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
