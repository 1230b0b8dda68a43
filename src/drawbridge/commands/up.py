"""`drawbridge up`: everything on this machine, embedded, until Ctrl-C."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from drawbridge.commands import Failure, options, running
from drawbridge.embedded.broker import EmbeddedBroker, start_broker
from drawbridge.embedded.postgres import EmbeddedPostgres, start_postgres
from drawbridge.embedded.processes import ServerFailedError
from drawbridge.record.migrate import migrate
from drawbridge.record.owed import enrolled_banks
from drawbridge.settings import Settings
from drawbridge.topics import plans


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Keep the database here; default: temporary."
)
@click.option("--servers-only", is_flag=True, help="Only broker, database and topics, without the service.")
@options.config
def command(data: Path | None, *, servers_only: bool, config_file: Path | None) -> None:
    """Start broker, database and service on free loopback ports, print where they are, and stop all with Ctrl-C.

    The broker keeps everything in memory and knows no transactions: it is for looking around. The database is a
    PostgreSQL like any other; in the folder of --data it stays.

    Example: DRAWBRIDGE_OPERATORS=finance-bureau drawbridge up
    """
    settings, _ = options.load(config_file)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both ways to be told to stop are one
    # whenever it comes, also while the servers start: what runs by then is stopped, and that is what was asked for
    with contextlib.suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="drawbridge-") as temporary:
        _up(settings, (data or Path(temporary)).resolve(), Path(temporary), config_file, servers_only=servers_only)


def _up(settings: Settings, folder: Path, temporary: Path, config_file: Path | None, *, servers_only: bool) -> None:
    """Start everything and serve until told to stop.

    Raises:
        Failure: a server does not start, or something ended by itself.
    """
    with contextlib.ExitStack() as servers:
        try:
            database = start_postgres(folder / "postgres")
            servers.callback(database.stop)
            broker = start_broker(temporary / "broker")
            servers.callback(broker.stop)
        except ServerFailedError as why:
            raise Failure(str(why)) from None
        settings = replace(settings, kafka=broker.address, database=database.dsn)
        running.run(prepare(settings, new_broker=True))
        environment = {"DRAWBRIDGE_KAFKA": broker.address, "DRAWBRIDGE_DATABASE": database.dsn}
        for name, value in environment.items():
            click.echo(f"export {name}={value}")
        sys.stdout.flush()
        _serve(environment, config_file, database, broker, servers_only=servers_only)


async def prepare(settings: Settings, *, new_broker: bool) -> None:
    """Bring tables and topics to this version.

    Args:
        settings: where broker and database are.
        new_broker: whether the broker begins empty, so that what the journal knows of its offsets is void.
    """
    async with running.database(settings) as pool:
        async with pool.acquire() as connection:
            await migrate(connection)
        if new_broker:
            await pool.execute("UPDATE writers SET next_offset = 0")
            await pool.execute("DELETE FROM origins")
        async with running.broker(settings) as broker:
            await broker.create(plans(settings, await enrolled_banks(pool)))


def _serve(
    environment: dict[str, str],
    config_file: Path | None,
    database: EmbeddedPostgres,
    broker: EmbeddedBroker,
    *,
    servers_only: bool,
) -> None:
    """Run the service until a signal comes or something ends by itself.

    Raises:
        Failure: one of the parts ended.
    """
    parts = {"the database": database.server.process, "the broker": broker.server.process}
    if not servers_only:
        config = [] if config_file is None else ["--config", str(config_file)]
        parts["the service"] = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "drawbridge", "worker", *config],
            env=os.environ | environment,
            start_new_session=True,  # Ctrl-C is for this process, which stops the parts in order
        )
    try:
        ended = asyncio.run(_wait(parts))
    finally:
        service = parts.get("the service")
        if service is not None and service.poll() is None:
            service.send_signal(signal.SIGTERM)
            service.wait()
    if ended is not None:
        raise Failure(f"{ended} ended by itself; what it said stands above or in its log")


async def _wait(parts: dict[str, "subprocess.Popen[bytes]"]) -> str | None:
    """Return which part ended, or None when a signal came."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        for name, process in parts.items():
            if process.poll() is not None:
                return name
        try:
            await asyncio.wait_for(stop.wait(), 0.5)
        except TimeoutError:
            continue
    return None
