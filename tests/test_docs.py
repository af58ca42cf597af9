"""The documents say what there is: every key, command, option and question, and no link of theirs is dead."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import click
import pytest

from sitegen.cli import cli
from sitegen.content import articles, authors, feeds, pages, settings
from sitegen.content.markdown import directives
from sitegen.render import facade, filters, html
from support.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCS = ROOT / "docs"
ELSEWHERE = re.compile(r"[a-z]+:|//")


def text(path: Path) -> str:
    """A document as it is written."""
    return path.read_text(encoding="utf-8")


def documents() -> list[Path]:
    """Every document of the project."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def first_cells(document: str) -> list[str]:
    """What stands in backticks in the first cell of each row of the tables in *document*."""
    rows = re.findall(r"^\|(.*?[^\\])\|", document, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def headings(document: str) -> set[str]:
    """The ids that the headings of *document* get where it is shown."""
    found = re.findall(r"^#+ (.+)$", document, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def options(command: click.Command) -> set[str]:
    """The long options of *command*."""
    return {name for option in command.params for name in option.opts if name.startswith("--")}


def test_keys_of_an_article() -> None:
    """docs/front-matter.md has a row for each key of an article, in their order."""
    table = text(DOCS / "front-matter.md").partition("## Keys of a standing page")[0]
    assert list(articles.KEYS.known) == first_cells(table)


def test_keys_of_a_page() -> None:
    """docs/front-matter.md names each key of a standing page."""
    section = text(DOCS / "front-matter.md").partition("## Keys of a standing page")[2].partition("\n## ")[0]
    assert set() == set(pages.KEYS.known) - set(re.findall(r"`(\w+)`", section))


def test_keys_of_the_configuration() -> None:
    """docs/site-yaml.md has a row for each key of site.yaml, in their order."""
    assert list(settings._KNOWN) == first_cells(text(DOCS / "site-yaml.md").partition("\n## ")[0])


def test_keys_of_feeds() -> None:
    """docs/site-yaml.md has a row for each key of `feeds`, and of the feed of a partner."""
    section = text(DOCS / "site-yaml.md").partition("\n## Feeds")[2].partition("\n## ")[0]
    own, _, partners = section.partition("\n### ")
    assert (sorted(feeds.KEYS), list(feeds.PARTNER_KEYS)) == (sorted(first_cells(own)), first_cells(partners))


def test_keys_of_an_author() -> None:
    """The example of an authors.yaml in docs/front-matter.md has every key."""
    section = text(DOCS / "front-matter.md").partition("## Authors")[2].partition("\n## ")[0]
    assert set() == set(authors._KNOWN) - set(re.findall(r"^  (\w+):", section, re.MULTILINE))


def test_other_names_of_keys() -> None:
    """docs/front-matter.md tells which names of other tools are accepted."""
    document = text(DOCS / "front-matter.md")
    assert [] == [name for name in articles.KEYS.same if f"`{name}" not in document]


def test_directives() -> None:
    """docs/text.md has a row for each directive."""
    assert list(directives.NAMES) == [name for name in first_cells(text(DOCS / "text.md")) if " " not in name]


def test_questions_of_a_layout() -> None:
    """docs/layouts.md has each question that a layout may ask, and no other."""
    table = text(DOCS / "layouts.md").partition("| question | answer |")[2].partition("\n## ")[0]
    assert set(facade.QUESTIONS) == {re.split(r"[.(]", call)[1] for call in first_cells(table) if "site." in call}


def test_filters_of_a_layout() -> None:
    """docs/layouts.md has each filter of ours, and no other."""
    table = text(DOCS / "layouts.md").partition("\n## Filters")[2]
    assert set(filters.FILTERS) == set(re.findall(r"`\w+\\\|(\w+)", table))


def test_page_of_a_layout() -> None:
    """docs/layouts.md has each name that a page has."""
    document = text(DOCS / "layouts.md")
    names = {name for name in vars(html.PageView) if not name.startswith("_")}
    assert set() == {name for name in names if f"`page.{name}`" not in document}


def test_layouts_of_the_theme() -> None:
    """docs/layouts.md names each layout of the theme that makes a kind of page."""
    document = text(DOCS / "layouts.md")
    assert [] == [name for name in html.LAYOUTS.values() if f"`{name}`" not in document]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Each command as people type it: ``new site``."""
    groups: list[tuple[str, click.Command]] = [("", cli)]
    for name, command in groups:
        if isinstance(command, click.Group):
            groups += [(f"{name} {inner}".strip(), each) for inner, each in command.commands.items()]
        else:
            yield name, command


def test_commands() -> None:
    """docs/commands.md has a heading for each command, and an entry for each of its options."""
    document = text(DOCS / "commands.md")
    for name, command in commands():
        _, found, rest = document.partition(f"\n## sitegen {name}")
        assert found, name
        section, _, _ = rest.partition("\n## ")
        common = document.partition("\n## ")[0]
        assert set() == {each for each in options(command) if f"`{each}" not in section + common}, name


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links(document: Path) -> None:
    """Each link from one document to another has a target, and each fragment a heading."""
    prose = re.sub(r"^```.*?^```$|`[^`\n]+`", "", text(document), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if ELSEWHERE.match(link):
            continue
        path, _, fragment = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not fragment or fragment in headings(text(target)), link


def test_dependencies_have_their_reasons() -> None:
    """Each package that sitegen needs has its line in the decision about dependencies."""
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    names = [re.split(r"[<>=\[]", requirement)[0] for requirement in project["dependencies"]]
    table = text(DOCS / "decisions" / "0003-dependencies.md")
    assert [] == [name for name in names if f"\n| {name} |" not in table]
