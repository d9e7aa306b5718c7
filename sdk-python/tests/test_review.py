"""A configuration is looked at twice: what is odd in it, what a new one changes, and what its schema says of it."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
import sunline
from sunline.__main__ import main
from sunline.config import load_config
from sunline.review import diff, lint, schema

SHOP = """
name = "shop"
channels = [{ name = "voice" }]
skills = [{ name = "billing" }, { name = "latin" }]
queues = [
    { name = "bills", requires = "billing >= 8", admission = { max_wait = "10m" } },
    { name = "orders" },
]
agents = [{ name = "ann", skills = { billing = 7 } }]
"""


def test_what_is_odd_is_found_with_its_path() -> None:
    found = [(finding.kind, finding.path, finding.is_note) for finding in lint(SHOP)]
    assert found == [
        ("skill_nobody_holds", "skills[1]", False),
        ("unreachable_queue", "queues[0]", False),
        ("unbounded_wait", "queues[1]", True),
    ]
    assert "`requires`" in str(lint(SHOP)[1])


def test_what_changes_is_told_by_name() -> None:
    changes = diff(SHOP, SHOP.replace("billing >= 8", "billing >= 5").replace(', { name = "latin" }', ""))
    assert [change.path for change in changes] == ["queues[bills].requires", "skills[latin]"]
    assert (changes[0].before, changes[0].after) == ("billing >= 8", "billing >= 5")
    assert changes[1].is_gone
    assert not changes[0].is_gone
    assert str(changes[0]) == 'queues[bills].requires: "billing >= 8" -> "billing >= 5"'
    assert diff(SHOP, SHOP) == []


def test_a_configuration_with_mistakes_is_refused_with_all_of_them() -> None:
    with pytest.raises(sunline.ConfigInvalid) as refused:
        lint(SHOP.replace("billing >= 8", "baking"))
    assert refused.value.problems[0][0] == "queues[0].requires"


def test_the_command_line_says_so_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = tmp_path / "before.toml", tmp_path / "after.toml"
    before.write_text(SHOP)
    after.write_text(SHOP.replace("billing >= 8", "billing >= 7").replace(', { name = "latin" }', ""))
    assert main(["check", str(before)]) == 0
    assert "warning: queues[0]: no agent can serve queue" in capsys.readouterr().out
    assert main(["check", "--strict", str(before)]) == 1
    assert main(["check", "--strict", str(after)]) == 0
    assert "note: queues[1]" in capsys.readouterr().out
    assert main(["diff", str(before), str(after)]) == 1
    assert "skills[latin]: gone" in capsys.readouterr().out
    assert main(["diff", str(before), str(before)]) == 0


# ── the schema ───────────────────────────────────────────────────────────────────────────────────────────────

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for folder in (ROOT / "examples", ROOT / "tests" / "scenarios" / "configs")
    for path in folder.rglob("*.toml")
    if path.name not in {"Cargo.toml", "hours.toml"}
)


@pytest.fixture(scope="module")
def checker() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def test_there_are_documents_to_check() -> None:
    assert len(DOCUMENTS) >= 5


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_here_fits_as_written_and_with_its_defaults(
    path: Path, checker: jsonschema.Draft202012Validator
) -> None:
    checker.validate(tomllib.loads(path.read_text()))
    checker.validate(json.loads(load_config(path).to_json()))


@pytest.mark.parametrize(
    ("was", "wrong", "where"),
    [
        ("base_points = 30", 'base_points = "many"', ["queues", 0, "base_points"]),
        ("base_points = 30", "base_point = 30", ["queues", 0]),
        ('max_wait = "10m"', 'max_wait = "10 minutes"', ["queues", 0, "admission", "max_wait"]),
        ("billing = 7", "billing = 11", ["agents", 0, "skills", "billing"]),
        ('agent_rule = "longest_idle"', 'agent_rule = "the_tallest"', ["queues", 0, "agent_rule"]),
    ],
)
def test_what_the_reader_refuses_for_its_shape_the_schema_does_too(
    was: str, wrong: str, where: list[str | int], checker: jsonschema.Draft202012Validator
) -> None:
    shop = SHOP.replace(
        '{ name = "bills",', '{ name = "bills", base_points = 30, agent_rule = "longest_idle",'
    )
    checker.validate(tomllib.loads(shop))
    broken = shop.replace(was, wrong)
    assert broken != shop
    assert [list(error.absolute_path) for error in checker.iter_errors(tomllib.loads(broken))] == [where]
    with pytest.raises(sunline.ConfigInvalid):
        load_config(broken)


def test_the_command_line_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()


def test_a_reader_who_has_seen_enough_is_told_nothing() -> None:
    command = [sys.executable, "-m", "sunline", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        assert run.stderr.read() == b""
        assert run.wait(timeout=30) == 141
