"""The faults: what is done, how often in 200, and with how many workers."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from proxy import Api
from running_service import PATIENCE_S
from servers import ID_EXPIRES_MS
from stage import Stage

from drawbridge.crash import POINTS

#: where a worker passes once for each partition that it is given, and not again
ONCE = {"relay.opened", "relay.recovered"}
TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    Attributes:
        name: as the table shows it.
        strike: does the harm, and ends it.
        in_200: how many of 200 faults are of this kind.
        workers: how many may be running.
    """

    name: str
    strike: Callable[[Stage], None]
    in_200: int
    workers: tuple[int, ...] = (1, 2, 3)


def crash_at(point: str, stage: Stage) -> None:
    """Replace a worker by one that kills itself at a place."""
    stage.crew.end(stage.dice.choice(stage.crew.members), signal.SIGTERM)
    killed_at(point, stage)


def killed_at(point: str, stage: Stage) -> None:
    """Start a worker that kills itself at a place, and send until it has."""
    passes = 1 if point in ONCE else stage.dice.randint(1, 3)
    armed = stage.crew.start(f"{point}:{passes}")
    asked_at = 0.0

    def gone() -> bool:
        nonlocal asked_at
        if armed.poll() is None and time.monotonic() - asked_at > 1:
            asked_at = time.monotonic()
            stage.town.send(1)
            stage.town.probe(stage.books.partitions)
        stage.witness.read()
        return armed.poll() is not None

    stage.crew.until(gone, f"a worker is killed at {point}", PATIENCE_S)
    assert armed.returncode == -signal.SIGKILL, f"it ended with {armed.returncode}, not at {point}"


def end_at_random(how: signal.Signals, stage: Stage) -> None:
    """End a worker at some moment while messages go through."""
    stage.town.send(stage.dice.randint(1, 20))
    time.sleep(stage.dice.uniform(0, 1.5))
    stage.crew.end(stage.dice.choice(stage.crew.members), how)


def freeze(stage: Stage) -> None:
    """Stop a worker in the midst, let its successor write, and wake it up again."""
    stage.town.send(stage.dice.randint(1, 20))
    time.sleep(stage.dice.uniform(0, 0.5))
    zombie = stage.dice.choice(stage.crew.members)
    zombie.send_signal(signal.SIGSTOP)
    try:
        stage.town.send(5)
        stage.answers()
    finally:
        zombie.send_signal(signal.SIGCONT)


def broker_away(stage: Stage) -> None:
    """Kill the broker, leave it away for a while, and start it on what it had written."""
    stage.servers.stop_kafka()
    time.sleep(stage.dice.uniform(0, 3))
    stage.servers.start_kafka()


def database_away(stage: Stage, *, crash: bool) -> None:
    """Stop the database server, leave it away for a while, and start it again."""
    stage.servers.stop_postgres(crash=crash)
    time.sleep(stage.dice.uniform(0, 3))
    stage.servers.start_postgres()


def backends_terminated(stage: Stage) -> None:
    """Have the database end all sessions of the service, at some moment while it writes."""
    time.sleep(stage.dice.uniform(0, 0.3))
    stage.execute(TERMINATE)


def cut(what: str, stage: Stage) -> None:
    """Cut every connection, some times."""
    for _ in range(stage.dice.randint(1, 4)):
        time.sleep(stage.dice.uniform(0, 0.4))
        stage.town.send(3)
        (stage.servers.proxy if what == "broker" else stage.servers.wire).cut()


def delay(what: str, stage: Stage) -> None:
    """Slow every exchange down while messages go through."""
    (stage.servers.proxy if what == "broker" else stage.servers.wire).delay_s = stage.dice.uniform(0.02, 0.15)
    stage.town.send(10)
    stage.answers()
    stage.servers.heal()


def commit_unanswered(stage: Stage) -> None:
    """Let the database commit, and lose its answer."""
    stage.answers()
    stage.servers.wire.swallow_commit()
    stage.town.send(3)
    stage.answers()
    assert stage.servers.wire.swallowed.is_set(), "no commit was swallowed"


def late_commit(release_at: Api, stage: Stage) -> None:
    """Hold a request to end a transaction back, and deliver it when the next one begins."""
    hold = stage.servers.proxy.hold(Api.END_TXN, passes=stage.dice.randint(0, 2), release_at=release_at)

    def caught() -> bool:
        stage.town.send(1)
        stage.answers()
        return hold.caught.is_set()

    stage.crew.until(caught, "a commit is held back", PATIENCE_S)
    stage.crew.until(hold.delivered.is_set, "it is delivered after all", PATIENCE_S)


def one_more(stage: Stage) -> None:
    """Start one more worker while messages go through."""
    stage.crew.size += 1
    stage.crew.tend()
    stage.town.send(10)


def one_less(stage: Stage) -> None:
    """Stop a worker in an orderly way while messages go through; it does not come back."""
    stage.town.send(10)
    stage.crew.size -= 1
    stage.crew.end(stage.dice.choice(stage.crew.members), signal.SIGTERM)


def idle(stage: Stage) -> None:
    """Send nothing for so long that the broker forgets the relays' transactional ids."""
    stage.answers()
    time.sleep(ID_EXPIRES_MS / 1000 + 2.5)


CATALOGUE: tuple[Fault, ...] = (
    *(Fault(f"kill -9 at {point}", partial(crash_at, point), 5, (1, 2)) for point in POINTS),
    Fault("kill -9 at random", partial(end_at_random, signal.SIGKILL), 16),
    Fault("SIGTERM at random", partial(end_at_random, signal.SIGTERM), 10),
    Fault("SIGSTOP, SIGCONT after the successor wrote", freeze, 14, (2, 3)),
    Fault("broker killed and restarted", broker_away, 8),
    Fault("database stopped and restarted", partial(database_away, crash=False), 6),
    Fault("database crashed and restarted", partial(database_away, crash=True), 6),
    Fault("pg_terminate_backend", backends_terminated, 6),
    Fault("broker connections cut", partial(cut, "broker"), 8),
    Fault("database connections cut", partial(cut, "database"), 8),
    Fault("broker connections delayed", partial(delay, "broker"), 3),
    Fault("database connections delayed", partial(delay, "database"), 3),
    Fault("commit's answer lost (database)", commit_unanswered, 6),
    Fault("EndTxn late, at InitProducerId", partial(late_commit, Api.INIT_PRODUCER_ID), 3),
    Fault("EndTxn late, at AddPartitionsToTxn", partial(late_commit, Api.ADD_PARTITIONS_TO_TXN), 3),
    Fault("EndTxn late, at Produce", partial(late_commit, Api.PRODUCE), 3),
    Fault("one worker more", one_more, 5, (1, 2)),
    Fault("one worker less", one_less, 5, (2, 3)),
    Fault("idle past the transactional id's life", idle, 2),
)
