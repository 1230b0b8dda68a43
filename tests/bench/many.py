"""The desk with very many open cases, in this process and on the real database: what messages and due timers cost.

The cases are copies of one that came the usual way; they are put into the state and written down as its snapshot.
"""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection

import asyncpg
from load import SCHEME, Line
from ours import HOT, PARTITIONS
from runs import Spent

from drawbridge import shipped
from drawbridge.delivery import Outgoing
from drawbridge.gateway.desk import Desk, open_desk
from drawbridge.gateway.intake import Intake, Received
from drawbridge.gateway.work import FactRecord
from drawbridge.law.bridge.deadlines import AGREED
from drawbridge.law.snapshot import load_body, write_body
from drawbridge.law.state import State
from drawbridge.law.timers import Timer
from drawbridge.record.journal import Journal
from drawbridge.record.rows import Origin
from drawbridge.sending import STRUCTURED
from drawbridge.settings import Settings
from drawbridge.topics import inbound

#: long after everything that the city says
_LATER = timedelta(days=400)
#: messages that a desk takes at a time where several take theirs in turn
BATCH = 250


async def facts_of(settings: Settings, lines: Sequence[Line]) -> list[FactRecord]:
    """Return the city's facts as intake forwards them and the desk of its partition reads them."""
    sent: list[Outgoing] = []

    async def keep(records: Sequence[Outgoing], /) -> None:
        sent.extend(records)

    intake = Intake(settings, keep, PARTITIONS, embedded=False)
    offsets: dict[str, int] = {}
    received = []
    for line in lines:
        topic = settings.topic(inbound(line.sender))
        offsets[topic] = offsets.get(topic, -1) + 1
        received.append(Received(Origin(topic, 0, offsets[topic]), line.value, tuple(STRUCTURED), 0, 1))
    await intake.forward(received)
    mine = [record for record in sent if record.partition == HOT]
    return [FactRecord(offset, record.value, tuple(record.headers)) for offset, record in enumerate(mine)]


@asynccontextmanager
async def desk_at(settings: Settings) -> AsyncIterator[Desk]:
    """Give the desk of the city's partition."""
    async with asyncpg.create_pool(settings.database, min_size=1, max_size=4) as pool:
        yield await open_desk(
            settings, Journal(pool), shipped.calendar(), partition=HOT, partitions=PARTITIONS, holder="bench"
        )


async def take(desk: Desk, facts: Sequence[FactRecord], batch: int = 500) -> Spent:
    """Have a desk decide facts, and return what that took."""
    began, began_cpu = time.monotonic(), time.process_time()
    for start in range(0, len(facts), batch):
        await desk.take(facts[start : start + batch])
    return Spent(len(facts), time.monotonic() - began, time.process_time() - began_cpu)


