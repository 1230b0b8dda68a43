"""The log's lines for messages: each with the trace that ties them together, none with anything that a sender wrote.

What was refused or could not be answered is told always, up to so many of a batch: a flood of garbage must not become a
flood of lines. The rest is told to whoever asks for it (`DRAWBRIDGE_LOG_LEVEL=debug`).
"""

import logging
from collections.abc import Iterable

import structlog

from drawbridge.bank.messages import MODELS
from drawbridge.gateway.intake import Received
from drawbridge.law import SCHEMES
from drawbridge.record.rows import Answered, Batch, Buried
from drawbridge.traces import trace_id, traceparent_of

log = structlog.get_logger()

#: a label for what a sender made up
OTHER = "other"
#: lines of a batch, at most, below the level debug
LINES = 20


def scheme_of(row: Answered) -> str:
    """Return a message's scheme, if there is such a one."""
    return row.scheme if row.scheme in SCHEMES else OTHER


def type_of(row: Answered) -> str:
    """Return a message's type, if there is such a one."""
    return row.type if row.type in MODELS else OTHER


def tell_forwarded(batch: Iterable[Received]) -> None:
    """Tell of records that intake has forwarded."""
    if log.is_enabled_for(logging.DEBUG):
        for received in batch:
            trace = trace_id(traceparent_of(received.headers, str(received.origin)))
            log.debug("forwarded", trace=trace, origin=str(received.origin))


def tell_decided(batch: Batch, answers: Iterable[tuple[str, str]]) -> None:
    """Tell of what is in the journal now.

    Args:
        batch: as it was appended.
        answers: of its messages, in their order: answer, and code of a refusal.
    """
    is_debug, lines, left_out = log.is_enabled_for(logging.DEBUG), 0, 0
    answer_of = iter(answers)
    for row, traceparent in batch.traced():
        trace = None if traceparent is None else trace_id(traceparent)
        if isinstance(row, Answered):
            answer, code = next(answer_of)
            if answer != "rejected" and not is_debug:
                continue
            told = {"origin": str(row.origin), "scheme": scheme_of(row), "type": type_of(row), "code": code or None}
            say, what = (log.info if answer == "rejected" else log.debug), f"message {answer}"
        elif isinstance(row, Buried):
            told, say, what = {"origin": str(row.origin), "reason": row.reason}, log.warning, "dead letter"
        else:
            continue
        if lines < LINES or is_debug:
            lines += 1
            say(what, trace=trace, **told)
        else:
            left_out += 1
    if left_out:
        log.warning("more messages were refused than are told of here", left_out=left_out)
