"""Outbox and session as a meter sees them: wrapped from outside, so what they do stays as it is."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import asyncpg
import structlog

from drawbridge.delivery import Outgoing
from drawbridge.record.owed import Outbox, Owed, OwedReceipt
from drawbridge.relay.behind import Standing
from drawbridge.relay.cursor import Cursor, Place
from drawbridge.relay.session import Session, UnclearError
from drawbridge.traces import trace_id
from drawbridge.watch.metrics import BATCH_DURATION, BATCH_RECORDS, RECEIPT_LATENCY, SESSIONS, TRANSACTIONS, Meter
from drawbridge.watch.spans import PRODUCER, Span, span_id

log = structlog.get_logger()


class MeasuredSession:
    """Does what a session does, and counts what comes of it; see `Session`."""

    def __init__(self, session: Session, meter: Meter, partition: int) -> None:
        """Wrap one session of a partition's relay."""
        self._session = session
        self._meter = meter
        self._partition = str(partition)
        self.transactional = session.transactional
        self.is_open = False
        for outcome in ("committed", "unclear"):  # the first increase of a series that begins with it is not seen
            meter.count(TRANSACTIONS, 0, partition=self._partition, outcome=outcome)

    async def open(self) -> None:
        """Open it, and count it."""
        await self._session.open()
        self.is_open = True
        self._meter.count(SESSIONS, partition=self._partition)

    async def cursor(self) -> Cursor | None:
        """Return what the session finds."""
        return await self._session.cursor()

    async def ends(self) -> dict[Place, int]:
        """Return what the session finds."""
        return await self._session.ends()

    async def standing(self, since: Mapping[Place, int], until: Mapping[Place, int]) -> list[Standing]:
        """Return what the session finds."""
        return await self._session.standing(since, until)

    async def publish(self, records: Sequence[Outgoing], cursor: Cursor) -> dict[Place, int]:
        """Publish, and measure how that went."""
        began = time.perf_counter()
        try:
            ends = await self._session.publish(records, cursor)
        except UnclearError:
            self._meter.count(TRANSACTIONS, partition=self._partition, outcome="unclear")
            raise
        self._meter.count(TRANSACTIONS, partition=self._partition, outcome="committed")
        self._meter.observe(BATCH_DURATION, time.perf_counter() - began, stage="relay")
        self._meter.observe(BATCH_RECORDS, len(records), stage="relay")
        return ends

    async def close(self) -> None:
        """Close it."""
        self.is_open = False
        await self._session.close()


class MeasuredOutbox(Outbox):
    """An outbox that measures how long senders waited for their receipts: until they are known to be published."""

    def __init__(self, pool: asyncpg.Pool, meter: Meter, *, is_sandbox: bool) -> None:
        """Tell `meter`; in a sandbox the messages' instants say nothing of how long it took."""
        super().__init__(pool)
        self._meter = meter
        self._is_sandbox = is_sandbox
        self._read: dict[int, list[OwedReceipt]] = {}
        self._read_ns: dict[int, int] = {}

    async def after(self, partition: int, position: int, limit: int) -> list[Owed]:
        """Return what is owed."""
        owed = await super().after(partition, position, limit)
        self._read_ns[partition] = time.time_ns()
        self._read[partition] = [row for row in owed if isinstance(row, OwedReceipt)]
        return owed

    async def remember(self, partition: int, position: int, before: int | None = None) -> bool:
        """Note how far was published, and measure what was read of it."""
        done = [row for row in self._read.pop(partition, []) if row.position <= position]
        if not self._is_sandbox:
            now = datetime.now(UTC)
            self._meter.observe(RECEIPT_LATENCY, *((now - row.recorded_at).total_seconds() for row in done))
        for row in done:
            self._trace(partition, row)
        for row in done if log.is_enabled_for(logging.DEBUG) else ():
            log.debug("receipt published", trace=None if row.traceparent is None else trace_id(row.traceparent))
        return await super().remember(partition, position, before)

    def _trace(self, partition: int, row: OwedReceipt) -> None:
        """Tell of a receipt that was published."""
        spans = self._meter.spans
        if row.traceparent is not None and spans.wants(row.traceparent):
            place = f"{partition}/{row.position}"
            ids = (trace_id(row.traceparent), span_id("relay", place), span_id("desk", place))
            about = {"messaging.system": "kafka", "messaging.destination.name": row.topic}
            began_ns = self._read_ns[partition]
            spans.add(Span("relay", PRODUCER, *ids, began_ns, max(time.time_ns(), began_ns), about))
