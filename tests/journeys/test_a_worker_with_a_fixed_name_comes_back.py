"""Workers with fixed names (static group membership): who comes back in time takes up his work, and disturbs nobody."""

import os
import signal
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import orjson
import pytest
from running_service import CASES, Broker, Service, Worker, eventually

from drawbridge.sending import sender_and_key

LINES = (CASES / "1-on-time.ndjson").read_bytes().splitlines()


@dataclass(slots=True)
class Patient(Service):
    """A service that waits long enough for a worker to start again."""

    def environment(self, clock: str = "messages") -> dict[str, str]:
        """Return the settings, with time for a restart on a busy machine."""
        return Service.environment(self, clock) | {"DRAWBRIDGE_SESSION_TIMEOUT_MS": "60000"}


def desks(worker: Worker) -> list[tuple[int, int]]:
    """Return the desks that stand open at a worker's last process: (partition, epoch) each."""
    stand: dict[int, int] = {}
    for line in worker.said():
        match line["event"]:
            case "worker started":
                stand = {}
            case "desk opened":
                stand[int(str(line["partition"]))] = int(str(line["epoch"]))
            case "desk closed":
                del stand[int(str(line["partition"]))]
    return sorted(stand.items())


async def test_who_returns_within_the_session_timeout_disturbs_no_other(
    broker: Broker, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of two workers is killed in turn; the other keeps its desks, and every message is answered."""
    if broker.embedded:
        pytest.skip("the embedded broker knows no fixed names")
    service = Patient(broker.address, database, f"{tmp_path.name}.", tmp_path, embedded=False)
    service.prepare()
    partitions = service.settings().facts_partitions
    workers = []
    try:
        for name in ("worker-0", "worker-1"):
            monkeypatch.setenv("DRAWBRIDGE_WORKER_ID", name)
            workers.append(service.start())
        eventually(lambda: is_shared(workers, partitions), "each has a part of the desks")
        async with service.letterbox() as box:
            for number, lines in enumerate((LINES[:4], LINES[4:])):
                worker, other = workers[number], workers[1 - number]
                mine, others = desks(worker), desks(other)
                os.kill(worker.pids()[-1], signal.SIGKILL)
                for line in lines:
                    sender, key = sender_and_key(line)
                    assert sender is not None
                    answer, _ = await box.ask(sender, key, line)
                    assert orjson.loads(answer)["type"] == "receipt.accepted.v1"
                again = [(partition, epoch + 1) for partition, epoch in mine]
                eventually(partial(has_desks, worker, again), "it has its desks again")
                assert desks(other) == others, "the other's desks were left alone"
        assert service.exported("events") == service.replayed()
    finally:
        service.stop_all()


def has_desks(worker: Worker, wanted: list[tuple[int, int]]) -> bool:
    """Whether these desks, and no others, stand open at a worker."""
    return desks(worker) == wanted


def is_shared(workers: list[Worker], partitions: int) -> bool:
    """Whether each worker has a part of the desks, and together they have all."""
    shares = [[partition for partition, _ in desks(worker)] for worker in workers]
    return all(shares) and sorted(chain.from_iterable(shares)) == list(range(partitions))
