r"""What is signed when a message's attributes stand in headers: one string that holds them and the data.

    drawbridge-binary-1\n
    <name> <length of the value in bytes> <value>\n      for each attribute, in ascending order of the names
    \n
    <data>

A name is the attribute's as CloudEvents has it, without `ce_`; `content-type` is `datacontenttype`. A value is the
header's bytes, the data are the record's value, both as they are. So the string says where each part ends, and can be
read back: no two messages give the same one. It is no JSON either, so a signature over it is none of a message in
structured mode, nor the other way round. Headers that are no attributes are not signed; nor are the record's key and
its topic.
"""

import re
from collections.abc import Iterable, Mapping

from drawbridge.bank.envelope import attribute_of

_FIRST_LINE = b"drawbridge-binary-1\n"
#: CloudEvents 1.0: lower-case letters and digits
_NAME = re.compile(r"[a-z0-9]+")


class AttributesError(ValueError):
    """Headers are no attributes of one message; the message says what to mend."""


def attributes_of(headers: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return the attributes that stand in a Kafka record's headers, whose names are read in any case.

    Raises:
        AttributesError: one stands twice, or its name is none of CloudEvents.
    """
    found: dict[str, bytes] = {}
    for header, value in headers:
        name = attribute_of(header)
        if name is None:
            continue
        if not header.isascii() or not _NAME.fullmatch(name):
            raise AttributesError("the name of a ce_ header may have letters of ASCII and digits only")
        if name in found:
            raise AttributesError(f"the attribute {name} stands twice in the headers: send each once")
        found[name] = value
    return found


def signed_bytes(attributes: Mapping[str, bytes], data: bytes) -> bytes:
    """Return the string that is signed.

    Args:
        attributes: by name, as `attributes_of` returns them.
        data: the record's value.

    Raises:
        AttributesError: a name is none of CloudEvents, and would not be told from its length.
    """
    if not all(_NAME.fullmatch(name) for name in attributes):
        raise AttributesError("the name of an attribute may have lower-case letters and digits only")
    lines = [b"%b %d %b\n" % (name.encode(), len(value), value) for name, value in sorted(attributes.items())]
    return _FIRST_LINE + b"".join(lines) + b"\n" + data
