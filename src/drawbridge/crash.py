"""Named places at which a test can have a worker killed or stopped: every step after which a process may be gone.

Each place is passed without effect unless the setting `crash_at` names it, which no service in earnest ever has. The
end is SIGKILL to oneself: nothing is flushed, closed or said, as when the machine loses its power. Or it is SIGSTOP: as
when a machine stands still, and wakes up after its successor has gone on.
"""

import os
import signal

#: every place, in the order in which a message passes them
POINTS = (
    "desk.taken",
    "desk.fetched",
    "journal.begun",
    "journal.locked",
    "journal.copied",
    "journal.noted",
    "journal.committed",
    "desk.appended",
    "relay.opened",
    "relay.recovered",
    "relay.read",
    "relay.begun",
    "relay.delivered",
    "relay.pointed",
    "relay.committed",
    "relay.remembered",
)

#: what happens at a place, as a setting names it
_WAYS = {"": signal.SIGKILL, "stop": signal.SIGSTOP}
#: what is left of the passes that are allowed, and what happens then, by place; empty in a service
_passes: dict[str, tuple[int, signal.Signals]] = {}


def arm(where: str) -> None:
    """Have this process killed or stopped at a place, once.

    Args:
        where: the place's name, `name:count` for the pass at which it is killed, `name:count:stop` for the one at which
            it is stopped; empty for never.

    Raises:
        ValueError: there is no such place; the message names all.
    """
    _passes.clear()
    if not where:
        return
    name, _, when = where.partition(":")
    count, _, way = when.partition(":")
    if name not in POINTS or not (count or "1").isdecimal() or way not in _WAYS:
        told = f"NAME, NAME:COUNT or NAME:COUNT:stop, with one of {', '.join(POINTS)}"
        raise ValueError(f"{where!r} is no place to crash at: {told}")
    _passes[name] = int(count or "1"), _WAYS[way]


def point(name: str) -> None:
    """Pass a place; where this process was armed for it, and often enough passed, it is gone, or stands still."""
    if name in _passes:
        left, way = _passes.pop(name)
        if left > 1:
            _passes[name] = left - 1, way
        else:
            os.kill(os.getpid(), way)
