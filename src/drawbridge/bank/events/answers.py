"""What is sent beside the journal: receipts, dead letters and alerts."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from drawbridge.bank.events.base import Instant, Outstanding
from drawbridge.bank.forms import Form, MayBeAbsent, Text
from drawbridge.bank.rejects import Code


class ReceiptAccepted(Form):
    """The message was accepted, and what it caused."""

    TYPE: ClassVar[str] = "receipt.accepted.v1"
    SUBJECT: ClassVar[str] = "<the message's subject>"

    message_id: Text
    """The message's `id`."""
    events: Annotated[list[Text], Field(examples=[["bridge.noticed.v1"]])]
    """The types of the events that it caused, in the journal's order."""


class ReceiptRejected(Form):
    """The message was refused, why, and what to do. Send the corrected message under a new `id`."""

    TYPE: ClassVar[str] = "receipt.rejected.v1"
    SUBJECT: ClassVar[str] = "<the message's subject>"

    message_id: Text
    """The message's `id`."""
    code: Code
    """Why, from a closed list."""
    detail: Text
    """What to do, in a sentence."""
    field: MayBeAbsent[Text] = None
    """The wrong field's path in `data`, or an attribute's name; stands with `schema-violation`."""
    ours: MayBeAbsent[Outstanding] = None
    """The gateway's own figures; stands with `outstanding-mismatch`."""
    basis: list[str]
    """The articles that the refusal rests on."""


class DeadLetterLine(Form):
    """Bytes that could not be answered, because nobody could be told. It is no CloudEvent."""

    type: Literal["dead_letter.v1"]
    """What it is."""
    reason: Literal["malformed", "unknown-sender", "bad-signature"]
    """Why it could not be answered."""
    detail: Text
    """What is wrong with it."""
    recordedtime: Instant | None
    """When it was received; null when a replay file does not say."""
    bytes: Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]
    """The original bytes, in base64."""


class AlertRaised(Form):
    """Somebody should look at this."""

    TYPE: ClassVar[str] = "alert.raised.v1"
    SUBJECT: ClassVar[str] = "<the event's subject>"

    severity: Literal["info", "warning", "high", "critical"]
    """How urgent it is."""
    title: Text
    """What happened, in a line."""
    event: Text
    """The id of the event that it is about."""
    runbook: Text
    """What to do, step by step: a file of the runbooks."""
    due: Instant | None
    """By when, where the event names an instant."""


class AlertCleared(Form):
    """The event of an alert was rescinded, or its case is closed."""

    TYPE: ClassVar[str] = "alert.cleared.v1"
    SUBJECT: ClassVar[str] = "<the event's subject>"

    event: Text
    """The id of the event that the alert was about."""
