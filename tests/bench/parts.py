"""The parts of the bench, one after the other on the same servers, and the table that they print."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg
import click
import orjson
import real_kafka
from alone import alone
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]
from load import POOL, SCHEME, Line, Sending, city, well_formed
from many import DeskBeside, in_turn, run_burst
from metal import cpu_s, machine
from ours import Ours
from runs import Spent, answered_after, each_alone, end_to_end, restarted, split_in_two
from signatures import verified

from drawbridge.embedded.postgres import EmbeddedPostgres, start_postgres

HERE = Path(__file__).parent
WARM = 1_000
#: so many messages in, loans are out and their agreed days are near
LENT = 4_000
#: messages of a run that is not a quick one
FULL = 10_000
#: messages of which the cost is told to a few hundredths
MANY_ENOUGH = 3_000
#: messages a second at which it is measured how soon they are answered; less where the machine does not take it
PACE = 1_000
#: the share of the greatest speed that a machine keeps up while others work on it
SUSTAINED = 0.6

#: of the broker: as in a service that runs for days, where all is compiled well in the end
STEADY_JVM = ("-Xmx1g", "-Xms1g", "-XX:+UseSerialGC")


def say(line: str) -> None:
    """Tell what is under way."""
    click.echo(f"… {line}", err=True)


class Bench(AbstractContextManager["Bench"]):
    """The servers, and databases and topics of its own for each part."""

    kafka: real_kafka.RealKafka
    postgres: EmbeddedPostgres

    def __enter__(self) -> Self:
        """Start the servers."""
        self.folder = Path(tempfile.mkdtemp(prefix="drawbridge-bench-"))
        self.kafka = real_kafka.start_kafka(jvm=STEADY_JVM)
        self.postgres = start_postgres(self.folder / "postgres")
        self.made = 0
        self.found: dict[str, Spent] = {}
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End them."""
        self.postgres.stop()
        self.kafka.stop()

    def database(self) -> str:
        """Make an empty database and return its DSN."""
        self.made += 1
        name = f"bench_{self.made}"

        async def make() -> None:
            connection = await asyncpg.connect(self.postgres.dsn)
            await connection.execute(f"CREATE DATABASE {name}")
            await connection.execute("CHECKPOINT")
            await connection.close()

        asyncio.run(make())
        return self.postgres.dsn.removesuffix("/postgres") + f"/{name}"

    def ours(self, lines: Sequence[Line]) -> Ours:
        """Make a service of its own."""
        database = self.database()
        made = Ours(self.kafka.address, database, f"b{self.made}.", self.folder)
        made.prepare(lines)
        return made

    def servers_cpu_s(self) -> tuple[float, float]:
        """Return the CPU seconds that broker and database have spent."""
        return cpu_s(self.kafka.server.process.pid), cpu_s(self.postgres.server.process.pid)

    def beside(self, program: str, lines: list[Line]) -> Spent:
        """Put lines through one of the programs beside ours, and check that it answered each."""
        dsn, prefix = self.database(), f"b{self.made}."
        admin = AdminClient({"bootstrap.servers": self.kafka.address})
        name = program.removesuffix(".py")
        topics = [f"{prefix}{name}.{end}" for end in ("in", "out")]
        for made in admin.create_topics([NewTopic(topic, 1, 1) for topic in topics]).values():
            made.result(30)
        sending = Sending(self.kafka.address, prefix)
        sending.all_at_once(lines, f"{name}.in")
        done = subprocess.run(
            [sys.executable, HERE / program, prefix, str(len(lines))],
            cwd=self.folder,  # Faust makes folders for tables where it is started
            env=os.environ | {"BENCH_KAFKA": self.kafka.address, "BENCH_DSN": dsn},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stderr.decode()[-2000:]}"
        told = orjson.loads(done.stdout)
        assert told["journal"] == told["count"] == len(lines), f"{program}: {told}"
        return Spent(told["count"], told["seconds"], told["cpu_s"])


def row(name: str, spent: Spent, note: str = "") -> None:
    """Print a line of the table."""
    click.echo(f"  {name:<44}{spent.us:>9.0f} µs{spent.per_s:>10,.0f} /s  {note}".rstrip())


def beside_ours(bench: Bench, many: int, few: int) -> None:
    """Measure the floor and the obvious stack."""
    lines = well_formed(city(many))
    say("floor")
    floor = bench.found["floor"] = bench.beside("floor.py", lines)
    row("floor", floor)
    say("the obvious stack")
    obvious = bench.found["obvious stack"] = bench.beside("obvious.py", lines[:few])
    row("obvious stack", obvious)


def stages(bench: Bench, many: int, _few: int) -> None:
    """Measure each of our stages alone."""
    lines = city(many + WARM)
    say("ours, each stage alone")
    ours = bench.ours(lines)
    for name, spent in each_alone(ours, lines, WARM).items():
        row(f"ours: {name}", spent)
    click.echo(f"  {ours.count().check()}")
    ours.close()


