"""What must have come of operators' rulings on dead letters, worked out from what was sent and what stands there."""

from collections import defaultdict
from typing import TYPE_CHECKING

from drawbridge.gateway.rulings import Ruling, digest_of
from drawbridge.record.rows import Buried, Happened, Origin, Ruled

if TYPE_CHECKING:
    from simulation.history import History


def prove(history: "History") -> None:
    """Prove that each ruling that fits was carried out once, and each other is a dead letter that says why not.

    Raises:
        AssertionError: it is not so.
    """
    sent = {Origin(topic, 0, offset): told for (topic, offset), told in history.sent.items() if told.ruling}
    tables = history.database.tables
    done = {ruled.origin: (place, ruled) for place, rulings in tables.rulings.items() for ruled in rulings}
    assert done.keys() <= sent.keys(), "a ruling that nobody sent"
    on: dict[tuple[int, int], list[Origin]] = defaultdict(list)
    for origin, told in sent.items():
        assert told.ruling is not None
        place = (told.ruling.partition, told.ruling.position)
        if origin in done:
            assert done[origin][0] == place, f"{origin} was carried out on another dead letter"
            _is_what_was_said(told.ruling, done[origin][1])
        if told.is_foreseen:  # chance says whether the letter stands by then
            continue
        if _fits(history, told.ruling, origin):
            on[place].append(origin)
        else:
            assert origin not in done, f"{origin} does not fit, and was carried out"
    for place, origins in on.items():
        assert len(tables.rulings.get(place, [])) == 1, f"{place} was to be ruled on once: {tables.rulings.get(place)}"
        [ruled] = tables.rulings[place]
        _came_first(ruled, origins)
        _was_answered(history, place, ruled)


def _is_what_was_said(said: Ruling, ruled: Ruled) -> None:
    """The kind and the reason stand there as the operator gave them, and his name."""
    operator = ruled.origin.topic.removeprefix("operator.").removesuffix(".in")
    assert (ruled.kind, ruled.reason, ruled.operator) == (said.kind, said.reason, operator), "another ruling"


def _fits(history: "History", ruling: Ruling, origin: Origin) -> bool:
    """Whether a ruling names a dead letter as it is, and may have it decided where it stands.

    A wrong one may name the very row in which it is then buried itself, or another then is, and its digest be that of
    no bytes, as all rulings have.
    """
    rows = history.database.tables.rows.get(ruling.partition, [])
    row = rows[ruling.position - 1][0] if 0 < ruling.position <= len(rows) else None
    return isinstance(row, Buried) and row.origin != origin and digest_of(row.raw) == ruling.digest


def _came_first(ruled: Ruled, origins: list[Origin]) -> None:
    """Of several rulings on one letter the first on its topic counts."""
    earlier = [o for o in origins if o.topic == ruled.origin.topic and o.offset < ruled.origin.offset]
    assert not earlier, f"{ruled.origin} was carried out, and {earlier[0]} came before it"


def _was_answered(history: "History", place: tuple[int, int], ruled: Ruled) -> None:
    """What is resubmitted stands there once more, behind what it was; what is discarded does not."""
    partition, position = place
    rows = history.database.tables.rows[partition]
    letter = rows[position - 1][0]
    assert isinstance(letter, Buried)
    later = [row for row, _ in rows[position:] if not isinstance(row, Happened) and row.origin == letter.origin]
    if ruled.kind == "discard":
        assert ruled.about is None
        assert not later, f"{letter.origin} was discarded, and decided again"
        return
    assert ruled.about == letter.origin
    assert later, f"{letter.origin} was resubmitted, and not decided again"
