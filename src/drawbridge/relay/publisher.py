"""Publishes one partition of the journal in its order, batch by batch, exactly once.

On Kafka a batch and its cursor are one transaction: whoever reads committed records sees both or neither. After any
answer that is not clear the publisher begins anew, as at the start of a process: a new session fences the one before,
then the cursor is read, then the outputs behind it, and what already stands there is not published again. The embedded
broker knows no transactions: there the cursor stands in the database alone, is written after the batch was delivered,
and a batch may be published twice.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import orjson
import structlog
from aiokafka.errors import KafkaError

from drawbridge import crash
from drawbridge.record.owed import Owed, OwedEvent
from drawbridge.relay.behind import Behind
from drawbridge.relay.cursor import Cursor, agreed
from drawbridge.relay.outbox import RelayOutbox
from drawbridge.relay.records import Recorder
from drawbridge.relay.session import Session, UnclearError
from drawbridge.settings import Settings

log = structlog.get_logger()

#: seconds before a new session is tried; doubled each time up to the last, and back to the first after a publication
FIRST_PAUSE_S, LAST_PAUSE_S = 0.1, 5.0
#: an idle relay writes its cursor anew when it begins to be idle, and so often: the broker keeps its transactional id,
#: and who goes on from there need not look through what other relays published meanwhile
SAY_EVERY_S = 60.0
#: seconds between two looks for news when nobody wakes this relay, although the desk that does is in the same process
BESIDE_S = 5.0
#: a transaction must be short: readers wait for its end
TRANSACTION_BYTES = 8 * 1024 * 1024


class SupersededError(RuntimeError):
    """Another process has this partition now: whatever this one believes is old, and it has to end."""


class MakeTopics(Protocol):
    """Makes the topics of a bank when it is enrolled."""

    async def __call__(self, bank: str) -> None:
        """Return when the bank's topics exist.

        Raises:
            KafkaError: the broker refused, or did not answer.
        """


@dataclass(slots=True)
class Publisher:
    """The relay of one partition.

    Attributes:
        open_session: makes a session that is not open; each is used once.
        make_recorder: makes what makes the records; new, it remembers no alerts yet.
        make_topics: makes a bank's topics.
        news: set when there may be something new in the journal.
    """

    settings: Settings
    partition: int
    outbox: RelayOutbox
    open_session: Callable[[], Session]
    make_recorder: Callable[[], Recorder]
    make_topics: MakeTopics
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _pause_s: float = FIRST_PAUSE_S
    _rows: int = field(init=False)
    _poll_s: float = field(init=False)
    _say_at_s: float = 0.0
    _noting: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        """Begin with full batches, and look for news of another process."""
        self._rows = self.settings.relay_batch
        self._poll_s = self.settings.relay_poll_ms / 1000

    async def run(self, epoch: int | None = None) -> None:
        """Publish what is owed, until cancelled.

        Args:
            epoch: of the desk beside which it runs; None without one: whose the partition is, the group alone says.

        Raises:
            CursorError: broker and database disagree.
            SupersededError: another process has the partition.
        """
        if epoch is not None:
            self._poll_s = BESIDE_S
        while True:
            session = self.open_session()
            try:
                await self._session(session)
            except UnclearError as why:
                if epoch is not None and (await self.outbox.writer(self.partition))[0] != epoch:
                    raise SupersededError(f"partition {self.partition} belongs to another process now") from why
                log.warning("relay begins anew", partition=self.partition, why=str(why), pause_s=self._pause_s)
                # what a broker cannot take in time is tried again with less at once
                self._rows = max(1, self._rows // 2)
            finally:
                await self._give_up_noting()
                # not within the caller's cancellation: the next writer waits for nothing that this one left open
                await asyncio.shield(session.close())
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LAST_PAUSE_S)

    async def _session(self, session: Session) -> None:
        """Publish until something is not clear."""
        await session.open()
        self._say_at_s = 0.0
        cursor, behind = await self._recovered(session)
        recorder = self.make_recorder()
        for _scheme, line in await self.outbox.event_lines(self.partition, cursor.position):
            recorder.remember(line)
        crash.point("relay.recovered")
        log.info("relay opened", partition=self.partition, position=cursor.position)
        position = cursor.position
        while True:
            self.news.clear()
            owed = short(await self.outbox.after(self.partition, position, self._rows))
            crash.point("relay.read")
            if owed:
                await self._publish(session, owed, recorder, behind)
                position = owed[-1].position
                self._pause_s = FIRST_PAUSE_S
                self._rows = min(2 * self._rows, self.settings.relay_batch)
            else:
                await self._noted()
                behind.reached(position, {}, all_of_it=True)
                await self._rest(session, position, behind)

    async def _rest(self, session: Session, position: int, behind: Behind) -> None:
        """Wait for news where nothing is owed; now and then, say that it is so."""
        now_s = asyncio.get_running_loop().time()
        if session.transactional and now_s >= self._say_at_s:
            self._say_at_s = now_s + SAY_EVERY_S
            here = Cursor(position, position, self.settings.relay_batch, await session.ends())
            behind.reached(position, await session.publish([], here), all_of_it=True)
        with contextlib.suppress(TimeoutError):
            # `wait_for` would go on when it is told to end in the moment in which there is news (CPython before 3.12)
            async with asyncio.timeout(self._poll_s):
                await self.news.wait()

    async def _recovered(self, session: Session) -> tuple[Cursor, Behind]:
        """Return where to go on, and what stands behind it already."""
        remembered = await self.outbox.published(self.partition)
        if not session.transactional:
            plain = Cursor(remembered, remembered, 0)
            return plain, Behind(plain, [], {})
        found = await session.cursor()
        _, written = await self.outbox.writer(self.partition)
        position = agreed(self.partition, found, remembered, written)
        ends = await session.ends()
        if found is None:
            # nothing was ever published: from now on it is known where that began
            first = Cursor(position, position, self.settings.relay_batch, ends)
            await session.publish([], first)
            return first, Behind(first, [], ends)
        # who owes nothing left nothing: what stands behind an idle relay's cursor is all that others published since
        standing = await session.standing(found.ends, ends) if found.batch and position < written else []
        if remembered != position:
            await self._remember(position, remembered)
        return found, Behind(found, standing, ends)

    async def _publish(self, session: Session, owed: Sequence[Owed], recorder: Recorder, behind: Behind) -> None:
        """Publish rows that do not stand there yet, with the cursor."""
        for row in owed:
            if isinstance(row, OwedEvent) and (bank := enrolled_bank(row.line)) is not None:
                await self._enrol(bank)
        records = behind.without_standing([record for row in owed for record in recorder.records(row)])
        position = owed[-1].position
        cursor = Cursor(position, owed[0].position - 1, self.settings.relay_batch, behind.ends)
        await self._noted()
        ends = await session.publish(records, cursor)
        crash.point("relay.committed")
        self._noting = asyncio.create_task(self._remember(position, cursor.after))
        behind.reached(position, ends, all_of_it=False)

    async def _noted(self) -> None:
        """Return when the database has noted the last publication: it is never behind by more than one."""
        if self._noting is not None:
            await asyncio.wait([self._noting])
            noting, self._noting = self._noting, None
            noting.result()
            crash.point("relay.remembered")

    async def _give_up_noting(self) -> None:
        """End a note that is under way: whoever goes on from here knows that it may be missing."""
        noting, self._noting = self._noting, None
        if noting is not None:
            noting.cancel()
            await asyncio.gather(noting, return_exceptions=True)

    async def _remember(self, position: int, before: int) -> None:
        """Note in the database what the broker has; a process that was stopped meanwhile does not write over newer."""
        if not await self.outbox.remember(self.partition, position, before):
            raise UnclearError(
                f"the database no longer says that {before} rows are published: somebody else noted more"
            )

    async def _enrol(self, bank: str) -> None:
        """Make a bank's topics, before the first record for it."""
        try:
            await self.make_topics(bank)
        except (KafkaError, OSError, TimeoutError) as why:
            raise UnclearError(f"the topics of bank {bank} cannot be made: {why!r}") from why


def short(owed: Sequence[Owed]) -> Sequence[Owed]:
    """Return as many of these rows as a short transaction takes, and one at least."""
    size = 0
    for count, row in enumerate(owed):
        size += len(row.line)
        if count and size > TRANSACTION_BYTES:
            return owed[:count]
    return owed


def enrolled_bank(line: bytes) -> str | None:
    """Return the bank that an event enrols, if it is an enrolment."""
    if b'"type":"bank.enrolled.v1"' not in line:
        return None
    subject: str = orjson.loads(line)["subject"]
    return subject.removeprefix("bank/")
