"""CloudEvents' binary mode on Kafka: the attributes stand in `ce_*` headers, the data in the value.

Put together to the structured form at the boundary, once; nothing behind it knows the binary mode.
"""

from collections.abc import Sequence

import orjson

from drawbridge.bank.codec import read_json
from drawbridge.bank.envelope import attribute_of

STRUCTURED = b"application/cloudevents"
Headers = Sequence[tuple[str, bytes]]


class BinaryModeError(ValueError):
    """Headers and value do not make an envelope; the message says what to mend."""


def is_binary(headers: Headers) -> bool:
    """Whether a record is in binary mode: `ce_*` headers alone do not make it so, structured ones may repeat them."""
    names = {name.lower(): value for name, value in headers}
    return "ce_specversion" in names and not names.get("content-type", b"").lower().startswith(STRUCTURED)


def structured(value: bytes, headers: Headers) -> bytes:
    """Return the structured JSON of a record in binary mode; the data stand in it as they were sent, to the digit.

    Raises:
        BinaryModeError: a header is not UTF-8 or stands twice, or the value is not JSON.
    """
    attributes: dict[str, str] = {}
    for name, raw in headers:
        attribute = attribute_of(name)
        if attribute is None:
            continue
        if attribute in attributes:
            raise BinaryModeError(f"the header {name} stands twice: send each once")
        try:
            attributes[attribute] = raw.decode()
        except UnicodeDecodeError:
            raise BinaryModeError(f"the header {name} is not UTF-8") from None
    if "data" in attributes:
        raise BinaryModeError("the header ce_data is none of the binary mode: the data are the record's value")
    try:
        read_json(value)
    except ValueError as why:
        raise BinaryModeError(f"the value is {why}") from None
    return orjson.dumps(attributes)[:-1] + b',"data":' + value.strip() + b"}"