def multiply(state: State, count: int, fires_at: datetime | None) -> None:
    """Open copies of a loan that is out, their timers far away or, given an instant, the agreed day only, for then."""
    subject = max(
        subject
        for subject, of_subject in state.timers.pending.items()
        if AGREED in of_subject and state.cases[subject].is_outstanding()
    )
    number = subject.rpartition("/")[2]
    body = write_body(state, subject)
    timers = dict(state.timers.pending[subject])
    for copy in range(count):
        name = f"{subject}-{copy}"
        told, _, _, case = body.replace(number.encode(), f"{number}-{copy}".encode()).split(b"\n", 3)
        load_body(state, b"\n".join((told, b"null", b"[]", case)))
        for timer in [timers[AGREED]] if fires_at else timers.values():
            at = fires_at or timer.fires_at + _LATER + timedelta(minutes=copy % 100_000)
            state.timers.set(Timer(name, timer.name, at, at, timer.rank, timer.number))


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured with a number of open cases."""

    open_cases: int
    message: Spent
    saved_s: float
    opened_s: float


class DeskBeside:
    """A desk with so many more open cases, all of them read, in a process of its own: it takes a batch when told to.

    Several take theirs in turn, so that whatever else the machine does weighs on each of them alike.
    """

    def __init__(self, settings: Settings, lines: Sequence[Line], warm: int, cases: int) -> None:
        """Begin; the first `warm` lines are not measured."""
        self._told, told = Pipe()
        self._process = get_context("spawn").Process(target=_take_when_told, args=(told, settings, lines, warm, cases))
        self._process.start()
        told.close()
        self._messages, self._seconds, self._cpu_s = 0, 0.0, 0.0

    def batches(self) -> int:
        """Return how many batches it will take, once it is ready."""
        count: int = self._told.recv()
        return count

    def take(self) -> None:
        """Take a batch."""
        self._told.send(None)
        spent: Spent = self._told.recv()
        self._messages, self._seconds = self._messages + spent.messages, self._seconds + spent.seconds
        self._cpu_s += spent.cpu_s

    def end(self) -> Costs:
        """Write a snapshot, open the desk anew, and return what all of it took."""
        self._told.send(None)
        open_cases, saved_s, opened_s = self._told.recv()
        self._process.join()
        return Costs(open_cases, Spent(self._messages, self._seconds, self._cpu_s), saved_s, opened_s)


async def _serve(told: Connection, settings: Settings, lines: Sequence[Line], warm: int, cases: int) -> None:
    """Be such a desk."""
    facts = await facts_of(settings, lines)
    async with desk_at(settings) as desk:
        await take(desk, facts[:warm])
        office = desk.offices[SCHEME]
        multiply(office.state, cases, None)
        assert all(office.state.cases.values()), "all cases are read"
        office.saved_sequence = None  # the copies are in no snapshot yet
        began = time.monotonic()
        await desk.save()
        saved_s = time.monotonic() - began
        gc.collect()  # a worker that came to have so many has done that long ago
        left = [facts[start : start + BATCH] for start in range(warm, len(facts), BATCH)]
        told.send(len(left))
        for batch in left:
            told.recv()
            told.send(await take(desk, batch))
        open_cases = len(office.state.cases)
        told.recv()
        await desk.save()
    began = time.monotonic()
    async with desk_at(settings) as again:
        opened_s = time.monotonic() - began
        assert len(again.offices[SCHEME].state.cases) == open_cases, "the snapshot holds other cases"
    told.send((open_cases, saved_s, opened_s))


def _take_when_told(told: Connection, settings: Settings, lines: Sequence[Line], warm: int, cases: int) -> None:
    """Be such a desk, from where no loop runs."""
    asyncio.run(_serve(told, settings, lines, warm, cases))


def in_turn(desks: Sequence[DeskBeside]) -> list[Costs]:
    """Let desks take their batches in turn, and return what each has spent."""
    for _ in range(min([desk.batches() for desk in desks])):
        for desk in desks:
            desk.take()
    return [desk.end() for desk in desks]


async def burst(settings: Settings, lines: Sequence[Line], cases: int) -> tuple[Spent, int]:
    """Measure deadlines that are due in the same minute; return what they took, and how many events they caused."""
    facts = await facts_of(settings, lines)
    async with desk_at(settings) as desk:
        await take(desk, facts)
        state = desk.offices[SCHEME].state
        assert state.clock is not None, "the city said nothing"
        due = state.clock + _LATER
        multiply(state, cases, due)
        # what the city itself still waits for comes first, and is not measured
        await desk.pass_time(due - timedelta(minutes=1))
        begun = state.sequence
        began, began_cpu = time.monotonic(), time.process_time()
        while (next_due := desk.next_due()) is not None and next_due <= due:
            await desk.pass_time(due)
        spent = Spent(cases, time.monotonic() - began, time.process_time() - began_cpu)
        assert state.sequence - begun >= cases > 0, f"{state.sequence - begun} events of {cases} deadlines"
        return spent, state.sequence - begun


def run_burst(settings: Settings, lines: Sequence[Line], cases: int) -> tuple[Spent, int]:
    """As `burst`, from where no loop runs."""
    return asyncio.run(burst(settings, lines, cases))
