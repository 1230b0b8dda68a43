"""The order of all tests, and real parts for the journeys.

One broker and one PostgreSQL server a process of the run; a database and a topic prefix a test.

Where Java or Maven is missing the embedded broker stands in, and the end of the run says what was therefore not tested;
with CI=true that is a failure.
"""

import gc
import os
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import hypothesis  # noqa: F401 - its pytest plugin would import it at the very end, see below
import pytest
import real_kafka
from desk_alone import DeskAlone
from proxy import Proxy
from relay_alone import RelayAlone
from running_service import Broker, Service

from drawbridge import wiring
from drawbridge.embedded.broker import start_broker
from drawbridge.embedded.postgres import EmbeddedPostgres, start_postgres
from drawbridge.embedded.processes import free_port
from drawbridge.record.migrate import migrate
from drawbridge.settings import Settings

# Python before 3.11.8 counts the depth of all its parsers together (gh-106905). Parsing hypothesis' sources at the end
# of a run is a SystemError when what the journeys left is collected meanwhile: to format its tracebacks parses too.

NOT_TESTED = (
    "transactions of the relay (each event exactly once for read_committed readers), idempotent producers,"
    " LogAppendTime, that the clock overtakes no message, compaction, Kafka's own group protocol"
)
#: two processes share the files out in this order: a long one that begins last is waited for by the other process
LONGEST_FIRST = (
    "test_no_fault_loses_or_doubles_anything",
    "test_every_snippet_prints_what_it_shows",
    "test_a_case_goes_through_the_service",
    "test_what_cannot_be_answered_is_kept",
    "test_seeded_histories",
    "test_a_schema_and_its_model_agree",
    "test_a_simulated_city",
    "test_the_style_holds",
)
stood_in: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs servers as a journey, and put the longest files first."""
    for item in items:
        if Path(__file__).parent / "journeys" in item.path.parents:
            item.add_marker(pytest.mark.journey)
    ranks = {name: rank for rank, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))  # stable: the others stay as they were


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking, each time, through what all the tests' modules hold for good."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a journey that failed what its workers said last: nobody can ask them afterwards."""
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        running = item.funcargs.get("service") or getattr(item.funcargs.get("alone"), "service", None)
        for worker in running.workers if isinstance(running, Service) else ():
            report.sections.append((worker.log.name, worker.last_words()))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was not tested."""
    for lack in stood_in:
        terminalreporter.write_sep("=", "NOT TESTED", yellow=True, bold=True)
        terminalreporter.write_line(f"{lack}: the journeys ran on the embedded broker. Not tested: {NOT_TESTED}.")


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """Apache Kafka, or the embedded broker where this machine cannot run it."""
    lack = real_kafka.missing()
    if lack is None:
        kafka = real_kafka.start_kafka()
        yield Broker(kafka.address, embedded=False)
        kafka.stop()
        return
    stood_in.append(lack)
    if os.environ.get("CI") == "true":
        pytest.fail(f"{lack}: with CI=true the journeys need Apache Kafka")
    stand_in = start_broker(Path(tempfile.mkdtemp(prefix="drawbridge-broker-")), remove=True)
    yield Broker(stand_in.address, embedded=True)
    stand_in.stop()


@pytest.fixture(scope="session")
def proxied() -> Iterator[tuple[real_kafka.RealKafka, Proxy]]:
    """Apache Kafka with a proxy that does harm; it forgets a transactional id that was idle for some seconds."""
    lack = real_kafka.missing()
    if lack is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{lack}: with CI=true the journeys need Apache Kafka")
        pytest.skip(f"{lack}: the embedded broker knows no transactions")
    port = free_port()
    kafka = real_kafka.start_kafka(
        port,
        transactional_id_expiration_ms="5000",
        transaction_remove_expired_transaction_cleanup_interval_ms="1000",
        transaction_abort_timed_out_transaction_cleanup_interval_ms="500",
        log_cleaner_backoff_ms="200",
    )
    with Proxy(kafka.behind_proxy, port) as proxy:
        yield kafka, proxy
    kafka.stop()


@pytest.fixture
async def alone(
    proxied: tuple[real_kafka.RealKafka, Proxy], database: str, tmp_path: Path
) -> AsyncIterator[RelayAlone]:
    """A relay by itself, behind the proxy, with a service beside it that meets the broker directly."""
    kafka, proxy = proxied
    beside = Service(kafka.address, database, f"{uuid4().hex[:8]}.", tmp_path, embedded=False)
    beside.prepare()
    pool = await asyncpg.create_pool(database, min_size=1, max_size=4)
    yield RelayAlone(beside, proxy, pool)
    await pool.close()
    proxy.heal()
    beside.stop_all()
    gc.collect()  # what a relay left open is told of here, and fails its test


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server with fsync on."""
    server = start_postgres(Path(tempfile.mkdtemp(prefix="drawbridge-postgres-")), remove=True)
    yield server
    server.stop()


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> str:
    """The DSN of an empty database of this test's own."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return postgres.dsn.removesuffix("/postgres") + f"/{name}"


@pytest.fixture
async def desk_alone(database: str) -> AsyncIterator[DeskAlone]:
    """A desk by itself, on tables of its own."""
    pool = await wiring.database(Settings(database=database))
    async with pool.acquire() as connection:
        await migrate(connection)
    yield DeskAlone(pool)
    await pool.close()


@pytest.fixture
async def service(broker: Broker, database: str, tmp_path: Path) -> AsyncIterator[Service]:
    """The service on tables and topics of its own, no worker running yet; whatever is started ends with the test."""
    running = Service(broker.address, database, f"{uuid4().hex[:8]}.", tmp_path, embedded=broker.embedded)
    running.prepare()
    yield running
    running.stop_all()
