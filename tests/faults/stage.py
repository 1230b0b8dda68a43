"""Everything that a fault acts on: servers, workers, the cities that send and the witness that reads."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from uuid import uuid4

import asyncpg
from crew import Crew
from proof import Books
from running_service import PATIENCE_S
from servers import Servers
from town import ENROLMENTS, Town
from two_cities import FACTS_PARTITIONS, TwoCities
from witness import Witness

from drawbridge.settings import Clock


@dataclass(slots=True)
class Stage:
    """One service with its surroundings; it lives through all faults of a run.

    Attributes:
        dice: what a fault leaves to chance; seeded.
    """

    servers: Servers
    crew: Crew
    town: Town
    witness: Witness
    books: Books
    dice: Random

    def answers(self) -> None:
        """Return when a message to each partition of `facts` is answered: no worker is left idle.

        Raises:
            AssertionError: one was not answered in time.
        """
        probes = self.town.probe(FACTS_PARTITIONS)

        def heard() -> bool:
            self.witness.read()
            return probes <= self.witness.receipts

        self.crew.until(heard, "every partition answers a message", PATIENCE_S)

    def everything_is_told(self) -> bool:
        """Wait until all that was sent is answered and all that is owed was read; whether that was so in time."""
        self.town.delivered()
        self.crew.until(lambda: self.books.answered() >= len(self.town.sent), "every message is answered", PATIENCE_S)
        self.books.take_owed()
        self.witness.find_topics()
        return self.witness.read_until(lambda: self.books.published(self.witness), PATIENCE_S)

    def execute(self, query: str) -> None:
        """Run a statement in the service's database."""

        async def run() -> None:
            connection = await asyncpg.connect(self.books.dsn)
            await connection.execute(query)
            await connection.close()

        asyncio.run(run())


@contextmanager
def set_up(*, seed: int, cases: int, clock: Clock) -> Iterator[Stage]:
    """Start servers, make tables and topics, and enrol the cities' banks.

    Args:
        seed: of the cities and of what faults leave to chance.
        cases: how many cases the cities have together; some ten messages each.
        clock: the service's: `messages` or `broker`.
    """
    with Servers() as servers, tempfile.TemporaryDirectory(prefix="drawbridge-faults-") as folder:
        prefix, database = f"{uuid4().hex[:8]}.", "faults"
        create_database(servers.dsn, database)
        service = TwoCities(
            servers.proxy.address, _named(servers.dsn_behind_wire, database), prefix, Path(folder), embedded=False
        )
        service.prepare()
        settings = replace(service.settings(), clock=clock)
        stage = Stage(
            servers,
            Crew(service, clock),
            Town(servers.kafka, prefix, seed, cases, clock),
            Witness(servers.kafka, prefix),
            Books(settings, _named(servers.dsn, database), FACTS_PARTITIONS),
            Random(seed),  # noqa: S311 - chance, not a secret
        )
        try:
            stage.crew.size = 1
            stage.witness.find_topics()
            stage.town.send(ENROLMENTS)
            stage.answers()
            yield stage
        finally:
            stage.crew.stop_all()
            stage.witness.close()


def create_database(dsn: str, name: str) -> None:
    """Make an empty database."""

    async def create() -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(create())


def _named(dsn: str, name: str) -> str:
    return dsn.removesuffix("/postgres") + f"/{name}"
