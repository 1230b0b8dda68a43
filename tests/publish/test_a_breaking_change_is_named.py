"""The compatibility check: every planted breaking change is named, and nothing harmless is."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from drawbridge.publish.compatibility import breaking_changes, compare
from drawbridge.publish.envelopes import event_schemas, message_schemas
from drawbridge.publish.tree import published, write

RELEASED = Path(__file__).parents[2] / "schemas/released"
NOTICE, REPAID = "messages/bank.bridge.notice.v1.json", "events/bridge.repaid.v1.json"
PUBLISHED = {
    NOTICE: message_schemas()["bank.bridge.notice.v1"],
    REPAID: event_schemas()["bridge.repaid.v1"],
}
NEW_FIELD = {"type": "string", "description": "New."}


def schemas() -> dict[str, dict[str, Any]]:
    """Return two schemas, one that we take and one that we send, to be changed at will."""
    return deepcopy(PUBLISHED)


def change(schema: dict[str, Any], path: str, value: Any) -> None:
    """Set what stands at a path in a schema, or take it out when the value is `...`."""
    *way, last = path.split("/")
    for key in way:
        schema = schema[key]
    if value is ...:
        del schema[last]
    else:
        schema[last] = value


NOTICE_FIELDS, REPAID_FIELDS = "$defs/Notice/properties", "$defs/BridgeRepaid/properties"


@pytest.mark.parametrize(
    ("file", "path", "value", "named"),
    [
        (NOTICE, f"{NOTICE_FIELDS}/handler", ..., "data.handler: the field is gone"),
        (NOTICE, "$defs/Enterprise/required", ["name", "uscc"], "data.enterprise.uscc: is now required"),
        (NOTICE, "$defs/Notice/required", ["notice_no", "seal"], "data.seal: is a new field and required"),
        (NOTICE, f"{NOTICE_FIELDS}/notice_no/maxLength", 20, "data.notice_no: `maxLength` was None and is 20"),
        (NOTICE, f"{NOTICE_FIELDS}/notice_no/minLength", 2, "data.notice_no: `minLength` was 1 and is 2"),
        (NOTICE, f"{NOTICE_FIELDS}/notice_no/pattern", "^N", "data.notice_no: the rule `pattern` changed"),
        (
            NOTICE,
            f"{NOTICE_FIELDS}/mortgage_registered/type",
            "string",
            "data.mortgage_registered: the type boolean is gone",
        ),
        (NOTICE, "$defs/Account/properties/bank_code/pattern", "^[0-9]{11}$", "data.payee_account.bank_code: the rule"),
        (NOTICE, "properties/type/const", "bank.bridge.notice.v2", 'type: the choice "bank.bridge.notice.v1" is gone'),
        (NOTICE, "$defs/Enterprise/else", ..., None),
        (NOTICE, f"{NOTICE_FIELDS}/seal", NEW_FIELD, None),
        (NOTICE, f"{NOTICE_FIELDS}/notice_no/minLength", ..., None),
        (NOTICE, "$defs/Notice/required", ["notice_no"], None),
        (NOTICE, "description", "Other words.", None),
        (REPAID, f"{REPAID_FIELDS}/interest_fen", ..., "data.interest_fen: the field is gone"),
        (REPAID, "$defs/BridgeRepaid/required", ["basis"], "data.interest_fen: may now be left out"),
        (REPAID, f"{REPAID_FIELDS}/interest_fen/type", ["integer", "null"], "data.interest_fen: the type null is new"),
        (REPAID, f"{REPAID_FIELDS}/interest_fen/minimum", ..., "data.interest_fen: `minimum` was"),
        (
            REPAID,
            "$defs/Payer/enum",
            ["applicant", "guarantor", "original-bank", "friend"],
            'data.payer: the choice "friend" is new',
        ),
        (REPAID, "$defs/Payer/enum", ["applicant"], None),
        (REPAID, f"{REPAID_FIELDS}/paid_at", NEW_FIELD, None),
        (REPAID, f"{REPAID_FIELDS}/interest_fen/minimum", 0, None),
    ],
)
def test_a_planted_change_is_judged_by_who_it_would_break(file: str, path: str, value: Any, named: str | None) -> None:
    """Senders break when less is accepted; readers break when more is said, or less of what was promised."""
    new = schemas()
    change(new[file], path, value)
    found = compare(schemas(), new)
    if named is None:
        assert found == []
    else:
        assert any(line.startswith(f"{file}: {named}") for line in found), found


def test_a_type_that_is_gone_is_named_and_a_new_one_is_not() -> None:
    """Removing breaks, adding does not."""
    old, new = schemas(), schemas()
    del new[REPAID]
    new["events/bridge.new.v1.json"] = {}
    assert compare(old, new) == [f"{REPAID}: is gone"]


def test_a_channel_that_is_gone_is_named(tmp_path: Path) -> None:
    """A topic is a promise too."""
    write(tmp_path)
    document = yaml.safe_load(published()["asyncapi.yaml"])
    document["channels"]["ledger"] = {"address": "ledger"}
    (tmp_path / "asyncapi.yaml").write_text(yaml.safe_dump(document))
    assert breaking_changes(tmp_path) == ["asyncapi.yaml: the channel ledger is gone"]


@pytest.mark.parametrize("version", sorted(RELEASED.iterdir()), ids=lambda folder: folder.name)
def test_this_version_breaks_nothing_that_was_released(version: Path) -> None:
    """Whoever needs a breaking change gives the type a new major version beside the old one."""
    assert breaking_changes(version) == []
