"""What a bank may say: each model takes its good examples, and names the field of what is wrong with others."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from drawbridge.bank.envelope import FIRST_DAY, LAST_DAY
from drawbridge.bank.forms import MAX_WHOLE, Date, Uscc, first_violation, has_uscc_checksum
from drawbridge.bank.messages import MODELS
from drawbridge.publish.examples.bad import bad_examples
from drawbridge.publish.examples.good import GOOD
from drawbridge.publish.examples.parts import changed

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DATE, USCC = TypeAdapter[date](Date), TypeAdapter[str](Uscc)


def model_of(name: str) -> type[BaseModel]:
    """Return the model of a good example."""
    return MODELS[name.partition("--")[0]]


def fault(name: str, data: Any) -> tuple[str, str]:
    """Return the field and the sentence with which data of an example's type is refused."""
    with pytest.raises(ValidationError) as refused:
        model_of(name).model_validate(data)
    return first_violation(refused.value)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside a JSON value, outermost first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a path."""
    for key in path:
        value = value[key]
    return value


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy with another value at a path."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


def dotted(path: tuple[Any, ...]) -> str:
    """Write a path as a receipt does."""
    return ".".join(str(part) for part in path)


EVERY_PLACE = [
    pytest.param(name, path, id=f"{name}:{dotted(path)}")
    for name, good in GOOD.items()
    for path in places(good.message["data"])
    if "keys" not in path[:1]  # a key's own members are free; they have a test of their own
]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_example_is_taken_as_it_stands(name: str) -> None:
    """Every field of the example stands in the model under its own name."""
    model = model_of(name).model_validate(GOOD[name].message["data"])
    assert model.model_dump(mode="json", by_alias=True, exclude_unset=True) == GOOD[name].message["data"]


@pytest.mark.parametrize(("name", "path"), EVERY_PLACE)
def test_null_is_not_absence(name: str, path: tuple[Any, ...]) -> None:
    """A null is refused in every place, and its path is named."""
    assert fault(name, replaced(GOOD[name].message["data"], path, None))[0] == dotted(path)


@pytest.mark.parametrize(("name", "path"), EVERY_PLACE)
def test_a_value_of_another_kind_is_refused_and_never_repeated(name: str, path: tuple[Any, ...]) -> None:
    """Nothing is converted: text is no number, true is no 1, 1.0 is no whole number; and the answer holds no data."""
    data = GOOD[name].message["data"]
    others: list[Any] = ["张伟-13905281234", True, 13905281234.5, {"name": "张伟-13905281234"}, ["张伟-13905281234"]]
    kind = type(at(data, path))
    for other in others:
        if type(other) is kind:
            continue
        field, sentence = fault(name, replaced(data, path, other))
        assert field.startswith(dotted(path))
        assert "张伟" not in sentence
        assert "13905281234" not in sentence


@pytest.mark.parametrize("name", GOOD)
def test_an_unknown_field_is_refused_at_every_depth(name: str) -> None:
    """Nothing is dropped silently."""
    data = GOOD[name].message["data"]
    for path in [(), *places(data)]:
        if isinstance(at(data, path), dict) and "keys" not in path:
            field, _ = fault(name, replaced(data, path, at(data, path) | {"remark": "x"}))
            assert field == dotted((*path, "remark"))


@pytest.mark.parametrize("bad", [bad for bad in bad_examples() if bad.field], ids=lambda bad: bad.name)
def test_a_bad_example_is_refused_at_its_field(bad: Any) -> None:
    """The field that the example names is the one that the model names; the subject is checked by the decision."""
    if bad.field == "subject":
        MODELS[bad.message["type"]].model_validate(bad.message["data"])
    else:
        assert fault(bad.message["type"], bad.message["data"])[0] == bad.field


@pytest.mark.parametrize(
    ("name", "path", "value", "field"),
    [
        ("bank.bridge.review.v1", "reasons", ["x"], "reasons"),
        ("bank.bridge.review.v1--declined", "reasons", [], "reasons"),
        ("bank.bridge.review.v1--declined", "reasons", ..., "reasons"),
        ("bank.bridge.review.v1--declined", "approved_amount_fen", 1, "approved_amount_fen"),
        ("bank.bridge.review.v1--declined", "original_bank_confirmed_on", "2014-03-18", "original_bank_confirmed_on"),
        ("bank.bridge.notice.v1", "enterprise.org_code", "MA1W20011", "enterprise.org_code"),
        ("bank.bridge.notice.v1", "enterprise.uscc", ..., "enterprise.uscc"),
        ("bank.bridge.application.v1", "enterprise.uscc", "91321100MA1W20011M", "enterprise.uscc"),
        ("operator.penalty.ruling.v1", "ruling", "revoked", "default_amount_fen"),
        ("operator.penalty.ruling.v1", "default_amount_fen", -1, "default_amount_fen"),
        ("operator.deposit.placement.v1", "amount_fen", MAX_WHOLE + 1, "amount_fen"),
        ("bank.bridge.contract.v1", "annual_rate", "0.05600000000", "annual_rate"),
        ("bank.bridge.contract.v1", "annual_rate", "5.6%", "annual_rate"),
        ("operator.bank.enrolment.v1", "keys.keys", [{"kty": "OKP", "钥": "x"}], "keys.keys.0.钥"),
        ("operator.bank.enrolment.v1", "keys.keys", [{"kty": "OKP", "x": True}], "keys.keys.0.x"),
        ("operator.bank.enrolment.v1", "keys.keys", [{"kty": 1}], "keys.keys.0.kty"),
    ],
)
def test_a_rule_between_fields_is_told_at_the_field_to_mend(name: str, path: str, value: Any, field: str) -> None:
    """What may stand only beside something else is a fault of form, at that field."""
    assert fault(name, changed(GOOD[name].message, f"data.{path}", value)["data"])[0] == field


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("bank.bridge.review.v1", "original_bank_confirmed_on", ...),
        ("bank.bridge.contract.v1", "entrustment_letter_no", ""),
        ("bank.bridge.contract.v1", "entrustment_letter_no", ...),
        ("bank.bridge.contract.v1", "term_working_days", -3),
        ("bank.bridge.contract.v1", "guarantors", []),
        ("bank.bridge.application.v1", "materials", ["identity", "identity"]),
        ("operator.deposit.placement.v1", "amount_fen", 0),
        ("operator.penalty.ruling.v1", "default_amount_fen", 0),
        ("operator.penalty.ruling.v1", "default_amount_fen", ...),
        ("operator.bank.enrolment.v1", "branches", ["102314000041"]),
        ("operator.bank.enrolment.v1", "keys.keys", [{"kty": "RSA", "x5c": ["a", "b"], "size": 2048}]),
        ("operator.calendar.v1", "year", 0),
    ],
)
def test_what_only_a_later_check_can_judge_is_of_the_right_form(name: str, path: str, value: Any) -> None:
    """A form says what a value looks like, not whether the law allows it."""
    model_of(name).model_validate(changed(GOOD[name].message, f"data.{path}", value)["data"])


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_every_day_can_be_said(day: date) -> None:
    """A date is read from its ISO form and is that day; those at the calendar's ends leave nothing to count from."""
    assert DATE.validate_python(day.isoformat()) == day


