"""The broker's topics: their names, what each needs, and which partition a key belongs to."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from aiokafka.partitioner import murmur2

from drawbridge.bank.envelope import Sender
from drawbridge.settings import Settings

FACTS = "facts"
EVENTS = "events"
CREDIT_RECORDS = "credit.records"
ALERTS = "alerts"
DEAD_LETTERS = "dead-letters"
RELAY_CURSOR = "relay.cursor"

MIB = 1024 * 1024
#: a record of 1 MiB is the most that is read; a bigger one must arrive all the same, to become a dead letter
INBOUND_BYTES = 2 * MIB
#: holds such a record in base64, or a message with its headers
OUTBOUND_BYTES = 4 * MIB

_INBOUND = re.compile(r"(?:(bank)\.(\d{12})|(agency|operator)\.([A-Za-z0-9_.-]+))\.in")
#: what Kafka takes in a topic's name
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic as this version needs it."""

    name: str
    partitions: int
    configs: dict[str, str]


def inbound(sender: Sender) -> str:
    """Return the name of the topic on which a sender speaks, without prefix."""
    return f"{sender.role}.{sender.name}.in"


def outbound(sender: Sender) -> str:
    """Return the name of the topic on which a sender is answered, without prefix."""
    return f"{sender.role}.{sender.name}.out"


def sender_of(settings: Settings, topic: str) -> Sender | None:
    """Return whose inbound topic this is; None when it is nobody's who may speak here."""
    if not topic.startswith(settings.topic_prefix):
        return None
    match = _INBOUND.fullmatch(topic.removeprefix(settings.topic_prefix))
    if match is None:
        return None
    role, name = match[1] or match[3], match[2] or match[4]
    known = {"operator": settings.operators, "agency": settings.agencies}.get(role)
    return Sender(role, name) if known is None or name in known else None


@lru_cache(maxsize=4096)  # murmur2 is written in Python, and a worker asks for the same few schemes and senders
def partition_of(key: str, partitions: int) -> int:
    """Return the partition of a key, as Kafka's default partitioner has it."""
    return cast("int", (murmur2(key.encode()) & 0x7FFF_FFFF) % partitions)


def sender_plans(settings: Settings, sender: Sender) -> list[TopicPlan]:
    """Return the two topics of a sender."""
    kept = {"cleanup.policy": "delete"}
    append_time = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(INBOUND_BYTES)}
    return [
        TopicPlan(settings.topic(inbound(sender)), 1, kept | append_time),
        TopicPlan(settings.topic(outbound(sender)), 1, kept | {"max.message.bytes": str(OUTBOUND_BYTES)}),
    ]


def plans(settings: Settings, banks: list[str]) -> list[TopicPlan]:
    """Return every topic that this version needs, with those of the banks enrolled so far."""
    by_scheme = settings.facts_partitions
    kept = {"cleanup.policy": "delete", "max.message.bytes": str(OUTBOUND_BYTES)}
    compacted = {"cleanup.policy": "compact"}
    senders = [Sender("operator", name) for name in settings.operators]
    senders += [Sender("agency", name) for name in settings.agencies]
    senders += [Sender("bank", code) for code in banks]
    return [
        TopicPlan(settings.topic(FACTS), by_scheme, kept),
        TopicPlan(settings.topic(EVENTS), by_scheme, kept),
        TopicPlan(settings.topic(ALERTS), by_scheme, kept),
        TopicPlan(settings.topic(CREDIT_RECORDS), by_scheme, compacted),
        TopicPlan(settings.topic(DEAD_LETTERS), 1, kept),
        # a partition for each relay: none waits there for the open transaction of another
        TopicPlan(settings.topic(RELAY_CURSOR), by_scheme, compacted),
        *(plan for sender in senders for plan in sender_plans(settings, sender)),
    ]


def is_topic_name(name: str) -> bool:
    """Whether Kafka takes this as a topic's name."""
    return _NAME.fullmatch(name) is not None and len(name) < 250 and name not in (".", "..")  # noqa: PLR2004 - Kafka's limit is 249
