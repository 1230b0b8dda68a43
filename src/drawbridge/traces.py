"""What ties together all that becomes of a record: W3C's `traceparent`, from its header to what is published of it.

A sender who traces gives it along. For everybody else it is made of the record's place on its topic, so it is the same
however often the record is read; it says nothing of the content. It stands beside the journal's bytes, never in them.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

#: the header's name
TRACEPARENT = "traceparent"
#: of the traces that are made here so many are marked as sampled: their spans are told where a collector is named
SAMPLED_ONE_IN = 100
#: version, trace, the span before, flags; a later version may say more
_FORM = re.compile(rb"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


def traceparent_of(headers: Iterable[tuple[str, bytes]], place: str) -> str:
    """Return the traceparent of a record.

    Args:
        headers: of the record; one that is not of W3C's form counts as none.
        place: the record's topic, partition and offset.
    """
    for name, raw in headers:
        if name.lower() == TRACEPARENT:
            found = _FORM.fullmatch(raw)
            if found and not (found[1] == b"00" and found[5]):
                trace, span, flags = (part.decode() for part in found.groups()[1:4])
                return f"00-{trace}-{span}-{flags}"
    digest = sha256(place.encode()).hexdigest()
    flags = "01" if int(digest[:8], 16) % SAMPLED_ONE_IN == 0 else "00"
    return f"00-{digest[:32]}-{digest[32:48]}-{flags}"


def trace_id(traceparent: str) -> str:
    """Return what is the same in everything that belongs to a record: 32 hexadecimal digits."""
    return traceparent[3:35]


def parent_of(traceparent: str) -> str:
    """Return the sender's span: 16 hexadecimal digits."""
    return traceparent[36:52]