def whole(bench: Bench, many: int, _few: int) -> None:
    """Measure ours from end to end, in one process, then how soon it answers."""
    paced_s = 3 if many < FULL else 10
    lines = city(many + WARM + 3 * paced_s * PACE)
    say("ours, end to end in one process")
    ours = bench.ours(lines)
    before = bench.servers_cpu_s()
    (one,) = end_to_end(ours, lines[: many + WARM], WARM, ["intake,desk,relay"])
    after = bench.servers_cpu_s()
    row("ours: end to end, one process", one)
    for name, other in bench.found.items():
        click.echo(
            f"  speed beside the {name}: {other.us / one.us:.2f} by CPU time, {one.per_s / other.per_s:.2f} by the"
            " clock"
        )
    broker, database = ((after[n] - before[n]) / many * 1e6 for n in (0, 1))
    click.echo(f"  beside it the broker spent {broker:.0f} µs a message, the database {database:.0f} µs")
    left = well_formed(lines[many + WARM :])
    with ours.worker("intake,desk,relay"):
        answered_after(ours, left[:200], 100)  # it has begun then
        left = left[200:]
        for rate in (100, min(PACE, int(one.per_s * SUSTAINED))):
            say(f"ours, {rate} messages a second")
            took = answered_after(ours, left[: rate * paced_s], rate)
            left = left[rate * paced_s :]
            middle, late = took[len(took) // 2], took[len(took) * 99 // 100]
            click.echo(f"  at {rate:,} /s answered within {middle * 1e3:,.0f} ms (p50), {late * 1e3:,.0f} ms (p99)")
        ours.until(ours.all_published, "everything is published")
    click.echo(f"  {ours.count().check()}")
    ours.close()


def split(bench: Bench, many: int, _few: int) -> None:
    """Measure ours with the desk in one process, intake and relay in another."""
    lines = city(many + WARM)
    say("ours, the desk in one process, intake and relay in the other")
    ours = bench.ours(lines)
    desk, others = split_in_two(ours, lines, WARM)
    row("ours: desk apart", desk)
    row("ours: intake and relay", others)
    click.echo(f"  {ours.count().check()}")
    ours.close()


def cities(bench: Bench, many: int, _few: int) -> None:
    """Measure the pool from end to end, then both schemes in one worker; each scheme is counted by itself."""
    for schemes in ((POOL,), (SCHEME, POOL)):
        say(f"ours, {' and '.join(schemes)} in one process")
        each = (well_formed(city((many + WARM) // len(schemes), scheme=scheme)) for scheme in schemes)
        lines = list(chain.from_iterable(zip(*each, strict=False)))  # by turns
        ours = bench.ours(lines)
        (spent,) = end_to_end(ours, lines, WARM, ["intake,desk,relay"])
        row(f"ours: {' + '.join(schemes)}", spent)
        for scheme, counted in ours.count_of(lines).items():
            click.echo(f"  {scheme}: {counted.check()}")
        ours.close()


def open_cases(bench: Bench, many: int, _few: int) -> None:
    """Measure what open cases cost, and a restart with them."""
    lines = city(MANY_ENOUGH + LENT + 1)
    counts = (1_000, 100_000 if many >= FULL else 10_000)
    say(f"desks with {counts[0]:,} and {counts[1]:,} more open cases, a batch each in turn")
    services = [bench.ours(lines) for _ in counts]
    desks = [DeskBeside(ours.settings(), lines[:-1], LENT, count) for ours, count in zip(services, counts, strict=True)]
    costs = in_turn(desks)
    for cost in costs:
        row(f"desk alone, {cost.open_cases:,} open cases", cost.message)
        click.echo(f"  a snapshot of all is written in {cost.saved_s:.1f} s, and read in {cost.opened_s:.1f} s")
    click.echo(f"  ratio {costs[1].message.us / costs[0].message.us:.2f}")
    services[1].forget_origins()
    click.echo(f"  a worker started anew has answered after {restarted(services[1], lines[-1]):.1f} s")
    for ours in services:
        ours.close()


def deadlines(bench: Bench, many: int, _few: int) -> None:
    """Measure deadlines that are due in the same minute."""
    cases = 50_000 if many >= FULL else 5_000
    say(f"{cases:,} deadlines in the same minute")
    lines = city(LENT)
    ours = bench.ours(lines)
    spent, events = run_burst(ours.settings(), lines, cases)
    row(f"{cases:,} deadlines in one minute", spent, f"{events:,} events in {spent.seconds:.1f} s")
    ours.close()


def replay(many: int) -> None:
    """Measure the decision core alone, without servers, for both schemes."""
    for scheme in (SCHEME, POOL):
        done = subprocess.run(
            [sys.executable, "-m", "drawbridge", "bench", "--cases", str(many // 10), "--scheme", scheme],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        click.echo(done.stdout.rstrip())


def by_itself(many: int) -> None:
    """Measure our own code without servers and their clients."""
    say("our own code by itself")
    lines = city(many)
    for name, spent in (alone(lines) | verified(lines)).items():
        row(name, spent)


WITHOUT_SERVERS = {"replay": replay, "alone": by_itself}
PARTS = {
    "beside": beside_ours,
    "stages": stages,
    "whole": whole,
    "split": split,
    "cities": cities,
    "open-cases": open_cases,
    "deadlines": deadlines,
}


def run(*, quick: bool, only: str) -> None:
    """Run the parts whose name contains `only`.

    Raises:
        AssertionError: something was lost, doubled or not done in time.
    """
    many, few = (FULL // 10, 150) if quick else (FULL, 1_500)
    click.echo(machine())
    for name, part in WITHOUT_SERVERS.items():
        if only in name:
            part(many)
    wanted = [part for name, part in PARTS.items() if only in name]
    if not wanted:
        return
    with Bench() as bench:
        for one in wanted:
            one(bench, many, few)
