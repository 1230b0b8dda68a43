"""A story as JSON and as lines. What a message says is not told, but for its envelope and what was decided of it."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from drawbridge.bank.envelope import instant_text
from drawbridge.duty.tracing.asked import Names
from drawbridge.duty.tracing.rows import Answer, EventRow, Letter
from drawbridge.duty.tracing.search import Waiting
from drawbridge.duty.tracing.story import Story, topics_of
from drawbridge.page import wrap
from drawbridge.topics import DEAD_LETTERS

#: columns before what is said
_INDENT = 14


def told(story: Story, agencies: Sequence[str], *, with_bytes: bool) -> dict[str, Any]:
    """Return a story as JSON has it.

    Args:
        story: see there.
        agencies: those who are told of a scheme's events.
        with_bytes: whether the very bytes are told too, in base64.
    """
    found: dict[str, Any] = {
        "decided": [_answer(story, answer, events, agencies) for answer, events in story.answers],
        "dead_letters": [_letter(story, letter) for letter in story.letters],
        "waiting": [_waiting(waiting) for waiting in story.waiting],
    }
    if with_bytes:
        raws = [answer.raw for answer, _ in story.answers], [one.raw for one in story.letters]
        for name, of_name in (("decided", raws[0]), ("dead_letters", raws[1])):
            for entry, raw in zip(found[name], of_name, strict=True):
                entry["bytes"] = b64encode(raw).decode()
        for entry, waiting in zip(found["waiting"], story.waiting, strict=True):
            entry["bytes"] = b64encode(waiting.raw).decode()
    if story.asked.case is not None:
        found["events"] = [_event(story, event, agencies) for event in story.about]
    if story.archived is not None:
        kept = story.archived
        found["archived"] = {
            "scheme": kept.scheme,
            "order": kept.decided,
            "recordedtime": instant_text(kept.recorded_at),
            "receipt": _receipt(kept.receipt),
        }
    return found | {name: text for name in ("missing", "left_out") if (text := getattr(story, name))}


def _answer(story: Story, answer: Answer, events: Sequence[EventRow], agencies: Sequence[str]) -> dict[str, Any]:
    """Tell one decision."""
    return {
        **_head(answer.names),
        "received": str(answer.origin),
        "recordedtime": instant_text(answer.recorded_at),
        "order": answer.decided,
        "repetition": not answer.is_first and answer.decided > 0,
        "partition": answer.partition,
        "row": answer.position,
        "published_up_to": story.published.get(answer.partition, 0),
        "events": [_event(story, event, agencies) for event in events],
        "receipt": {
            **_receipt(answer.receipt),
            "topic": answer.receipt_topic,
            "published": story.is_published(answer.partition, answer.position),
        },
    }


def _event(story: Story, event: EventRow, agencies: Sequence[str]) -> dict[str, Any]:
    """Tell one event."""
    line = orjson.loads(event.line)
    return {
        "sequence": event.sequence,
        "type": event.type,
        "subject": event.subject,
        "recordedtime": line["recordedtime"],
        "cause": line["causationid"],
        "row": event.position,
        "topics": topics_of(event, agencies),
        "published": story.is_published(event.partition, event.position),
    }


def _receipt(line: bytes) -> dict[str, Any]:
    """Tell a receipt."""
    envelope = orjson.loads(line)
    data = envelope["data"]
    return {"type": envelope["type"], **{name: data[name] for name in ("code", "field", "detail") if name in data}}


def _letter(story: Story, letter: Letter) -> dict[str, Any]:
    """Tell a dead letter."""
    return {
        **_head(letter.names),
        "received": str(letter.origin),
        "recordedtime": letter.recorded_at and instant_text(letter.recorded_at),
        "partition": letter.partition,
        "row": letter.position,
        "reason": letter.reason,
        "detail": letter.detail,
        "ruling": letter.ruling and letter.ruling.told(),
        "topic": DEAD_LETTERS,
        "published": story.is_published(letter.partition, letter.position),
    }


def _waiting(waiting: Waiting) -> dict[str, Any]:
    """Tell what waits."""
    return {
        **_head(waiting.names),
        "received": str(waiting.origin),
        "recordedtime": instant_text(waiting.recorded_at),
        "waits_at": str(waiting.place),
        "waits_for": "desk" if waiting.where == "facts" else "intake",
        "stands_at": waiting.stands_at,
        "before": waiting.before,
    }


def _head(names: Names) -> dict[str, Any]:
    """Tell a message's envelope."""
    return {name: getattr(names, name) for name in ("source", "id", "type", "scheme", "subject")}


