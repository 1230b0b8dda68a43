"""Whoever checks a message against the published schema before sending gets the verdict that the gateway will give."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from drawbridge.bank.messages import MODELS
from drawbridge.publish.envelopes import message_schemas
from drawbridge.publish.examples.good import GOOD

SCHEMAS = message_schemas()
#: JSON values of the kinds that banks get wrong; floats aside, for JSON Schema holds 1.0 to be a whole number
WRONG_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([2**53 - 1, 2**53, -(2**53)]),
    st.sampled_from(["", "x", "2014-04-31", "2014-04-30", "0.0560", "105314000041", "MA1W20011", "9a" * 32]),
    st.sampled_from(["approved", "declined", "upheld", "revoked", "main", "small", "owner", "fiscal"]),
    st.lists(st.sampled_from(["x", "", 1, None]), max_size=2),
    st.just({}),
)


@cache
def validator(type_: str) -> Draft202012Validator:
    """Return what checks the data of a type."""
    schema = SCHEMAS[type_]
    part = schema["properties"]["data"] | {"$defs": schema["$defs"]}
    return Draft202012Validator(part, format_checker=FormatChecker(["date"]))


def fits_model(type_: str, data: Any) -> bool:
    """Tell whether the gateway takes the data."""
    try:
        MODELS[type_].model_validate(data)
    except ValidationError:
        return False
    return True


@st.composite
def spoilt(draw: st.DrawFn, name: str) -> Any:
    """Draw a good example's data with up to three places changed, taken out or added."""

    def change(value: Any, depth: int) -> Any:
        if isinstance(value, dict) and value and depth < draw(st.integers(0, 3)):
            key = draw(st.sampled_from(sorted(value)))
            return value | {key: change(value[key], depth + 1)}
        if isinstance(value, dict):
            known = MODELS[name.partition("--")[0]].model_fields
            key = draw(st.sampled_from(sorted({*value, *known, "remark"})))
            if key in value and draw(st.booleans()):
                return {other: kept for other, kept in value.items() if other != key}
            return value | {key: draw(WRONG_VALUES)}
        return draw(WRONG_VALUES)

    data = GOOD[name].message["data"]
    for _ in range(draw(st.integers(1, 3))):
        if isinstance(data, dict):
            data = change(data, 0)
    return data


@pytest.mark.parametrize("name", [name for name in GOOD if GOOD[name].message["type"] == name])
@given(draw=st.data())
def test_the_schema_says_what_the_model_says(name: str, draw: st.DataObject) -> None:
    """Valid for the one is valid for the other, whatever was changed."""
    data = draw.draw(spoilt(name))
    assert validator(name).is_valid(data) is fits_model(name, data)
