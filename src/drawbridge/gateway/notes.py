"""What a desk notes in a batch: events with the banks that they concern, and dead letters as received."""

from collections.abc import Sequence

from drawbridge.bank.envelope import DeadLetter
from drawbridge.gateway.facts import Fact
from drawbridge.gateway.parties import Parties, concerned
from drawbridge.law import Event, State
from drawbridge.record.rows import Batch, Buried, Happened
from drawbridge.watch.alerts import CLOSES, may_clear


def note_events(batch: Batch, scheme: str, state: State, events: Sequence[Event], cause: str | None) -> None:
    """Note events, each with the banks that it concerns.

    Args:
        batch: where.
        scheme: whose journal.
        state: with the cases that the events are of still in memory.
        events: in order.
        cause: the subject of the message that caused them, None for timers.
    """
    for event in events:
        own_cause = None if event.causationid.startswith("timer:") else cause
        parties: Parties = concerned(state, event.subject, event.data, own_cause)
        batch.outbound.append(
            Happened(
                scheme=scheme,
                sequence=event.sequence,
                recorded_at=event.recorded_at,
                type=event.type,
                subject=event.subject,
                banks=parties.banks,
                cause_hidden_from=parties.cause_hidden_from,
                line=event.line,
                is_kept=may_clear(event.type, event.subject),
                ends_alerts=event.type in CLOSES,
            )
        )


def note_dead_letter(batch: Batch, fact: Fact, dead: DeadLetter, scheme: str) -> None:
    """Note a dead letter, with the bytes and headers as received."""
    received = DeadLetter(dead.reason, dead.detail, fact.value, dead.recorded_at)
    batch.outbound.append(
        Buried(
            scheme=scheme,
            reason=dead.reason,
            detail=dead.detail,
            recorded_at=fact.recorded_at,
            line=received.line(),
            raw=fact.value,
            headers=fact.headers,
            origin=fact.origin,
        )
    )
