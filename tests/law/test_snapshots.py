"""A state written down and read back is the very state, and goes on deciding the same bytes."""

import gc

import pytest
from pool_histories import pool_history
from told import SCHEME, Told, calendar, folded, picture, random_lines, tell

from drawbridge.law import SCHEMES, Scheme, State, snapshot

POOL = SCHEMES["qianjiang-2015"]

every_history = pytest.mark.parametrize("seed", range(24))


def read_back(written: snapshot.Snapshot, scheme: Scheme = SCHEME) -> State:
    """Return the state of a whole snapshot; nobody has looked at any of its cases yet."""
    state = snapshot.load(scheme, calendar(), written.head)
    for body in written.bodies.values():
        snapshot.load_body(state, body)
    return state


def read_whole(state: State) -> State:
    """Look at all cases and timers of a state."""
    assert len(list(state.cases.values())) == len(state.cases)
    assert all(state.timers.pending.values())
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


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("scheme", [SCHEME, POOL], ids=lambda scheme: scheme.profile.id)
def test_what_is_read_later_is_what_would_be_read_at_once(scheme: Scheme, seed: int) -> None:
    """A writer that starts anew every few messages, reads none of its cases or all of them, says the same bytes.

    So timers fire in the same order, also those of one instant; and what nobody looked at is written as it was.
    """
    lines = random_lines(seed) if scheme is SCHEME else pool_history(seed)
    later, at_once = Told.of(scheme), Told.of(scheme)
    for count, line in enumerate(lines):
        if count % 5 == 0:
            written = snapshot.dump(later.state, calendar())
            at_once.replay.state = read_whole(read_back(snapshot.dump(at_once.state, calendar()), scheme))
            later.replay.state = read_back(written, scheme)
            assert snapshot.dump(later.state, calendar()) == written == snapshot.dump(at_once.state, calendar())
        later.say(line)
        at_once.say(line)
    assert later.output == at_once.output == tell(lines, scheme).output
    assert picture(later.state) == picture(at_once.state)


def test_what_nobody_looks_at_stays_unread() -> None:
    """Restoring, counting and writing down again read no case and no timer; the timer that comes up reads its own."""
    state = read_back(snapshot.dump(tell(random_lines(1)[:60]).state, calendar()))
    snapshot.dump(state, calendar())
    assert len(state.cases) > 1
    assert all(state.cases.unread(subject) is not None for subject in state.cases)
    assert all(state.timers.pending.unread(subject) is not None for subject in state.timers.pending)
    timer = state.timers.next()
    assert timer is not None
    read = {subject for subject in state.timers.pending if state.timers.pending.unread(subject) is None}
    assert read == {timer.subject}


def test_a_state_that_is_let_go_leaves_nothing_to_the_collector() -> None:
    """Whoever gives a partition up has its memory back at once, however many cases there were."""
    state = read_whole(read_back(snapshot.dump(tell(random_lines(1)[:60]).state, calendar())))
    gc.collect()
    gc.disable()
    try:
        del state
        assert gc.collect() == 0
    finally:
        gc.enable()


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
            bodies.update(written.bodies)
            for subject in written.gone:
                bodies.pop(subject, None)
            assert bodies == snapshot.dump(told.state, calendar()).bodies


@every_history
def test_a_snapshot_of_the_fold_says_the_same(seed: int) -> None:
    """What the writer's memory says is what the journal says, whatever order a sender gave his data."""
    told = tell(random_lines(seed))
    live, rebuilt = snapshot.dump(told.state, calendar()), snapshot.dump(folded(told), calendar())
    assert live.bodies.keys() == rebuilt.bodies.keys()
    assert all(snapshot.is_same(live.bodies[subject], body) for subject, body in rebuilt.bodies.items())
    assert snapshot.is_same(live.head.body, rebuilt.head.body)


def test_a_snapshot_of_another_form_is_refused() -> None:
    """One of an older version, or on another day table, is not read by mistake."""
    written = snapshot.dump(Told().state, calendar())
    with pytest.raises(ValueError, match="another version"):
        snapshot.load(SCHEME, calendar().with_notice(2030, [], []), written.head)
