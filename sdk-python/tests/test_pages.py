"""What the book shows of configurations is read and fits, and what it links to is there."""

import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
import sunline
from sunline.config import load_config
from sunline.review import lint, schema

ROOT = Path(__file__).resolve().parents[2]
BOOK = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "sdk-python" / "README.md", *BOOK]
FENCE = re.compile(r"^```.*?^```", flags=re.M | re.S)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


# ── configurations ───────────────────────────────────────────────────────────────────────────────────────────


def documents_on(page: Path) -> list[str]:
    """The whole configurations of a page: they begin with the domain's name. Other TOML shows a part of one."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```toml\n(name = .*?)^```", text, flags=re.M | re.S)


DOCUMENTS = [
    pytest.param(page, text, id=f"{name(page)}-{number}")
    for page in BOOK
    for number, text in enumerate(documents_on(page), 1)
]


def test_there_are_documents_on_the_pages() -> None:
    assert len(DOCUMENTS) >= 7


@pytest.mark.parametrize(("page", "text"), DOCUMENTS)
def test_a_whole_configuration_on_a_page_is_read_and_fits_the_schema(page: Path, text: str) -> None:
    jsonschema.Draft202012Validator(schema()).validate(tomllib.loads(text))
    config = load_config(text)
    if config.agents:
        assert [str(finding) for finding in lint(text) if not finding.is_note] == [], name(page)
        with sunline.Engine(config, store=sunline.Memory()) as engine:
            for agent in config.agents:
                engine.set_presence(agent.name, sunline.AVAILABLE)


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────


def anchors_of(page: Path) -> set[str]:
    """What its headings are called in an address."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{name(page)} links to {target}"
        assert not anchor or anchor in anchors_of(linked), f"{name(page)} links to {target}"


def test_every_page_of_the_book_is_linked_from_its_contents() -> None:
    contents = ROOT / "docs" / "README.md"
    text = contents.read_text(encoding="utf-8")
    linked = {(contents.parent / target).resolve() for target in re.findall(r"\]\(([^)\s#]+\.md)", text)}
    assert [name(page) for page in BOOK if page not in linked and page != contents] == []
