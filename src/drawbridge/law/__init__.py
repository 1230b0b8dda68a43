"""What the law decides: a pure core. (state, message or instant) → events and one answer; state = fold(events).

Nothing here reads a clock, a file, a socket, a setting or a random number. A message comes in through `decide`, time
through `fire_due`, a journal through `fold`; what comes out are events, each chained to the one before.

`working_days`, `ledger`, `timers`, `event`, `state`, `decide` know no scheme; `parties` holds what the schemes share
about banks, deposits and records; a scheme is a folder (`bridge`) with one line below.
"""

from collections.abc import Mapping
from types import MappingProxyType

from drawbridge.law.bridge.scheme import ZHENJIANG
from drawbridge.law.clock import fire_due, pass_time
from drawbridge.law.decide import Decision, Remembered, decide
from drawbridge.law.event import ChainCheck, Event, read_event
from drawbridge.law.fold import fold
from drawbridge.law.pool.scheme import QIANJIANG
from drawbridge.law.scheme import Scheme
from drawbridge.law.state import State, open_state

#: every scheme, by its profile's id
SCHEMES: Mapping[str, Scheme] = MappingProxyType({scheme.id: scheme for scheme in (ZHENJIANG, QIANJIANG)})

__all__ = [
    "SCHEMES",
    "ChainCheck",
    "Decision",
    "Event",
    "Remembered",
    "Scheme",
    "State",
    "decide",
    "fire_due",
    "fold",
    "open_state",
    "pass_time",
    "read_event",
]
