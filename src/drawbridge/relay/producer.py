"""aiokafka's transactional producer, but for one thing: it asks to end a transaction once.

aiokafka asks again when no answer comes, with the same epoch. Should the first request only be late, it can arrive
while the next transaction is open and commit a part of it. So a request without a clear answer is the end of this
producer.
"""

from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.sender import Sender


class UnansweredError(KafkaError):  # type: ignore[misc]
    """The broker did not say whether the transaction has ended."""


class AskingOnce(Sender):  # type: ignore[misc]
    """aiokafka's sender, that sends no second EndTxn."""

    async def _do_txn_commit(self, commit_result: Any) -> None:
        """End the transaction; without a clear answer, fail all that waits and everything after it."""
        await super()._do_txn_commit(commit_result)
        if self._txn_manager.needs_transaction_commit() is not None:
            self._txn_manager.fatal_error(UnansweredError())


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
