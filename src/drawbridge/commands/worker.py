"""`drawbridge worker`: the service, and the supervisor that starts it again when it ends."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click

from drawbridge.commands import Failure, options
from drawbridge.settings import ROLES, Settings

#: seconds before the first restart; doubled each time up to the last, and back to the first after a good while
FIRST_PAUSE_S, LAST_PAUSE_S, GOOD_WHILE_S = 0.2, 5.0, 30.0
#: seconds after which a stop is no longer waited for
STOP_WITHIN_S = 8.0


@click.command()
@click.option("--roles", default=",".join(ROLES), show_default=True, help="Which parts run in this process.")
@click.option("--unsupervised", is_flag=True, help="Run in this very process, for those who supervise it themselves.")
@options.config
def command(roles: str, *, unsupervised: bool, config_file: Path | None) -> None:
    """Run the service until Ctrl-C or SIGTERM. It repairs nothing inside: what fails ends, and is started again.

    Example: drawbridge worker --roles desk,relay
    """
    settings = options.needing(config_file, "kafka", "database")
    chosen = [role.strip() for role in roles.split(",") if role.strip()]
    wrong = [role for role in chosen if role not in ROLES]
    if wrong or not chosen:
        raise Failure(f"--roles: {', '.join(wrong) or 'none'}; choose from {', '.join(ROLES)}")
    if unsupervised:
        _run(settings, chosen)
    else:
        config = [] if config_file is None else ["--config", str(config_file)]
        _supervise([sys.executable, "-m", "drawbridge", "worker", "--unsupervised", "--roles", roles, *config])


def _run(settings: Settings, roles: list[str]) -> None:
    """Run the worker in this process until a signal comes.

    Raises:
        Failure: a person has to do something first.
    """
    from drawbridge import logs, service, wiring  # noqa: PLC0415 - the supervisor starts quickly without them
    from drawbridge.monitor.port import PortTakenError  # noqa: PLC0415 - as above
    from drawbridge.record.migrate import MigrationError  # noqa: PLC0415 - as above

    logs.configure(settings.log_level)
    try:
        asyncio.run(_until_signal(service.serve(settings, roles)))
        service.log.info("worker stopped")
    except (service.NotReadyError, PortTakenError, wiring.UnreachableError, MigrationError) as why:
        raise Failure(str(why)) from None
    except Exception:  # noqa: BLE001 - whatever it is: the process ends, with a line in the log, and is started again
        service.log.exception("a part failed, the process ends")
        sys.stderr.flush()
        os._exit(os.EX_SOFTWARE)


async def _until_signal(serving: Coroutine[Any, Any, None]) -> None:
    """Serve until SIGTERM or SIGINT, or until the supervisor is gone."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # noqa: S101 - this is a coroutine

    def stop() -> None:
        # everything may be cut off at any moment without loss, so an orderly stop need not take long
        last_resort = threading.Timer(STOP_WITHIN_S, os._exit, (0,))
        last_resort.daemon = True
        last_resort.start()
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    supervisor = os.getppid()

    def follow_supervisor() -> None:
        if os.getppid() == supervisor:
            loop.call_later(1, follow_supervisor)
        else:
            stop()

    follow_supervisor()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


def _supervise(worker: list[str]) -> None:
    """Start the worker, and again whenever it ends, until a signal comes; pass the signal on.

    Raises:
        SystemExit: a person has to do something first; with the worker's exit code.
    """
    stopping = False
    child: subprocess.Popen[bytes] | None = None

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True
        if child is not None and child.poll() is None:
            child.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    pause_s = FIRST_PAUSE_S
    while not stopping:
        began = time.monotonic()
        child = subprocess.Popen(worker, start_new_session=True)  # noqa: S603 - this very program
        code = child.wait()
        if stopping or code == Failure.exit_code:
            raise SystemExit(max(0, code))
        pause_s = FIRST_PAUSE_S if time.monotonic() - began > GOOD_WHILE_S else min(pause_s * 2, LAST_PAUSE_S)
        click.echo(f"the worker ended ({code}); starting it again in {pause_s:.1f} s", err=True)
        time.sleep(pause_s)
