"""A configuration is looked at twice: what is odd in it, and what a new one changes."""

from pathlib import Path

import pytest
import sunline
from sunline.__main__ import main
from sunline.review import diff, lint

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
