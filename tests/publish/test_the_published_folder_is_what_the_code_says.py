"""`schemas/` is generated, complete, and valid by the standards that it claims."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker

from drawbridge.bank.events import EVENTS
from drawbridge.bank.messages import MODELS
from drawbridge.bank.rejects import Code
from drawbridge.publish.asyncapi import document
from drawbridge.publish.envelopes import event_schemas, message_schemas
from drawbridge.publish.examples.bad import bad_examples
from drawbridge.publish.examples.good import GOOD
from drawbridge.publish.tree import drift, published, write

FOLDER = Path(__file__).parents[2] / "schemas"
SCHEMAS = {f"messages/{type_}": schema for type_, schema in message_schemas().items()} | {
    f"events/{type_}": schema for type_, schema in event_schemas().items()
}
#: a sender learns these from the gateway alone: the message itself is of the right form
BEYOND_A_SCHEMA = {"unknown-type", "time-in-future"}


def validator(type_: str) -> Draft202012Validator:
    """Return a validator of an inbound message."""
    return Draft202012Validator(SCHEMAS[f"messages/{type_}"], format_checker=FormatChecker(["date"]))


def test_the_folder_in_the_repository_has_not_drifted() -> None:
    """Whoever changes a model writes the folder anew: `drawbridge schema --write schemas`."""
    assert drift(FOLDER) == []


def test_writing_mends_a_folder(tmp_path: Path) -> None:
    """A missing, a changed and a left-over file are named and mended; a second writing changes nothing."""
    write(tmp_path)
    (tmp_path / "messages/bank.bridge.notice.v1.json").unlink()
    (tmp_path / "asyncapi.yaml").write_text("changed")
    (tmp_path / "events/old.v1.json").write_text("{}")
    (tmp_path / "released").mkdir()
    (tmp_path / "released/kept.json").write_text("{}")
    named = [
        "asyncapi.yaml: differs",
        "events/old.v1.json: is no longer published",
        "messages/bank.bridge.notice.v1.json: is missing",
    ]
    assert drift(tmp_path) == named
    assert write(tmp_path) == named
    assert write(tmp_path) == []
    assert (tmp_path / "released/kept.json").exists()


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_valid_and_tells_its_reader_everything(name: str) -> None:
    """JSON Schema 2020-12; title and description of the whole and of each part; of money and days, the unit."""
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]
    for part_name, part in schema["$defs"].items():
        assert part["title"] == part_name
        for field, form in part.get("properties", {}).items():
            assert form.get("description"), f"{part_name}.{field} says nothing"
            assert "anyOf" not in form, f"{part_name}.{field} is a union without a name"
            assert "enum" not in form, f"{part_name}.{field} is a choice without a name"
            if field.endswith("_fen"):
                assert form.get("x-unit") == "fen", f"{part_name}.{field}"
            if field.endswith("working_days"):
                assert form.get("x-unit") == "working days", f"{part_name}.{field}"


def test_every_message_and_event_has_its_file() -> None:
    """One file a type, and no other."""
    assert {name.removeprefix("messages/") for name in SCHEMAS if name.startswith("messages/")} == set(MODELS)
    answers = {"receipt.accepted.v1", "receipt.rejected.v1", "alert.raised.v1", "alert.cleared.v1", "dead_letter.v1"}
    assert {name.removeprefix("events/") for name in SCHEMAS if name.startswith("events/")} == set(EVENTS) | answers


def test_messages_are_closed_and_events_are_open() -> None:
    """We refuse what we do not know; a reader passes over what a later version adds."""
    for name, schema in SCHEMAS.items():
        objects = [part for part in [schema, *schema["$defs"].values()] if part.get("type") == "object"]
        closed = [part.get("additionalProperties") is False for part in objects if part["title"] != "JsonWebKey"]
        assert all(closed) if name.startswith("messages/") else not any(closed), name


def test_the_channels_are_valid_asyncapi() -> None:
    """The official schema of AsyncAPI 3.0 has nothing to say against the document."""
    official = json.loads((Path(__file__).parent / "official/asyncapi-3.0.0.json").read_text())
    said = yaml.safe_load(published()["asyncapi.yaml"])
    assert [error.message for error in Draft7Validator(official).iter_errors(said)] == []
    assert said == document()


def test_every_reference_of_the_channels_leads_somewhere() -> None:
    """A payload is a file of the folder, a channel's message stands in the components, no message is on no channel."""
    said, files = document(), published()
    messages = said["components"]["messages"]
    for message in messages.values():
        assert message["payload"]["schema"]["$ref"].removeprefix("./") in files
    carried = {type_ for channel in said["channels"].values() for type_ in channel["messages"]}
    assert carried == set(messages)
    for operation in said["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in said["channels"]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_example_fits_its_schema(name: str) -> None:
    """What is accepted is also valid for whoever checks before sending."""
    message = GOOD[name].message
    validator(message["type"]).validate(message)


@pytest.mark.parametrize("bad", bad_examples(), ids=lambda bad: bad.name)
def test_a_bad_example_breaks_its_schema_exactly_when_its_form_is_wrong(bad: Any) -> None:
    """`schema-violation` can be found before sending; every other refusal needs the gateway."""
    if bad.code in BEYOND_A_SCHEMA:
        return
    wrong_source = bad.code == "sender-not-party" and bad.message["type"].startswith(("operator.", "agency."))
    fits = validator(bad.message["type"]).is_valid(bad.message)
    assert fits is not (bad.code == "schema-violation" or wrong_source)


def test_examples_cover_every_inbound_type_and_every_code() -> None:
    """A good one and a bad one for each type; each code of the closed list is shown once at least."""
    assert {good.message["type"] for good in GOOD.values()} == set(MODELS)
    assert {name.partition("--")[0] for name in (bad.name for bad in bad_examples())} == set(MODELS)
    assert {bad.code for bad in bad_examples()} == set(Code)
