"""A state written down and read back is the very state, and goes on deciding the same bytes."""

import pytest
from told import SCHEME, Told, calendar, folded, picture, random_lines, tell

from drawbridge.law import State, snapshot

every_history = pytest.mark.parametrize("seed", range(24))


def read_back(written: snapshot.Snapshot) -> State:
    """Return the state of a whole snapshot."""
    state = snapshot.load(SCHEME, calendar(), written.head)
    for body in written.cases.values():
        snapshot.load_case(state, body)
    return state


@every_history
def test_what_is_read_back_is_what_was_written(seed: int) -> None:
    """Cases, banks, book, timers, calendar, clock and chain; and written again it is the same bytes."""
    told = tell(random_lines(seed))
    written = snapshot.dump(told.state, calendar())
    assert picture(read_back(written)) == picture(told.state)
    assert snapshot.dump(read_back(written), calendar()) == written


@every_history
def test_a_state_read_back_in_the_middle_decides_the_same_bytes(seed: int) -> None:
    """The whole journal and every receipt to the end of the history."""
    lines = random_lines(seed)
    told = tell(lines[: len(lines) // 2])
    told.replay.state = read_back(snapshot.dump(told.state, calendar()))
    for line in lines[len(lines) // 2 :]:
        told.say(line)
    assert told.output == tell(lines).output


@every_history
def test_writing_what_changed_is_enough(seed: int) -> None:
    """Snapshots taken every few messages, each with the cases touched since the one before, sum up to a whole one."""
    told, bodies, unsaved = Told(), dict[str, bytes](), set[str]()
    # what a replay takes out of memory after each message is seen here before it is
    take_settled = State.take_settled

    class Watched(State):
        """Notes what was touched."""

        __slots__ = ()

        def take_settled(self) -> list[tuple[str, bytes]]:
            """As the desk does."""
            unsaved.update(self.touched())
            return take_settled(self)

    told.state.__class__ = Watched
    for count, line in enumerate(random_lines(seed), 1):
        told.say(line)
        if count % 7 == 0:
            written = snapshot.dump(told.state, calendar(), unsaved)
            unsaved.clear()
            bodies.update(written.cases)
            for subject in written.gone:
                bodies.pop(subject, None)
            assert bodies == snapshot.dump(told.state, calendar()).cases


@every_history
def test_a_snapshot_of_the_fold_says_the_same(seed: int) -> None:
    """What the writer's memory says is what the journal says, whatever order a sender gave his data."""
    told = tell(random_lines(seed))
    live, rebuilt = snapshot.dump(told.state, calendar()), snapshot.dump(folded(told), calendar())
    assert live.cases.keys() == rebuilt.cases.keys()
    assert all(snapshot.is_same(live.cases[subject], body) for subject, body in rebuilt.cases.items())
    assert snapshot.is_same(live.head.body, rebuilt.head.body)


def test_a_snapshot_of_another_form_is_refused() -> None:
    """One of an older version, or on another day table, is not read by mistake."""
    written = snapshot.dump(Told().state, calendar())
    with pytest.raises(ValueError, match="another version"):
        snapshot.load(SCHEME, calendar().with_notice(2030, [], []), written.head)
