"""Goes through all checks, and never waits for long: a server that does not answer is itself a finding."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
from aiokafka.errors import KafkaError

from drawbridge import wiring
from drawbridge.duty.checks import broker, clocks, days, journal, lags, transactions
from drawbridge.duty.finding import Finding, fail, ok, warn
from drawbridge.duty.patient import Patient, Side, broker_side
from drawbridge.law import SCHEMES
from drawbridge.record.owed import announced_banks
from drawbridge.settings import Settings
from drawbridge.topics import TopicPlan, plans

#: seconds that a server has for its first answer, and a check for all of its own
MEET_WITHIN_S, CHECK_WITHIN_S = 5.0, 10.0

Check = Callable[[], Awaitable[list[Finding]]]


async def examine(settings: Settings) -> list[Finding]:
    """Return what there is to say of the service, in the order of a message's way."""
    async with AsyncExitStack() as stack:
        side, of_broker = await _meet_broker(settings, stack)
        pool, of_database = await _meet_database(settings, stack)
        patient = Patient(settings, side, pool)
        found = [*_check_settings(settings), of_broker, of_database]
        for name, check in _checks(patient, await _plans(patient)):
            found += await _asked(name, check)
        if side is None or pool is None:
            away = " and ".join(name for name, met in (("broker", side), ("database", pool)) if met is None)
            found.append(warn("left-out", f"not everything was looked at: no {away}", "look again once it is back"))
        return found


def _checks(patient: Patient, planned: list[TopicPlan]) -> list[tuple[str, Check]]:
    """Return the checks that can be made: all, when both servers answer."""
    settings, side, pool = patient.settings, patient.side, patient.pool
    margin_s = settings.clock_margin_ms / 1000
    found: list[tuple[str, Check]] = []
    if side is not None:
        found += [
            ("topics", lambda: broker.check_topics(side, planned)),
            ("copies", lambda: broker.check_copies(side, planned)),
            ("workers", lambda: broker.check_workers(side)),
        ]
    if pool is not None:
        found += [
            ("database", lambda: journal.check_database(pool)),
            ("migrations", lambda: journal.check_migrations(pool)),
            ("dead-letters", lambda: journal.check_dead_letters(pool)),
            ("writers", lambda: journal.check_writers(side, pool)),
        ]
    if side is not None:
        found.append(("intake", lambda: lags.check_intake(side)))
    if side is not None and pool is not None:
        found.append(("desk", lambda: lags.check_desk(side, pool)))
    if pool is not None:
        found.append(("relay", lambda: lags.check_relay(settings, side, pool)))
    if side is not None:
        found += [
            ("transactions", lambda: transactions.check_transactions(side, planned)),
            ("clocks", lambda: clocks.check_broker_clock(side, margin_s)),
        ]
    if pool is not None:
        found += [
            ("clocks", lambda: clocks.check_database_clock(pool, margin_s)),
            ("calendar", lambda: days.check_days(settings, pool)),
        ]
    return found


async def _asked(name: str, check: Check) -> list[Finding]:
    """Make one check; that it cannot be made is a finding too."""
    try:
        async with asyncio.timeout(CHECK_WITHIN_S):
            return await check()
    except TimeoutError:
        return [fail(name, f"no answer within {CHECK_WITHIN_S:.0f} s", "look at broker and database: one is slow")]
    except asyncpg.UndefinedTableError:
        return [fail(name, "the database lacks a table", "run `drawbridge migrate`")]
    except (KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, RuntimeError, ValueError) as why:
        return [fail(name, f"cannot be looked at: {why or type(why).__name__}", "mend that first, and look again")]


async def _meet_broker(settings: Settings, stack: AsyncExitStack) -> tuple[Side | None, Finding]:
    """Meet the broker."""
    try:
        side = await stack.enter_async_context(broker_side(settings, MEET_WITHIN_S))
    except (wiring.UnreachableError, KafkaError, OSError) as why:
        advice = "start it, or mend DRAWBRIDGE_KAFKA; workers wait and go on by themselves once it is back"
        return None, fail("broker", str(why), advice)
    if side.broker.embedded:
        return side, warn("broker", "the embedded broker answers", "it is for looking around only: use Apache Kafka")
    return side, ok("broker", f"it answers at {settings.kafka}")


async def _meet_database(settings: Settings, stack: AsyncExitStack) -> tuple[asyncpg.Pool | None, Finding]:
    """Meet the database."""
    advice = "start it, or mend DRAWBRIDGE_DATABASE; workers wait and go on by themselves once it is back"
    try:
        async with asyncio.timeout(MEET_WITHIN_S):
            pool = await wiring.database(settings)
    except wiring.UnreachableError as why:
        return None, fail("database", str(why), advice)
    except TimeoutError:
        return None, fail("database", f"no answer within {MEET_WITHIN_S:.0f} s", advice)
    stack.callback(pool.terminate)
    return pool, ok("database", "it answers")


async def _plans(patient: Patient) -> list[TopicPlan]:
    """Return the topics that there should be; those of banks only when the journal can be asked."""
    banks: list[str] = []
    if patient.pool is not None:
        try:
            async with asyncio.timeout(CHECK_WITHIN_S):
                banks = await announced_banks(patient.pool)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):  # the checks of the database say so
            banks = []
    return plans(patient.settings, banks)


def _check_settings(settings: Settings) -> list[Finding]:
    """Judge what the settings alone can tell."""
    unknown = [scheme for scheme in settings.schemes if scheme not in SCHEMES]
    if unknown:
        advice = f"correct DRAWBRIDGE_SCHEMES; there is: {', '.join(SCHEMES)}"
        return [fail("settings", f"there is no scheme {', '.join(unknown)}", advice)]
    if settings.sandbox:
        advice = "never for real loans: set DRAWBRIDGE_CLOCK=broker"
        return [warn("settings", "a sandbox: time is taken from the messages", advice)]
    if settings.crash_at:
        return [fail("settings", "the workers kill themselves", "unset DRAWBRIDGE_CRASH_AT: it is for tests")]
    if not settings.operators:
        advice = "name them in DRAWBRIDGE_OPERATORS: without one no bank can be enrolled"
        return [warn("settings", "no operator is known", advice)]
    return [ok("settings", "nothing in them is for tests or sandboxes only")]
