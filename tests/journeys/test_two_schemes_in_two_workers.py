"""Each city's scheme at a worker of its own; one worker is killed, and the other has both."""

import contextlib
import os
import signal
from pathlib import Path

from running_service import SCHEME, Broker, Worker, eventually
from test_a_worker_with_a_fixed_name_comes_back import desks, is_shared
from two_cities import LINES, POOL, TwoCities, ask_all, two_cities

from drawbridge.sending import sender_and_key
from drawbridge.topics import partition_of


async def test_one_worker_takes_over_the_others_city(broker: Broker, database: str, tmp_path: Path) -> None:
    """Killed with SIGKILL while messages come: both journals are their replays, each message once, each event told."""
    with two_cities(broker, database, tmp_path) as cities:
        workers = [cities.start(), cities.start()]
        partitions = cities.settings().facts_partitions
        eventually(lambda: is_shared(workers, partitions), "each has a part of the desks")
        mine, others = (one_at(workers, scheme, partitions) for scheme in (SCHEME, POOL))
        assert mine is not others, "each scheme is at a worker of its own"

        first, rest = LINES[: len(LINES) // 2], LINES[len(LINES) // 2 :]
        async with cities.letterbox() as box:
            await ask_all(box, first)
            for number, line in enumerate(rest):
                if number == len(rest) // 2:
                    kill(mine)
                sender, key = sender_and_key(line)
                assert sender is not None
                await box.send(sender, key, line)
        eventually(lambda: decided(cities) == len(LINES), "every message is decided, once")
        assert [partition for partition, _ in desks(others)] == list(range(partitions)), "it has both schemes now"

        journals = cities.journals()
        told = cities.read("events", lambda found: len(found) >= sum(map(len, journals.values())))
        for scheme, journal in journals.items():
            published = [record.value for record in told if record.partition == partition_of(scheme, partitions)]
            if cities.embedded:  # it knows no transactions: at least once
                published = list(dict.fromkeys(published))
            assert published == journal, scheme


def kill(worker: Worker) -> None:
    """Kill a worker and its supervisor, who would start it again."""
    worker.process.kill()
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker.pids()[-1], signal.SIGKILL)


def one_at(workers: list[Worker], scheme: str, partitions: int) -> Worker:
    """Return the worker at which the scheme's desk stands open."""
    at = partition_of(scheme, partitions)
    (found,) = [worker for worker in workers if at in [partition for partition, _ in desks(worker)]]
    return found


def decided(cities: TwoCities) -> int:
    """Count the messages in both journals."""
    return sum(len(cities.exported("messages", scheme)) for scheme in (SCHEME, POOL))