#: Hypothesis tries texts that stand in the source too, and some of those are dates
NO_DATES = st.text().filter(lambda text: not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text))


@given(st.one_of(NO_DATES, st.integers(), st.dates().map(lambda day: day.strftime("%Y%m%d")), st.datetimes().map(str)))
def test_nothing_else_is_a_date(value: object) -> None:
    """Numbers, instants, week dates and dates without hyphens are refused, though Python's own reader takes them."""
    with pytest.raises(ValidationError):
        DATE.validate_python(value)


@pytest.mark.parametrize(
    "text", ["2014-02-30", "0000-01-01", "2014-13-01", "2014-W11-1", "2014-03-10\n", "２014-03-10"]
)
def test_a_day_that_does_not_exist_is_no_date(text: str) -> None:
    """The right shape is not enough."""
    with pytest.raises(ValidationError):
        DATE.validate_python(text)


def uscc_of(body: str) -> str:
    """Put the check character behind a body, by trying."""
    return next(body + check for check in USCC_ALPHABET if has_uscc_checksum(body + check))


USCC_BODIES = st.from_regex("[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{9}", fullmatch=True)


@given(USCC_BODIES, st.integers(8, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_in_a_credit_code_is_found(body: str, place: int, other: str) -> None:
    """GB 32100-2015: every body has one check character, and no single substitution goes unseen."""
    code = uscc_of(body)
    assert USCC.validate_python(code) == code
    spoilt = code[:place] + other + code[place + 1 :]
    if spoilt != code:
        with pytest.raises(ValidationError):
            USCC.validate_python(spoilt)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600007313G"])
def test_known_credit_codes_are_taken(code: str) -> None:
    """The standard's own example and a public company's code."""
    assert USCC.validate_python(code) == code
