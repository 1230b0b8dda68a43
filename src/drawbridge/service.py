"""A worker's life: it starts only where everything is as this version needs it, and then runs its parts.

Nothing is repaired inside a worker. The journal and the topics say where to go on, so a fresh process is the repair;
the supervisor (`drawbridge worker`) starts it.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import asyncpg
import structlog

from drawbridge import crash, wiring
from drawbridge.law import SCHEMES
from drawbridge.monitor.port import Port
from drawbridge.monitor.stages import Readiness
from drawbridge.record.migrate import pending
from drawbridge.record.owed import announced_banks
from drawbridge.settings import Settings
from drawbridge.topics import ALERTS, CREDIT_RECORDS, EVENTS, FACTS, RELAY_CURSOR, plans
from drawbridge.watch.metrics import FACTS_PARTITIONS, Meter
from drawbridge.watch.spans import Spans
from drawbridge.worker import Worker

log = structlog.get_logger()

T = TypeVar("T")

#: seconds between two looks for a server that is not there, and between two lines that say so
LOOK_EVERY_S, SAY_EVERY_S = 0.5, 3.0


class NotReadyError(RuntimeError):
    """Broker, database or settings are not as this version needs them; the message says what to run."""


async def serve(settings: Settings, roles: Sequence[str]) -> None:
    """Run a worker until cancelled; broker and database are waited for.

    Raises:
        NotReadyError: something is missing that a person has to do first.
        PortTakenError: the port for monitors cannot be opened.
        UnreachableError: broker or database do not let it in.
        ExceptionGroup: a part failed.
    """
    unknown = [scheme for scheme in settings.schemes if scheme not in SCHEMES]
    if unknown:
        raise NotReadyError(f"DRAWBRIDGE_SCHEMES names {', '.join(unknown)}; there is: {', '.join(SCHEMES)}")
    _arm(settings)
    meter, readiness = Meter(Spans(settings.otlp_endpoint)), Readiness()
    async with contextlib.AsyncExitStack() as stack:
        port = Port(settings, meter, readiness)
        stack.push_async_callback(port.close)
        await port.open()
        pool = await _once_there(partial(wiring.database, session=wiring.WORKERS_SESSION), settings, readiness)
        stack.push_async_callback(pool.close)
        broker = await _once_there(wiring.broker, settings, readiness)
        stack.push_async_callback(broker.close)
        await _check(settings, pool, broker)
        if settings.sandbox:
            log.warning("sandbox: time is taken from the messages and stands still between them; never for real loans")
        names = (FACTS, EVENTS, CREDIT_RECORDS, ALERTS, RELAY_CURSOR)
        partitions = {name: await broker.partitions(settings.topic(name)) for name in names}
        meter.set(FACTS_PARTITIONS, partitions[FACTS])
        worker = Worker(settings, broker, pool, partitions, meter, readiness)
        await worker.add(roles)
        log.info("worker started", roles=list(roles), pid=os.getpid(), embedded_broker=broker.embedded)
        await worker.run()


async def _once_there(meet: Callable[[Settings], Awaitable[T]], settings: Settings, readiness: Readiness) -> T:
    """Return broker or database once it is there, and say every few seconds that it is not."""
    said_at = -SAY_EVERY_S
    while True:
        try:
            return await meet(settings)
        except wiring.AbsentError as why:
            readiness.waits_for = str(why)
            if time.monotonic() - said_at >= SAY_EVERY_S:
                said_at = time.monotonic()
                log.warning("waiting", what=str(why))
        await asyncio.sleep(LOOK_EVERY_S)


def _arm(settings: Settings) -> None:
    """Have a test's worker killed at a place."""
    if not settings.crash_at:
        return
    try:
        crash.arm(settings.crash_at)
    except ValueError as why:
        raise NotReadyError(f"DRAWBRIDGE_CRASH_AT: {why}") from None
    log.warning("this worker kills itself: for tests only", at=settings.crash_at)


async def _check(settings: Settings, pool: asyncpg.Pool, broker: wiring.Broker) -> None:
    """Refuse to start where tables or topics are not as this version needs them."""
    async with pool.acquire() as connection:
        if await pending(connection):
            raise NotReadyError("the database lacks tables: run `drawbridge migrate` first")
    for line in await broker.differing(plans(settings, await announced_banks(pool))):
        if line.endswith("missing") or "message.timestamp.type" in line:
            raise NotReadyError(f"{line}; `drawbridge topics --apply` makes what is missing")
        log.warning("topic differs", what=line)
