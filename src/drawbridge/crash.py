"""Named places at which a test can have a worker killed: every step after which a process may be gone.

Each place is passed without effect unless the setting `crash_at` names it, which no service in earnest ever has. The
end is SIGKILL to oneself: nothing is flushed, closed or said, as when the machine loses its power.
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
    "journal.moved",
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

#: what is left of the passes that are allowed, by place; empty in a service
_passes: dict[str, int] = {}


def arm(where: str) -> None:
    """Have this process killed at a place.

    Args:
        where: the place's name, or `name:count` for the pass at which it happens; empty for never.

    Raises:
        ValueError: there is no such place; the message names all.
    """
    _passes.clear()
    if not where:
        return
    name, _, count = where.partition(":")
    if name not in POINTS or not (count or "1").isdecimal():
        raise ValueError(f"{where!r} is no place to crash at: NAME or NAME:COUNT, with one of {', '.join(POINTS)}")
    _passes[name] = int(count or "1")


def point(name: str) -> None:
    """Pass a place; where this process was armed for it, and often enough passed, it is gone."""
    if name in _passes:
        _passes[name] -= 1
        if _passes[name] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
