"""aiokafka's transactional producer, but for two things: it asks to end a transaction once, and it can be let go.

aiokafka asks again when no answer comes, with the same epoch. Should the first request only be late, it can arrive
while the next transaction is open and commit a part of it. So a request without a clear answer is the end of this
producer. And aiokafka's producer stops when all that waits is delivered, which for an absent broker is never: cut off
meanwhile, its sender goes on in the background and connects again. What this one has not sent is given up.
"""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.producer.sender import Sender


class UnansweredError(KafkaError):  # type: ignore[misc]
    """The broker did not say whether the transaction has ended."""


class AskingOnce(Sender):  # type: ignore[misc]
    """aiokafka's sender, that sends no second EndTxn, and knows the requests that are on their way."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take aiokafka's options."""
        super().__init__(*arguments, **options)
        self._asking: set[asyncio.Task[Any]] = set()

    async def let_go(self) -> None:
        """End, whatever is on its way."""
        ending = {task for task in (self.sender_task, *self._asking) if task is not None}
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending)

    def _maybe_do_transactional_request(self) -> "asyncio.Task[Any] | None":
        """Begin to ask the coordinator for what is due, if anything is."""
        task: asyncio.Task[Any] | None = super()._maybe_do_transactional_request()
        if task is not None:
            self._note(task)
        return task

    async def _send_produce_req(self, node_id: Any, batches: Any) -> None:
        """Send batches to a broker; a task of its own."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this is a coroutine
        self._note(task)
        await super()._send_produce_req(node_id, batches)

    async def _do_txn_commit(self, commit_result: Any) -> None:
        """End the transaction; without a clear answer, fail all that waits and everything after it."""
        await super()._do_txn_commit(commit_result)
        if self._txn_manager.needs_transaction_commit() is not None:
            self._txn_manager.fatal_error(UnansweredError())

    def _note(self, task: "asyncio.Task[Any]") -> None:
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)


class RelayProducer(AIOKafkaProducer):  # type: ignore[misc]
    """A transactional producer whose unanswered commit is final."""

    def __init__(self, *, request_timeout_ms: int, **options: Any) -> None:
        """Take aiokafka's options; `transactional_id` is needed."""
        super().__init__(request_timeout_ms=request_timeout_ms, **options)
        self._sender = AskingOnce(
            self.client,
            acks=-1,
            txn_manager=self._txn_manager,
            retry_backoff_ms=100,
            message_accumulator=self._message_accumulator,
            request_timeout_ms=request_timeout_ms,
        )

    def enlist(self, place: TopicPartition) -> None:
        """Have a place added to the open transaction together with those of the next records: one request for all."""
        self._txn_manager.maybe_add_partition_to_txn(place)

    async def stop(self) -> None:
        """End at once: whether what was sent has arrived is for the next producer to find out."""
        self._closed = True
        await self._sender.let_go()
        await self.client.close()
