"""The whole state of a scheme, computed anew from its events, and held against what the database has of it.

What the database has is the last snapshot with its open and closed cases, as of one event. All of it may be thrown
away: it only saves time. Here it is shown to be what the events say.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from drawbridge.law import Scheme, State, fold, open_state, pass_time, read_event, snapshot
from drawbridge.law.working_days import Calendar
from drawbridge.record.rows import readable, subject_key
from drawbridge.record.saved import Saved, read_bodies, read_saved, write_saved

#: events between two times that closed cases are taken out of memory
_SETTLE_EVERY = 500


class RebuildError(RuntimeError):
    """The state cannot be rebuilt, or was not written; the message says what to do."""


@dataclass(slots=True)
class Rebuilt:
    """A scheme's state as its events say, and how the database differs from it.

    Attributes:
        state: after the last event.
        closed: snapshots of the closed cases that are not in memory, by subject.
        decided: how many messages the scheme was asked.
        differences: what differs, a line each.
    """

    state: State
    base: Calendar
    closed: dict[str, bytes] = field(default_factory=dict)
    decided: int = 0
    differences: list[str] = field(default_factory=list)

    async def take(self, lines: AsyncIterator[bytes], progress: Callable[[], None]) -> AsyncIterator[int]:
        """Fold the events, and yield each event's sequence after it.

        Raises:
            RebuildError: an event is missing.
        """
        async for line in lines:
            event = read_event(line)
            if event.sequence != self.state.sequence + 1:
                raise RebuildError(
                    f"{self.state.scheme.id}: after event {self.state.sequence} follows {event.sequence}:"
                    " `drawbridge verify` tells more; restore the database from its backup"
                )
            for subject in {event.subject, event.data.get("case")}:
                if isinstance(subject, str) and self.state.absent(subject) and subject in self.closed:
                    self.state.restore(self.closed[subject])
            fold(self.state, [event])
            if event.sequence % _SETTLE_EVERY == 0:
                self.settle()
            progress()
            yield event.sequence

    def settle(self) -> None:
        """Take closed cases out of memory."""
        self.closed.update(self.state.take_settled())


async def rebuild(
    connection: asyncpg.Connection,
    scheme: Scheme,
    calendar: Calendar,
    lines: AsyncIterator[bytes],
    progress: Callable[[], None],
) -> Rebuilt:
    """Compute a scheme's state from all of its events and compare.

    Args:
        connection: in the transaction in which `lines` are read: it sees one moment.
        scheme: whose state.
        calendar: the day table with which workers open it.
        lines: every event from the first on.
        progress: told of each event.

    Raises:
        RebuildError: events are missing.
    """
    found = Rebuilt(open_state(scheme, calendar), calendar)
    saved = await read_saved(connection, scheme.id)
    await _compare_saved(connection, found, saved, 0)
    async for sequence in found.take(lines, progress):
        await _compare_saved(connection, found, saved, sequence)
    if saved is not None and saved.head.sequence > found.state.sequence:
        found.differences.append(f"the snapshot is of event {saved.head.sequence}, which the journal does not have")
    row = await connection.fetchrow(
        "SELECT decided, recorded_at FROM messages WHERE scheme = $1 ORDER BY decided DESC LIMIT 1", scheme.id
    )
    clocks = [] if saved is None or saved.head.clock is None else [saved.head.clock]
    clocks += [row["recorded_at"]] if row else []
    for clock in sorted(clocks):
        _pass_time_to(found.state, clock)
    found.decided = max(row["decided"] if row else 0, saved.decided if saved else 0)
    found.settle()
    return found


async def write(connection: asyncpg.Connection, rebuilt: Rebuilt) -> None:
    """Write the rebuilt state over what the database has, and end the writer's epoch: it reads what is true now.

    Args:
        connection: in no transaction.
        rebuilt: as of the journal's last event.

    Raises:
        RebuildError: the journal has gone on meanwhile.
    """
    scheme, state = rebuilt.state.scheme.id, rebuilt.state
    async with connection.transaction():
        await connection.execute(
            "UPDATE writers SET epoch = epoch + 1, holder = 'rebuild', taken_at = now()"
            " WHERE partition IN (SELECT partition FROM months WHERE scheme = $1)",
            scheme,
        )
        last = await connection.fetchval(
            "SELECT sequence FROM events WHERE scheme = $1 ORDER BY sequence DESC LIMIT 1", scheme
        )
        if (last or state.sequence) != state.sequence:
            raise RebuildError(f"{scheme} went on to event {last} meanwhile: stop the workers, or run it again")
        await write_saved(connection, {scheme: (snapshot.dump(state, rebuilt.base), rebuilt.decided)})
        await connection.execute("DELETE FROM closed_cases WHERE scheme = $1", scheme)
        await connection.copy_records_to_table(
            "closed_cases",
            records=[
                (scheme, subject_key(subject), readable(subject), body, state.sequence)
                for subject, body in rebuilt.closed.items()
            ],
        )


async def _compare_saved(connection: asyncpg.Connection, found: Rebuilt, saved: Saved | None, sequence: int) -> None:
    """Compare with the snapshot, when it is as of this event."""
    if saved is None or saved.head.sequence != sequence:
        return
    state = found.state
    if saved.head.form != snapshot.form_of(state.scheme, found.base):
        found.differences.append("the snapshot is of another version's form: it is not read")
        return
    there = {snapshot.subject_of(body): body async for body in read_bodies(connection, state.scheme.id)}
    if saved.head.clock is not None:
        _pass_time_to(state, saved.head.clock)
    differences = _differences(found, saved, there)
    if differences and saved.head.clock is not None and saved.head.clock == state.clock:
        # it is of when time had passed over timers of that very instant, too, which told nothing
        pass_time(state, saved.head.clock)
        differences = _differences(found, saved, there)
    found.differences += differences
    await _compare_closed(connection, found)


def _pass_time_to(state: State, clock: datetime) -> None:
    """Let time pass up to an instant after the last event; at its own, timers may still wait that will tell something.

    A desk fires a crowd of timers in batches: its journal may end between two of one instant.
    """
    if state.clock is None or clock > state.clock:
        pass_time(state, clock)


def _differences(found: Rebuilt, saved: Saved, there: dict[str, bytes]) -> list[str]:
    """Say how a snapshot with its open cases differs from the state, a line each."""
    found.settle()
    state, told = found.state, snapshot.dump(found.state, found.base)
    differences = []
    if (saved.head.head, saved.head.clock) != (told.head.head, told.head.clock):
        differences.append(f"the snapshot of event {state.sequence}: another hash or another clock")
    if not snapshot.is_same(saved.head.body, told.head.body):
        differences.append(f"the snapshot of event {state.sequence}: banks, book, calendar or timers differ")
    return [*differences, *_differing("open case", there, told.bodies)]


async def _compare_closed(connection: asyncpg.Connection, found: Rebuilt) -> None:
    """Compare the closed cases; one that is in memory again may stand there as it was when it was closed."""
    query = "SELECT subject_key, subject, snapshot FROM closed_cases WHERE scheme = $1"
    subjects = {subject_key(subject): subject for subject in (*found.closed, *found.state.cases)}
    seen = set()
    async for row in connection.cursor(query, found.state.scheme.id, prefetch=1000):
        subject = subjects.get(row["subject_key"])
        if subject is None:
            found.differences.append(f"closed case {row['subject']}: the events know no such closed case")
        elif subject not in found.state.cases:
            seen.add(subject)
            if not snapshot.is_same(row["snapshot"], found.closed[subject]):
                found.differences.append(f"closed case {subject}: differs")
    missing = (subject for subject in found.closed if subject not in seen and subject not in found.state.cases)
    found.differences += [f"closed case {subject}: is missing" for subject in missing]


def _differing(what: str, there: dict[str, bytes], told: dict[str, bytes]) -> Iterable[str]:
    """Say a line for each case that is not as it should be."""
    for subject in sorted(there.keys() | told.keys()):
        if subject not in told:
            yield f"{what} {subject}: should not be there"
        elif subject not in there:
            yield f"{what} {subject}: is missing"
        elif not snapshot.is_same(there[subject], told[subject]):
            yield f"{what} {subject}: differs"
