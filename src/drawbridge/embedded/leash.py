"""Runs one server and ends it when this script's standard input closes; then removes the folders it was told to.

The starter keeps the other end of that pipe, so the server ends also when the starter is killed and can do nothing.
Standard library only, and run with `python -I`: it must start quickly and depend on nothing.

Usage: leash.py JSON, with {"command": [...], "log": FILE, "stop": signal number, "patience_s": seconds,
"remove": [folders], "user": uid or null, "group": gid or null}. Exit code: the server's.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any


def _stop(server: "subprocess.Popen[bytes]", stop: int, patience_s: float) -> None:
    """Ask the server to end, and end its whole process group when it does not within its patience."""
    if server.poll() is None:
        server.send_signal(stop)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(patience_s)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _wait_for_end(server: "subprocess.Popen[bytes]") -> None:
    """Return when the server has ended or the starter's end of the pipe is closed."""
    ended, told = os.pipe()

    def watch() -> None:
        server.wait()
        os.write(told, b".")

    threading.Thread(target=watch, daemon=True).start()
    with selectors.DefaultSelector() as selector:
        selector.register(ended, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        selector.select()


def main(plan: dict[str, Any]) -> int:
    """Run the plan (see the module) and return the server's exit code."""
    # Ctrl-C reaches every process of the terminal; the starter decides when this server ends
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Path(plan["log"]).open("ab") as log:
            server = subprocess.Popen(  # noqa: S603 - the product's own servers
                plan["command"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=plan["user"],
                group=plan["group"],
                extra_groups=None if plan["user"] is None else [],
                restore_signals=True,
                preexec_fn=_default_signals,  # noqa: PLW1509 - no thread runs yet
                cwd=Path(plan["log"]).parent,
            )
        _wait_for_end(server)
        _stop(server, plan["stop"], plan["patience_s"])
        return server.returncode
    finally:
        for folder in plan["remove"]:
            shutil.rmtree(folder, ignore_errors=True)


def _default_signals() -> None:
    """Undo in the server what this process ignores for itself: an ignored signal is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
