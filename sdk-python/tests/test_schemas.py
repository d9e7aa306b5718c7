"""Events and commands have schemas that any JSON Schema checker reads; Rust tests hold every message against them."""

import json
from typing import Any

import jsonschema
import pytest
import sunline
from sunline.__main__ import main
from sunline.review import schema

EVENT: dict[str, Any] = {
    "seq": 4,
    "at": 1_700_000_000_000_000_000,
    "kind": {"ContactMoved": {"contact": "c1", "from": 0, "to": 1, "cause": "host"}},
}
ARRIVE: dict[str, Any] = {
    "Arrive": {
        "id": "c1",
        "queue": 0,
        "channel": None,
        "origin": None,
        "points": 5,
        "details": {"customer": "4711", "attributes": {"tier": "gold"}, "prefers": []},
    }
}


def checker(of: Any) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema(of))
    return jsonschema.Draft202012Validator(schema(of))


def test_an_event_fits_and_a_wrong_one_does_not() -> None:
    events = checker("events")
    events.validate(EVENT)
    key = 2**127
    receipt = {"seq": 3, "duplicate": False, "agent": None}
    remembered = {"CommandRemembered": {"key": key, "digest": 2**64 - 1, "receipt": receipt}}
    events.validate({**EVENT, "kind": remembered})
    for wrong in (
        {**EVENT, "seq": -1},
        {**EVENT, "kind": {"ContactLost": {}}},
        {**EVENT, "kind": {"ContactMoved": {"contact": "c1", "from": 0, "to": 1, "cause": "whim"}}},
        {**EVENT, "kind": {"ContactMoved": {"contact": "c\n1", "from": 0, "to": 1, "cause": "host"}}},
        {"seq": 4, "kind": EVENT["kind"]},
    ):
        assert not events.is_valid(wrong), wrong


def test_a_command_fits_and_a_wrong_one_does_not() -> None:
    commands = checker("commands")
    for right in (ARRIVE, "Resume", {"Complete": "c1"}, {"SetPresence": [3, {"break": "lunch"}]}):
        commands.validate(right)
    for wrong in (
        {"Arrive": {**ARRIVE["Arrive"], "details": {"custumer": "4711"}}},
        {"Complete": ""},
        {"Complete": "x" * 39},
        {"Complete": "a\tb"},
        {"SetPresence": [3]},
        "Begin",
    ):
        assert not commands.is_valid(wrong), wrong


@pytest.mark.parametrize("of", ["config", "events", "commands"])
def test_the_command_line_prints_each(of: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", of]) == 0
    assert json.loads(capsys.readouterr().out) == schema(of)


def test_the_version_is_in_the_name() -> None:
    assert schema("events")["$id"] == "urn:sunline:schema:events:1"
    assert schema("commands")["$id"] == "urn:sunline:schema:commands:1"
    wrong: Any = "receipts"
    with pytest.raises(sunline.InvalidArgument):
        schema(wrong)
