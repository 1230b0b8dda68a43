"""In binary mode one string is signed that holds the attributes and the data, and that is no other message's."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signers import VECTORS

from drawbridge.gateway.binary import BinaryModeError, structured
from drawbridge.signing.binary_mode import AttributesError, attributes_of, signed_bytes

NAMES = st.text(alphabet="ab1", min_size=1, max_size=3)
#: what stands between the parts of the string, so that values try to look like other parts
VALUES = st.text(alphabet="ab1 2\n", max_size=8).map(str.encode) | st.binary(max_size=6)
MESSAGES = st.tuples(st.dictionaries(NAMES, VALUES, max_size=3), VALUES)


def read_back(signed: bytes) -> tuple[dict[str, bytes], bytes]:
    """Read the string as the guide describes it."""
    first, _, rest = signed.partition(b"\n")
    assert first == b"drawbridge-binary-1"
    found: dict[str, bytes] = {}
    while not rest.startswith(b"\n"):
        name, _, rest = rest.partition(b" ")
        length, _, rest = rest.partition(b" ")
        value, end, rest = rest[: int(length)], rest[int(length) : int(length) + 1], rest[int(length) + 1 :]
        assert end == b"\n"
        found[name.decode()] = value
    return found, rest[1:]


def test_the_string_is_as_the_guide_shows_it() -> None:
    """Names in order, each value with its length in bytes, an empty line, the data as they are."""
    headers = [("ce_type", b"t.v1"), ("Content-Type", b"application/json"), ("CE_Id", "一".encode()), ("trace", b"x")]
    assert signed_bytes(attributes_of(headers), b' {"a": 1}\n') == (
        b"drawbridge-binary-1\ndatacontenttype 16 application/json\nid 3 \xe4\xb8\x80\ntype 4 t.v1\n\n" + b' {"a": 1}\n'
    )
    assert signed_bytes({}, b"") == b"drawbridge-binary-1\n\n"


@given(MESSAGES)
def test_the_string_can_be_read_back(message: tuple[dict[str, bytes], bytes]) -> None:
    """So it says where each part ends, whatever the parts hold."""
    assert read_back(signed_bytes(*message)) == message


@given(MESSAGES, MESSAGES)
def test_two_messages_never_give_the_same_string(
    one: tuple[dict[str, bytes], bytes], two: tuple[dict[str, bytes], bytes]
) -> None:
    """A signature over one is none over another, however its values are cut."""
    assert (signed_bytes(*one) == signed_bytes(*two)) == (one == two)


@given(MESSAGES, st.randoms(use_true_random=False))
def test_the_order_of_the_headers_does_not_matter(
    message: tuple[dict[str, bytes], bytes],
    random: Random,
) -> None:
    """Kafka's clients may send them in any; names are read in any case."""
    attributes, data = message
    headers = [(f"ce_{name}".upper(), value) for name, value in attributes.items()]
    random.shuffle(headers)
    assert signed_bytes(attributes_of(headers), data) == signed_bytes(attributes, data)


def test_an_empty_attribute_is_not_a_missing_one() -> None:
    """To take one out, or to put one in, changes the string."""
    assert signed_bytes({"subject": b""}, b"{}") != signed_bytes({}, b"{}")


@pytest.mark.parametrize(
    "headers",
    [
        [("ce_id", b"1"), ("ce_id", b"2")],
        [("ce_id", b"1"), ("CE_ID", b"1")],
        [("content-type", b"a"), ("ce_datacontenttype", b"a")],
        [("ce_", b"1")],
        [("ce_a b", b"1")],
        [("ce_a\n", b"1")],
        [("ce_ñ", b"1")],
        [("ce_\u212aid", b"1")],
    ],
)
def test_headers_that_leave_a_doubt_are_refused(headers: list[tuple[str, bytes]]) -> None:
    """Twice the same, or a name that is none of CloudEvents."""
    with pytest.raises(AttributesError):
        attributes_of(headers)


def test_a_name_that_could_hide_a_length_is_refused() -> None:
    """Also where somebody puts the attributes together himself."""
    with pytest.raises(AttributesError):
        signed_bytes({"id 1 x\nb": b""}, b"")


@given(
    st.lists(st.tuples(st.sampled_from(["ce_id", "CE_ID", "ce_type", "content-type", "ce_datacontenttype"]), VALUES))
)
def test_whatever_the_gateway_reads_of_the_headers_is_signed(headers: list[tuple[str, bytes]]) -> None:
    """No attribute reaches the envelope past the signature."""
    headers = [("ce_specversion", b"1.0"), *headers]
    try:
        read = json.loads(structured(b"{}", headers))
    except BinaryModeError:
        return
    del read["data"]
    assert attributes_of(headers) == {name: value.encode() for name, value in read.items()}


def test_a_signed_string_is_no_message_in_structured_mode() -> None:
    """A signature cannot be moved from one mode to the other: the string is no JSON, and no JSON is one."""
    for case in VECTORS["cases"]:
        if case["mode"] == "binary":
            signed = signed_bytes(attributes_of([(n, v.encode()) for n, v in case["headers"]]), case["value"].encode())
            with pytest.raises(ValueError, match="Expecting value"):
                json.loads(signed)
        else:
            assert not case["value"].startswith("drawbridge-binary-1\n")
