"""Which channels an event goes to, and what each reader gets to see of it. A pure function of the event.

A bank sees its own cases and nothing of another bank's, beyond its counterparty in the case.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from drawbridge.bank.envelope import Sender
from drawbridge.topics import outbound

#: what is between a bank and the operator, or of the operator alone; of all else an agency is told, in its scheme
_NOT_OF_AGENCIES = ("bank", "report", "calendar")


class Told(NamedTuple):
    """An event with what the journal noted of it: see `Happened`."""

    line: bytes
    type: str
    subject: str
    data: Mapping[str, Any]
    banks: tuple[str, ...]
    cause_hidden_from: tuple[str, ...]


def copies(event: Told, agencies: Iterable[str]) -> list[tuple[str, bytes]]:
    """Return the outbound topics (without prefix) that an event goes to, and the line that each gets.

    Args:
        event: from the journal.
        agencies: the names of those in the event's scheme; none where an agency has nothing to say.
    """
    told = []
    for bank in event.banks:
        line = _bank_copy(event, bank)
        if line is not None:
            told.append((_banks_topic(bank), line))
    if event.subject.split("/", 1)[0] not in _NOT_OF_AGENCIES:
        told += [(outbound(Sender("agency", agency)), event.line) for agency in agencies]
    return told


@lru_cache(maxsize=4096)
def _banks_topic(bank: str) -> str:
    """Return where a bank is told."""
    return outbound(Sender("bank", bank))


def credit_key(scheme: str, event: Told) -> str | None:
    """Return an event's key in the credit feed, `<scheme>/<subject>/<case>`; None when it is none of it."""
    if not event.type.startswith("credit."):
        return None
    return f"{scheme}/{event.subject}/{event.data['case']}"


def _bank_copy(event: Told, bank: str) -> bytes | None:
    """Return what a bank sees of an event, None when nothing."""
    if event.type.startswith("deposit.") or event.type == "regulator.notified.v1":
        # what the city holds at a bank, and what it cuts, is between the two
        return event.line if event.data.get("bank", event.subject.removeprefix("bank/")) == bank else None
    hides_cause = bank in event.cause_hidden_from
    hides_overtaken = "overtaken" in event.data and event.data.get("main_bank") != bank
    if not hides_cause and not hides_overtaken:
        return event.line
    envelope = orjson.loads(event.line)
    if hides_cause:
        del envelope["causationid"]
    if hides_overtaken:
        envelope["data"]["overtaken"] = len(envelope["data"]["overtaken"])
    return orjson.dumps(envelope, option=orjson.OPT_SORT_KEYS)