def page(found: dict[str, Any]) -> Iterator[str]:
    """Yield what `told` returned as lines for people."""
    for entry in found["decided"]:
        yield from _decided_lines(entry)
    for entry in found["dead_letters"]:
        yield from _dead_lines(entry)
    for entry in found["waiting"]:
        yield from _waiting_lines(entry)
    if found.get("events"):
        yield "Every event of the case"
        yield from _event_lines(found["events"])
    if "archived" in found:
        kept = found["archived"]
        said = f"as message {kept['order']} of {kept['scheme']}, {kept['recordedtime']}: {_answered(kept['receipt'])}"
        yield from _line("archived", f"{said}; the rest stands in that month's file")
    for name in ("missing", "left_out"):
        if name in found:
            yield from _line("but", found[name])


def _decided_lines(entry: dict[str, Any]) -> Iterator[str]:
    yield from _headline(entry)
    kind = "" if not entry["repetition"] else ", a repetition of this source and id"
    order = f"as message {entry['order']} of {entry['scheme']}" if entry["order"] else "its scheme is not known here"
    yield from _line("decided", f"{order}, {entry['recordedtime']}{kind}")
    yield from _line("journalled", f"partition {entry['partition']}, row {entry['row']}")
    yield from _event_lines(entry["events"])
    receipt, up_to = entry["receipt"], entry["published_up_to"]
    where = f"on {receipt['topic']}" if receipt["published"] else f"not yet: the relay has published up to row {up_to}"
    yield from _line("answered" if receipt["published"] else "waits", f"{_answered(receipt)}, {where}")


def _event_lines(events: Sequence[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        where = f"on {', '.join(event['topics'])}" if event["published"] else "not published yet"
        yield from _line(f"  event {event['sequence']}", f"{event['type']} {event['recordedtime']}, {where}")


def _dead_lines(entry: dict[str, Any]) -> Iterator[str]:
    yield from _headline(entry)
    yield from _line("dead letter", f"{entry['partition']}/{entry['row']}, {entry['reason']}: {entry['detail']}")
    where = f"on {entry['topic']}" if entry["published"] else "not yet: the relay has not come so far"
    yield from _line("published" if entry["published"] else "waits", where)
    ruling = entry["ruling"]
    if ruling is not None:
        came = "" if ruling["answer"] is None else f"; what came of it is row {ruling['answer']}"
        said = f"{ruling['ruling']} by {ruling['operator']}, {ruling['ruled_at']}: {ruling['reason']}"
        yield from _line("ruled", f"{said}{came}")


def _waiting_lines(entry: dict[str, Any]) -> Iterator[str]:
    yield from _headline(entry)
    first = f"{entry['before']} offsets come before it" if entry["before"] else "it is next"
    yield from _line("waits", f"for {entry['waits_for']} at {entry['waits_at']}: {first}")


def _headline(entry: dict[str, Any]) -> Iterator[str]:
    """Yield who said what about which case, and where it was received."""
    named = f"{entry['source']}#{entry['id']}  {entry['type']}" if entry["id"] else "a record that names no message"
    yield f"{named}  {entry['subject']}".rstrip()
    yield from _line("received", f"{entry['received']}, {entry['recordedtime']}")


def _answered(receipt: dict[str, Any]) -> str:
    """Return a receipt in words."""
    return f"{receipt['type']} {receipt['code']}: {receipt['detail']}" if "code" in receipt else str(receipt["type"])


def _line(label: str, said: str) -> Iterator[str]:
    """Yield a labelled line, wrapped."""
    first, *more = wrap(said, _INDENT)
    yield f"  {label:{_INDENT - 3}} {first.lstrip()}"
    yield from more
