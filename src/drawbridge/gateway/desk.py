"""One partition's writer: decides its schemes' messages in memory, and appends what a batch caused in one transaction.

What stands in memory is what the journal says. When a transaction fails, memory is ahead of the journal and is worth
nothing: the caller ends the process, and the successor reads the journal again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from drawbridge import crash
from drawbridge.bank.envelope import DeadLetter, Message
from drawbridge.bank.rejects import Code, Rejected
from drawbridge.gateway.facts import Fact
from drawbridge.gateway.journal import DeskJournal
from drawbridge.gateway.notes import note_dead_letter, note_events
from drawbridge.gateway.office import Office, open_office
from drawbridge.gateway.ruler import Ruler
from drawbridge.gateway.work import FactRecord, Reader, Work
from drawbridge.law import SCHEMES, Remembered, State, decide, fire_due, open_state
from drawbridge.law.decide import moves_clock_to, write_receipt
from drawbridge.law.working_days import Calendar
from drawbridge.record.rows import Answered, Batch, Writer, message_key
from drawbridge.settings import Settings
from drawbridge.topics import partition_of
from drawbridge.traces import traceparent_of


@dataclass(slots=True)
class _Archive:
    """What a batch needs from the database, read before it: filled in one round trip a scheme."""

    remembered: dict[tuple[str, bytes], Remembered] = field(default_factory=dict)
    closed: dict[tuple[str, str], bytes] = field(default_factory=dict)


class Desk:
    """The writer of one partition of `facts`."""

    def __init__(  # noqa: PLR0913 - what a desk is made of
        self,
        settings: Settings,
        journal: DeskJournal,
        *,
        writer: Writer,
        origins: dict[tuple[str, int], int],
        offices: Mapping[str, Office],
        stranger: State,
    ) -> None:
        """Go on where the journal stands; `open_desk` reads all of it. `stranger` answers for unknown schemes."""
        self._settings = settings
        self._journal = journal
        self.writer = writer
        self._offices = offices
        self._stranger = stranger
        self._reader = Reader(settings, Ruler(settings, journal, writer.partition, offices), origins)
        self._is_written = True
        self._is_leaving = False

    @property
    def partition(self) -> int:
        """The partition of `facts`."""
        return self.writer.partition

    @property
    def offices(self) -> Mapping[str, Office]:
        """Its schemes."""
        return self._offices

    def next_due(self) -> datetime | None:
        """Return when the next timer of any of its schemes fires."""
        dues = [due for office in self._offices.values() if (due := office.state.next_due()) is not None]
        return min(dues, default=None)

    async def take(self, records: Sequence[FactRecord]) -> bool:
        """Decide a batch of records and append what they caused; whether something was written that is owed.

        Raises:
            FencedError: another writer has the partition.
            ValueError: a record is not one of intake's.
        """
        fresh = [record for record in records if record.offset >= self.writer.next_offset]
        if not fresh:
            return False
        if fresh[0].offset != self.writer.next_offset:
            raise ValueError(f"facts, partition {self.partition}: records are missing before offset {fresh[0].offset}")
        work, is_owed = await self._reader.read(fresh), False
        while True:
            batch = self._begun(fresh[-1].offset + 1)
            work = await self._decide_some(batch, work)
            if work:
                batch.next_offset = work[0].offset
            await self._append(batch)
            is_owed |= bool(batch.outbound)
            if not work or self._is_leaving:
                return is_owed

    async def pass_time(self, until: datetime) -> bool:
        """Fire the timers due by then, and append what they caused, a batch after the other; whether there was any.

        The caller knows that everything recorded by then has been decided.
        """
        is_owed = False
        for scheme, office in self._offices.items():
            while (due := office.state.next_due()) is not None and due <= until and not self._is_leaving:
                batch = self._begun(self.writer.next_offset)
                await self._fire(batch, scheme, until)
                if batch.outbound:
                    await self._append(batch)
                    is_owed = True
                self._is_written = True
        return is_owed

    def leave(self) -> None:
        """Hear that the partition goes to another writer: what is not in the journal by the next batch is his."""
        self._is_leaving = True

    async def save(self, every_events: int = 1) -> None:
        """Write down the state of each scheme with at least that many events since its last snapshot.

        When memory is ahead of the journal nothing is written: such a state is worth nothing.

        Raises:
            FencedError: another writer has the partition.
        """
        batch = Batch(next_offset=self.writer.next_offset)
        if self._is_written and any(office.is_due(every_events) for office in self._offices.values()):
            await self._append(batch, every_events)

    async def _decide_some(self, batch: Batch, work: list[Work]) -> list[Work]:
        """Decide as much of it as goes into one batch, and return what is left.

        Messages end where more timers are due before the next one than go into a batch: these are fired first, a batch
        of them at a time.
        """
        crowd = self._crowd_before(work[0]) if work else None
        if crowd is not None:
            await self._fire(batch, *crowd)
            return work
        archive = await self._fetch([one.read for one in work if isinstance(one.read, Message)])
        crash.point("desk.fetched")
        for number, one in enumerate(work):
            if number and self._crowd_before(one) is not None:
                return work[number:]
            self._note(batch, one, archive)
        return []

    def _crowd_before(self, one: Work) -> tuple[str, datetime] | None:
        """Return scheme and instant of a message before which more timers fire than go into a batch, else None."""
        message, at_most = one.read, self._settings.desk_batch
        if not isinstance(message, Message) or message.scheme not in self._offices:
            return None
        state = self._offices[message.scheme].state
        until = moves_clock_to(state, message)
        if until is None or state.timers.count_due(until, at_most + 1) <= at_most:
            return None
        return message.scheme, until

    async def _fire(self, batch: Batch, scheme: str, until: datetime) -> None:
        """Fire timers due by then, until their events fill a batch.

        Of those that tell nothing there may be very many: others have their turn in between.
        """
        state, at_most = self._offices[scheme].state, self._settings.desk_batch
        events = fire_due(state, until, at_most, at_most)
        while len(events) < at_most and (due := state.next_due()) is not None and due <= until:
            await asyncio.sleep(0)
            events += fire_due(state, until, at_most - len(events), at_most)
        note_events(batch, scheme, state, events, None)

    def _note(self, batch: Batch, one: Work, archive: _Archive) -> None:
        """Decide one record, and note what follows from it."""
        batch.origins[one.seen.topic, one.seen.partition] = one.seen.offset
        if one.ruled is not None:
            batch.rulings.append(one.ruled)
        if one.fact is None or one.read is None:
            return
        if isinstance(one.read, DeadLetter):
            note_dead_letter(batch, one.fact, one.read, "")
        elif one.read.scheme in self._offices:
            self._decide(batch, one.fact, one.read, archive)
        else:
            self._refuse_scheme(batch, one.fact, one.read)
        batch.belongs(traceparent_of(one.fact.headers, str(one.fact.origin)))

    async def _fetch(self, messages: Sequence[Message]) -> _Archive:
        """Read what is remembered of these messages, and the closed cases that they name."""
        archive = _Archive()
        for scheme, office in self._offices.items():
            mine = [message for message in messages if message.scheme == scheme]
            if not mine:
                continue
            keys = {message_key(message.source, message.id) for message in mine}
            for key, (digest, receipt) in (await self._journal.remembered(scheme, keys)).items():
                archive.remembered[scheme, key] = Remembered(digest, receipt)
            absent = {m.subject for m in mine if isinstance(m.subject, str) and office.state.absent(m.subject)}
            if subjects := absent - office.closed.keys():
                for subject, snapshot in (await self._journal.closed_cases(scheme, subjects)).items():
                    archive.closed[scheme, subject] = snapshot
        return archive

    def _decide(self, batch: Batch, fact: Fact, message: Message, archive: _Archive) -> None:
        """Decide one message, and note what follows from it."""
        scheme, office = message.scheme, self._offices[message.scheme]
        state, key = office.state, message_key(message.source, message.id)
        if isinstance(message.subject, str) and state.absent(message.subject):
            snapshot = office.closed.get(message.subject) or archive.closed.get((scheme, message.subject))
            if snapshot is not None:
                state.restore(snapshot)
        decision = decide(state, message, archive.remembered.get((scheme, key)))
        if decision.dead_letter is not None:
            note_dead_letter(batch, fact, decision.dead_letter, scheme)
            return
        if decision.remember is not None:
            archive.remembered[scheme, key] = decision.remember
        cause = message.subject if isinstance(message.subject, str) else None
        note_events(batch, scheme, state, decision.events, cause)
        office.decided += 1
        clock, receipt = state.clock, decision.receipt
        assert clock is not None and receipt is not None  # noqa: S101, PT018 - a message moves the clock and is answered
        is_first = decision.remember is not None
        batch.outbound.append(self._answered(fact, message, office.decided, clock, receipt, is_first=is_first))

    def _refuse_scheme(self, batch: Batch, fact: Fact, message: Message) -> None:
        """Answer a message for a scheme that is not run here: it moves no clock and is not remembered."""
        refusal = Rejected(Code.UNKNOWN_SCHEME, "there is no such scheme here: correct `scheme`")
        receipt = write_receipt(self._stranger, message, message.recorded_at, refusal, [])
        batch.outbound.append(self._answered(fact, message, 0, message.recorded_at, receipt, is_first=False))

    def _answered(  # noqa: PLR0913 - a row has this many columns
        self, fact: Fact, message: Message, decided: int, clock: datetime, receipt: bytes, *, is_first: bool
    ) -> Answered:
        """Return a message's row; the receipt is for the sender on whose topic it came."""
        channel = fact.origin.topic.removeprefix(self._settings.topic_prefix).removesuffix(".in")
        return Answered(
            scheme=message.scheme,
            decided=decided,
            key=message_key(message.source, message.id),
            is_first=is_first,
            digest=message.digest,
            recorded_at=clock,
            source=message.source,
            id=message.id,
            type=message.type,
            raw=message.raw,
            told_time=self._settings.sandbox,
            receipt=receipt,
            receipt_topic=f"{channel}.out",
            origin=fact.origin,
        )

    def _begun(self, next_offset: int) -> Batch:
        """Return a batch for what is decided now: from here on memory is ahead of the journal, until it is written."""
        self._is_written = False
        return Batch(next_offset=next_offset)

    async def _append(self, batch: Batch, every_events: int | None = None) -> None:
        """Take closed cases out of memory and write the batch, with the snapshots that are due."""
        due = []
        for scheme, office in self._offices.items():
            office.settle()
            if office.is_due(every_events or self._settings.snapshot_events):
                batch.saved[scheme] = (office.snapshot(), office.decided)
                for subject, closed in office.closed.items():
                    batch.closed[scheme, subject] = (closed, office.state.sequence)
                due.append(office)
        self.writer = await self._journal.append(self.writer, batch)
        self._is_written = True
        for office in due:
            office.has_saved()


async def open_desk(  # noqa: PLR0913 - what a desk is made of
    settings: Settings, journal: DeskJournal, calendar: Calendar, *, partition: int, partitions: int, holder: str
) -> Desk:
    """Become the writer of one of the partitions of `facts`, and restore the state of its schemes."""
    writer = await journal.take(partition, holder)
    schemes = [SCHEMES[name] for name in settings.schemes or SCHEMES]
    offices = {
        scheme.id: await open_office(journal, scheme, calendar)
        for scheme in schemes
        if partition_of(scheme.id, partitions) == partition
    }
    desk = Desk(
        settings,
        journal,
        writer=writer,
        origins=await journal.origins(partition),
        offices=offices,
        stranger=open_state(schemes[0], calendar),
    )
    await desk.save(settings.snapshot_events)  # what took long to read is not read twice
    return desk
