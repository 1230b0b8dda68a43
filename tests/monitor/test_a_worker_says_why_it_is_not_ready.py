"""A worker is ready when each of its stages does its work; otherwise it says which does not, and why."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from drawbridge.embedded.processes import free_port
from drawbridge.monitor.port import Port, PortTakenError
from drawbridge.monitor.stages import SILENT_AFTER_S, STALLED_AFTER_S, Readiness, Stage
from drawbridge.settings import Settings
from drawbridge.watch.metrics import Meter


@dataclass
class Share:
    """What the broker's group has given to a stage, moved by hand: one partition, given and open."""

    is_settled: bool = True
    given: set[str] = field(default_factory=lambda: {"facts/0"})
    open: set[str] = field(default_factory=lambda: {"facts/0"})

    def stage(self) -> Stage:
        """Return the stage."""
        return Stage("desk", lambda: self.is_settled, lambda: self.given, lambda: self.open)


def begun(stage: Stage) -> Readiness:
    """Return the readiness of a worker that began at the instant 0."""
    readiness = Readiness()
    readiness.begun([stage], 0.0)
    return readiness


def complaints(readiness: Readiness, now: float) -> list[str]:
    """Return why a worker is not ready whose servers have just answered."""
    for server in ("broker", "database"):
        readiness.answered(server, now)
    return readiness.complaints(now)


def test_a_worker_that_has_not_begun_is_not_ready() -> None:
    """It tells what it waits for."""
    readiness = Readiness()
    assert readiness.complaints(0.0) == ["the worker has not begun"]
    readiness.waits_for = "waits for the database"
    assert readiness.complaints(0.0) == ["waits for the database"]


def test_a_worker_without_its_share_is_not_ready() -> None:
    """Before the group's answer, and from the beginning of each rebalance, it has none: it may be alive and idle."""
    share = Share()
    readiness = begun(share.stage())
    assert readiness.complaints(1.0) == []
    share.is_settled = False
    assert readiness.complaints(1.0) == ["desk: waits for its share of the partitions"]


def test_a_worker_with_nothing_to_do_is_ready() -> None:
    """More workers than partitions: one stands by."""
    assert begun(Share(given=set(), open=set()).stage()).complaints(1.0) == []


def test_a_partition_without_its_desk_is_named() -> None:
    """It was given, but its state is not restored: nobody else will decide its messages."""
    share = Share(given={"facts/0", "facts/2"})
    assert begun(share.stage()).complaints(1.0) == ["desk: facts/2 is not open yet"]


def test_records_that_wait_and_do_not_move_are_a_stall() -> None:
    """Waiting alone is none, as long as something goes through."""
    stage = Share().stage()
    readiness = begun(stage)
    stage.saw({"facts/0": (7, 0)}, 0.0)
    stage.saw({"facts/0": (7, 100)}, 10.0)
    stage.saw({"facts/0": (8, 200)}, 20.0)
    stage.saw({"facts/0": (8, 300)}, 20.0 + STALLED_AFTER_S)
    assert complaints(readiness, 20.0 + STALLED_AFTER_S) == []
    now = 21.0 + STALLED_AFTER_S
    told = f"desk: 300 records of facts/0 wait, none went through for {now - 20:.0f} s"
    assert complaints(readiness, now) == [told]
    stage.saw({"facts/0": (9, 299)}, now)
    assert complaints(readiness, now) == []


def test_what_arrives_after_a_long_silence_is_no_stall() -> None:
    """The patience begins when something waits, not when the last record went through."""
    stage = Share().stage()
    readiness = begun(stage)
    stage.saw({"facts/0": (7, 0)}, 0.0)
    stage.saw({"facts/0": (7, 0)}, 1000.0)
    stage.saw({"facts/0": (7, 1)}, 1002.0)
    assert complaints(readiness, 1004.0) == []


def test_a_server_that_does_not_answer_is_named() -> None:
    """Without the database nothing is written, without the broker nothing is read."""
    readiness = begun(Share().stage())
    readiness.answered("broker", 10.0)
    now = SILENT_AFTER_S + 1
    assert readiness.complaints(now) == [f"database: no answer for {now:.0f} s"]
    readiness.answered("database", now)
    assert readiness.complaints(now) == []


@asynccontextmanager
async def asking(readiness: Readiness) -> AsyncIterator[Callable[[str], Awaitable[tuple[int, str]]]]:
    """Open a port; what comes asks it."""
    settings = Settings(health_port=free_port())
    port = Port(settings, Meter(), readiness)
    await port.open()
    async with aiohttp.ClientSession() as http:

        async def ask(path: str) -> tuple[int, str]:
            async with http.get(f"http://127.0.0.1:{settings.health_port}{path}") as answer:
                return answer.status, await answer.text()

        yield ask
    await port.close()


async def test_the_port_tells_monitors() -> None:
    """Alive is alive also when not ready; ready is 200, not ready is 503 with the reasons, and a gauge says it too."""
    readiness = Readiness()
    async with asking(readiness) as ask:
        assert await ask("/healthz") == (200, "alive\n")
        assert await ask("/readyz") == (503, "the worker has not begun\n")
        assert "drawbridge_ready 0.0" in (await ask("/metrics"))[1]
        readiness.waits_for = ""
        assert await ask("/readyz") == (200, "ready\n")
        assert "drawbridge_ready 1.0" in (await ask("/metrics"))[1]
        assert (await ask("/"))[0] == 404


async def test_a_port_that_is_taken_is_a_clear_error() -> None:
    """It names the settings and the way out."""
    settings = Settings(health_port=free_port())
    first = Port(settings, Meter(), Readiness())
    await first.open()
    with pytest.raises(PortTakenError, match=f"DRAWBRIDGE_HEALTH_PORT: 127.0.0.1:{settings.health_port} cannot be"):
        await Port(settings, Meter(), Readiness()).open()
    await first.close()


async def test_without_a_port_nothing_listens() -> None:
    """It is off unless somebody asks for it."""
    port = Port(Settings(), Meter(), Readiness())
    await port.open()
    assert port._runner is None
    await port.close()
