"""The journal's lines: canonical JSON by the standard, and a chain that shows every edit."""

from typing import Any

import orjson
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from told import random_lines, tell

from drawbridge.law import ChainCheck, read_event
from drawbridge.law.event import canonical

#: what stands in a journal: no floats, whole numbers that every reader keeps, ASCII keys, any text without surrogates
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=126), max_size=12)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
LINES = [event.line for event in tell(random_lines(1)).events]


@given(VALUES)
def test_canonical_json_is_that_of_rfc_8785(value: Any) -> None:
    """The fast writer gives the bytes of the reference implementation for all that a journal can hold."""
    assert canonical(value) == rfc8785.dumps(value)


def test_every_line_of_a_journal_is_canonical_and_can_be_read_back() -> None:
    """The bytes that are hashed are the only bytes that the value can have."""
    for line in LINES:
        assert line == rfc8785.dumps(orjson.loads(line))
        assert read_event(line).line == line


def check(lines: list[bytes]) -> ChainCheck:
    """Check a journal."""
    chain = ChainCheck()
    for line in lines:
        chain.add(line)
    return chain


def test_a_whole_journal_verifies() -> None:
    """Count and last hash are told."""
    chain = check(LINES)
    assert (chain.fault, chain.count) == (None, len(LINES))
    assert chain.head == read_event(LINES[-1]).hash


@given(st.integers(0, len(LINES) - 2), st.data())
def test_any_edit_before_the_last_event_is_detected(index: int, data: st.DataObject) -> None:
    """Another value anywhere in an event breaks the chain there or at the next event."""
    event = orjson.loads(LINES[index])
    key = data.draw(st.sampled_from(sorted(set(event) - {"prev", "sequence"})))
    event[key] = data.draw(VALUES.filter(lambda value: value != event[key]))
    chain = check([*LINES[:index], canonical(event), *LINES[index + 1 :]])
    assert chain.fault is not None
    assert chain.fault.sequence in (index + 1, index + 2)


@given(st.integers(0, len(LINES) - 1), st.sampled_from(["cut", "double", "swap", "garbage", "sequence", "prev"]))
def test_a_line_that_is_cut_doubled_moved_or_no_event_is_detected(index: int, how: str) -> None:
    """The first sequence that is wrong is named."""
    lines = list(LINES)
    event = orjson.loads(lines[index])
    last = len(LINES) - 1
    if how == "cut":
        del lines[index]
    elif how == "double":
        lines.insert(index, lines[index])
    elif how == "swap":
        lines[index], lines[last - index] = lines[last - index], lines[index]
    elif how == "garbage":
        lines[index] = lines[index][:-1]
    else:
        event[how] = 0 if how == "sequence" else "0" * 63 + "1"
        lines[index] = canonical(event)
    fault = check(lines).fault
    if (how == "cut" and index == last) or (how == "swap" and last == 2 * index):
        assert fault is None  # a journal that ends earlier is a journal; so is one in which nothing was moved
        return
    assert fault is not None
    assert fault.sequence == {"double": index + 2, "swap": min(index, last - index) + 1}.get(how, index + 1)
