"""The cursor's record, what broker and database must agree on, and what a torn transaction left."""

import pytest

from drawbridge.delivery import Outgoing
from drawbridge.relay.behind import Behind, Standing, digest
from drawbridge.relay.cursor import Cursor, CursorError, agreed, read_cursor

EVENTS, OTHER = ("events", 1), ("bank.1.out", 0)


def record(value: str, place: tuple[str, int] = EVENTS) -> Outgoing:
    """Return a record of a place."""
    return Outgoing(place[0], place[1], b"key", value.encode(), [])


def stands(offset: int, value: str, place: tuple[str, int] = EVENTS) -> Standing:
    """Return such a record as it is found again."""
    return Standing(place, offset, digest(b"key", value.encode()))


def test_a_cursor_is_read_back_as_it_was_written() -> None:
    """With the ends of every place."""
    cursor = Cursor(12, 9, 500, {EVENTS: 40, OTHER: 7})
    assert read_cursor(cursor.line(3, cursor.ends)) == cursor


def test_a_cursor_of_the_first_version_names_a_position_alone() -> None:
    """Nothing is looked for behind it: that version published with one producer only."""
    assert read_cursor(b'{"partition":3,"position":12}') == Cursor(12, 12, 0)


@pytest.mark.parametrize("remembered", [9, 12])
def test_the_database_may_be_one_transaction_behind(remembered: int) -> None:
    """Its copy follows after the commit."""
    assert agreed(0, Cursor(12, 9, 500), remembered, written=20) == 12


def test_nothing_published_is_a_beginning() -> None:
    """Where neither says anything."""
    assert agreed(0, None, 0, written=20) == 0


@pytest.mark.parametrize(
    ("cursor", "remembered", "written", "says"),
    [
        (None, 9, 20, "empty"),
        (Cursor(12, 9, 500), 8, 20, "row 12"),
        (Cursor(12, 9, 500), 13, 20, "row 12"),
        (Cursor(12, 9, 500), 12, 11, "ends at row 11"),
    ],
)
def test_a_greater_difference_is_a_persons_decision(
    cursor: Cursor | None, remembered: int, written: int, says: str
) -> None:
    """Another broker, or a database restored from a backup; the message says what to run."""
    with pytest.raises(CursorError, match=says) as stopped:
        agreed(2, cursor, remembered, written)
    assert "drawbridge relay --partition 2 --from" in str(stopped.value)


def test_what_stands_there_is_not_published_again() -> None:
    """A beginning of each place's records, between those of other relays."""
    found = [stands(40, "a"), stands(42, "somebody else's"), stands(43, "b"), stands(7, "x", OTHER)]
    behind = Behind(Cursor(12, 9, 10, {EVENTS: 40, OTHER: 7}), found, {EVENTS: 45, OTHER: 9})
    owed = [record("a"), record("x", OTHER), record("b"), record("c"), record("y", OTHER)]
    assert behind.without_standing(owed) == [record("c"), record("y", OTHER)]
    assert behind.ends == {EVENTS: 44, OTHER: 8}


def test_the_same_bytes_owed_twice_are_published_twice() -> None:
    """A bank's repetition gets its receipt again: one that stands there answers the first only."""
    behind = Behind(Cursor(12, 9, 10, {OTHER: 7}), [stands(7, "x", OTHER)], {OTHER: 8})
    assert behind.without_standing([record("x", OTHER), record("x", OTHER)]) == [record("x", OTHER)]


def test_ends_rise_only_when_nothing_torn_can_be_left() -> None:
    """Not before as many rows are through as the torn transaction may have had."""
    behind = Behind(Cursor(12, 9, 10, {EVENTS: 40}), [stands(40, "a")], {EVENTS: 45, OTHER: 9})
    behind.reached(14, {}, all_of_it=False)
    assert behind.ends == {EVENTS: 40}
    behind.reached(22, {}, all_of_it=False)
    assert behind.ends == {EVENTS: 45, OTHER: 9}


def test_a_topic_that_was_made_anew_is_read_from_its_end() -> None:
    """Its records are gone, and so is the end that the cursor names; a topic that is gone is left out."""
    behind = Behind(Cursor(12, 9, 10, {EVENTS: 40, OTHER: 7}), [], {EVENTS: 2})
    assert behind.ends == {EVENTS: 2}
