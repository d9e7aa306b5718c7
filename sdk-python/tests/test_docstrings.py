"""What the documentation shows is what happens: every example in a docstring and in the front pages is executed."""

import doctest
import importlib
import pkgutil
import re
import types
from pathlib import Path

import pytest
import sunline

from tests.test_prediction import log_of

ROOT = Path(__file__).resolve().parents[2]
MODULES = ["sunline"] + [
    module.name
    for module in pkgutil.walk_packages(sunline.__path__, "sunline.")
    if module.name not in {"sunline._native", "sunline.__main__"}
]
PAGES = [ROOT / "README.md", ROOT / "sdk-python/README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_do_what_they_say(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def test_there_are_examples_where_people_begin() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in (
        "sunline.engine",
        "sunline.aio",
        "sunline.errors",
        "sunline.forecast",
        "sunline.simulation.scenario",
    ):
        found = finder.find(importlib.import_module(name))
        assert any(test.examples for test in found), f"{name} shows nothing"


def blocks(page: Path) -> list[str]:
    """The Python of a page, one text a fence; a fence that begins with `>>>` is a session."""
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def lay_out_logs(page: Path, folder: Path) -> None:
    """The call logs that a page reads, under the names it gives them: a small office stands for the bank."""
    for year_month in re.findall(r'"calls-(\d{4}-\d{2})\.csv"', page.read_text(encoding="utf-8")):
        log_of(folder / f"calls-{year_month}.csv", 400, day=f"{year_month}-03")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_python_on_the_pages_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fences of one page are one program."""
    monkeypatch.chdir(tmp_path)
    lay_out_logs(page, tmp_path)
    space: dict[str, object] = {"__name__": "page"}
    for block in blocks(page):
        if block.lstrip().startswith(">>>"):
            test = doctest.DocTestParser().get_doctest(block, space, page.name, str(page), 0)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            runner.run(test, clear_globs=False)
            assert runner.failures == 0
            space.update(test.globs)
        else:
            exec(compile(block, str(page), "exec"), space)


def test_every_public_name_exists_and_is_documented() -> None:
    for name in MODULES:
        module = importlib.import_module(name)
        assert module.__doc__, f"{name} says nothing of itself"
        for public in getattr(module, "__all__", ()):
            thing = getattr(module, public)
            if isinstance(thing, type | types.FunctionType):
                assert thing.__doc__, f"{name}.{public} says nothing of itself"
