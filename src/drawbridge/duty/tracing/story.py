"""The story of a message or a case put together: what became of each record, and where each stands now."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
import orjson
from aiokafka import TopicPartition

from drawbridge.duty.patient import Side
from drawbridge.duty.tracing.asked import Asked, names_of
from drawbridge.duty.tracing.rows import Answer, Archived, EventRow, Finder, Letter
from drawbridge.duty.tracing.search import Search, Waiting
from drawbridge.law import SCHEMES
from drawbridge.record.owed import Outbox
from drawbridge.record.rows import Origin
from drawbridge.relay.channels import Told, copies, credit_key
from drawbridge.topics import ALERTS, CREDIT_RECORDS, EVENTS
from drawbridge.watch.alerts import RULES


@dataclass(slots=True)
class Story:
    """What was found.

    Attributes:
        asked: for what.
        answers: every time that it was decided, each with the events that it caused.
        letters: the dead letters that it became.
        waiting: what is not in the journal yet.
        about: a case's events, its timers' among them.
        archived: what is kept of a message whose month is archived.
        published: how far each partition of the journal is published.
        missing: why a record that was asked for by its place is nowhere; '' when it is.
        left_out: what could not be looked at; '' when nothing.
    """

    asked: Asked
    answers: list[tuple[Answer, list[EventRow]]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    about: list[EventRow] = field(default_factory=list)
    archived: Archived | None = None
    published: dict[int, int] = field(default_factory=dict)
    missing: str = ""
    left_out: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody has ever heard of it."""
        return not (self.answers or self.letters or self.waiting or self.about or self.archived)

    def is_published(self, partition: int, position: int) -> bool:
        """Tell whether a row of the journal is published."""
        return position <= self.published.get(partition, 0)


async def tell(asked: Asked, side: Side | None, pool: asyncpg.Pool) -> Story:
    """Put together what there is; without the broker, what the journal alone tells."""
    story, finder = Story(asked), Finder(pool)
    # before the journal: what is decided meanwhile is then found there
    decided = await finder.decided_up_to()
    if side is not None:
        search = Search(side, decided)
        story.waiting = await search.run(asked)
        if not search.is_whole:
            story.left_out = "so much waits that not all of it was searched"
    else:
        story.left_out = "the broker does not answer: what waits there cannot be told"
    await _from_journal(story, finder)
    if asked.origin is not None and story.is_empty and side is not None:
        await _named_there(story, asked.origin, side, finder)
    rows = [answer for answer, _ in story.answers], story.letters, story.about
    for partition in {row.partition for kind in rows for row in kind}:
        story.published[partition] = await _published(partition, side, Outbox(pool))
    return story


async def _from_journal(story: Story, finder: Finder) -> None:
    """Add what the journal knows."""
    asked = story.asked
    story.answers = [(answer, await finder.events_of(answer)) for answer in await finder.answers(asked)]
    story.letters = await finder.letters(asked)
    if asked.case is not None:
        story.about = await finder.events_about(asked.case)
    if asked.message is not None and not story.answers:
        story.archived = await finder.archived(*asked.message)
    known = {answer.origin for answer, _ in story.answers} | {letter.origin for letter in story.letters}
    story.waiting = [waiting for waiting in story.waiting if waiting.origin not in known]


async def _named_there(story: Story, origin: Origin, side: Side, finder: Finder) -> None:
    """Say why a record asked for by its place is not in the journal: it is none, or it is kept under its name only."""
    place, named = TopicPartition(origin.topic, origin.partition), f"{origin.topic}/{origin.partition}"
    if origin.topic not in await side.broker.topics():
        story.missing = f"there is no topic {origin.topic}"
        return
    start = (await side.watermarks.beginning_offsets([place]))[place]
    end = (await side.watermarks.end_offsets([place]))[place]
    if not start <= origin.offset < end:
        story.missing = f"{named} holds {start} to {end - 1} now, and the journal knows nothing of {origin.offset}"
        return
    record = await side.positions.read_first(place, origin.offset, origin.offset + 1)
    if record is None:
        story.missing = f"offset {origin.offset} of {named} is no message: a transaction's end, or one taken back"
        return
    names = names_of(record.value or b"", record.headers)
    story.archived = await finder.archived(names.source, names.id)
    if story.archived is None:
        story.missing = (
            f"offset {origin.offset} of {named} went past intake and is neither in facts nor in the journal: ask again,"
            " and when it is still so, keep topics and database as they are and report it"
        )


async def _published(partition: int, side: Side | None, outbox: Outbox) -> int:
    """Return how far a partition of the journal is published: by the broker's cursor, else by the database's copy."""
    if side is not None and not side.broker.embedded:
        cursor = await side.cursor(partition)
        return 0 if cursor is None else cursor.position
    return await outbox.published(partition)


def topics_of(event: EventRow, agencies: Sequence[str]) -> list[str]:
    """Return the topics, without prefix, on which an event is published; an alert that it only clears is left out.

    Args:
        event: from the journal.
        agencies: all that are known; a scheme in which they have nothing to say tells them nothing.
    """
    data = orjson.loads(event.line)["data"]
    told = Told(event.line, event.type, event.subject, data, event.banks, event.cause_hidden_from)
    heard = agencies if SCHEMES[event.scheme].has_agency else ()
    topics = [EVENTS, *(topic for topic, _ in copies(told, heard))]
    if credit_key(event.scheme, told) is not None:
        topics.append(CREDIT_RECORDS)
    rule = RULES.get(event.type)
    if rule is not None and rule.severity(data) is not None:
        topics.append(ALERTS)
    return topics
