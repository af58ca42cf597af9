"""The benchmarks compare like with like: each tool is given the same site, and what it makes is counted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import growth, preview, tables
from benchmarks.corpus import Article, multiplied, read, skewed
from benchmarks.generators import GENERATORS, Generator
from benchmarks.installed import Tool, peer, sitegen
from benchmarks.measure import Failed, peak_memory, timed
from benchmarks.tally import counted, expected
from support.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = 47
"""Articles of a site here: lists of more than a page, of one, of a part of one."""


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    """The stories of this repository, multiplied."""
    return multiplied(read(ROOT / "content"), NUMBER)


def built(tool: Tool, articles: tuple[Article, ...], site: Path) -> tuple[int, ...]:
    """What *tool* makes of *articles*, counted."""
    tool.generator.write(articles, site)
    tool.build(site)
    return counted(site / tool.generator.output).equivalent


def test_articles_are_distinct(articles: tuple[Article, ...]) -> None:
    """However often an article is copied, its title, address, time and text are its own."""
    for field in ("slug", "title", "published", "body"):
        assert NUMBER == len({getattr(article, field) for article in articles}), field


def test_articles_are_the_same_each_time(articles: tuple[Article, ...]) -> None:
    """A larger site begins with the same articles, and the newest come first."""
    assert articles == multiplied(read(ROOT / "content"), 2 * NUMBER)[:NUMBER]
    assert list(articles) == sorted(articles, key=lambda article: article.published, reverse=True)


def test_skewed_tags() -> None:
    """Skewed articles have tags of 5,000 stories and 5,000 tags of two, and are else as they were."""
    plain = multiplied(read(ROOT / "content"), 10_000)
    lengths: dict[str, int] = {}
    for article in skewed(plain):
        for tag in article.tags:
            lengths[tag] = lengths.get(tag, 0) + 1
    assert [2] * 5_000 + [5_000] * 2 == sorted(lengths.values())
    assert [article.body for article in plain] == [article.body for article in skewed(plain)]


def test_an_article_is_read(tmp_path: Path) -> None:
    """Front matter is read in its usual forms; links lead out of the copy, templates of other tools are words."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "index.md").write_text(
        "---\ntitle: One\nauthors: [ana-ruiz, {name: Bo}]\ntags: C++, Harbor\n---\n"
        "[a](b.md) [c](/d) [e](https://f.example) [g](#h) {{ i }}\n"
    )
    (tmp_path / "note.md").write_text("No front matter.\n")

    (article,) = read(tmp_path)

    assert ("one", "One") == (article.slug, article.title)
    assert (("Ana Ruiz", "Bo"), ("c", "harbor")) == (article.authors, article.tags)
    assert (
        "[a](https://elsewhere.example/b.md) [c](https://elsewhere.example/d) [e](https://f.example) [g](#h) { { i }}\n"
        == article.body
    )


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=GENERATORS)
def test_every_tool_is_given_every_article(generator: Generator, articles: tuple[Article, ...], tmp_path: Path) -> None:
    """Each article is a file with all that there is of it, in the front matter of the tool."""
    site = tmp_path / "site"
    generator.write(articles, site)
    assert NUMBER == len(list((site / generator.posts).rglob("*.md")))
    for article in articles:
        text = generator.path(article, site).read_text(encoding="utf-8")
        assert text.endswith(article.body)
        for value in (article.summary, *article.tags, *article.authors):
            assert value.replace('"', '\\"') in text or value in text


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=GENERATORS)
def test_an_edit_of_the_layout_is_one(generator: Generator, tmp_path: Path) -> None:
    """Each edit of the layout of articles leaves it different."""
    site = tmp_path / "site"
    generator.write((), site)
    layouts = [(site / generator.layout).read_text()]
    for edition in (1, 2):
        generator.change_layout(edition, site)
        layouts.append((site / generator.layout).read_text())
    assert 3 == len(set(layouts))


def test_sitegen_makes_the_site(articles: tuple[Article, ...], tmp_path: Path) -> None:
    """Of the articles sitegen makes just the pages, lists and feeds that are expected, and has nothing to warn of."""
    tool = sitegen()
    assert expected(articles).equivalent == built(tool, articles, tmp_path / "site")
    timed((*tool.command, "--strict"), tmp_path / "site", tool.env)


@pytest.mark.parametrize("name", sorted(GENERATORS.keys() - {"sitegen"}))
def test_peers_make_the_site(name: str, articles: tuple[Article, ...], tmp_path: Path) -> None:
    """The other tools, where they are installed, make the same."""
    tool = peer(name, None)
    if not tool:
        pytest.skip(f"not installed: {name} (docs/performance.md)")
    assert expected(articles).equivalent == built(tool, articles, tmp_path / "site")


def test_the_preview_is_measured(
    articles: tuple[Article, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start and an edit of each kind are taken, and a page that does not come is told with what the server said."""
    monkeypatch.setattr(preview, "rest", lambda: None)
    tool, site = sitegen(), tmp_path / "sitegen"
    tool.generator.write(articles, site)
    samples: preview.Samples = {}
    preview.starts(tool, site, samples)
    preview.edits([tool], articles, tmp_path, 1, samples)
    assert [1, 1, 1, 1] == [len(taken["sitegen"]) for taken in samples.values()]
    (site / "site.yaml").unlink()
    with preview.Server(tool, site) as server, pytest.raises(Failed, match=r"site\.yaml"):
        server.await_text("/", "never")


def test_settings_of_python_are_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool runs as it would on any machine, also where Python is told to keep no compiled code."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert {"PYTHONPATH": str(ROOT)} == {key: value for key, value in sitegen().env.items() if key.startswith("PYTHON")}


def test_a_failure_is_told(tmp_path: Path) -> None:
    """A command that fails is not measured, and what it said is told."""
    command = (sys.executable, "-c", "raise SystemExit('broken pier')")
    for measure in (timed, peak_memory):
        with pytest.raises(Failed, match="broken pier"):
            measure(command, tmp_path, {})


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process holds")
def test_memory_is_that_of_all_processes(tmp_path: Path) -> None:
    """What a child of the command holds counts as well."""
    holding = "import time; held = b'x' * 50_000_000; time.sleep(0.5)"
    command = (sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {holding!r}])")
    assert (peak_memory(command, tmp_path, {}) or 0) > 50_000_000


def test_a_table_of_ratios() -> None:
    """A cell is the median and its ratio to Hugo's in the row, or in the row it is compared with."""
    samples = {
        "cold": {"sitegen": [9.0, 3.0, 4.0], "hugo": [2.0, 2.0, 8.0]},
        "restored": {"sitegen": [1.0], "hugo": []},
    }
    assert [
        "| | sitegen | hugo |",
        "| --- | ---: | ---: |",
        "| cold | 4.00 s (2.00×) | 2.00 s (1.00×) |",
        "| restored | 1.00 s (0.50×) | – |",
    ] == tables.compared(samples, "s", {"restored": "cold"}).splitlines()


def test_a_table_without_hugo() -> None:
    """Where Hugo was not measured there are no ratios."""
    assert "| cold | 120 s |" in tables.compared({"cold": {"sitegen": [120.0]}}, "s", {})


def test_a_table_of_growth() -> None:
    """Its last row says how many times as large, slow and heavy the largest site is."""
    taken: dict[tuple[str, int], growth.Measured] = {
        ("real", 1_000): ([4.0, 2.0, 3.0], 50e6),
        ("real", 3_000): ([9.0], None),
    }
    assert [
        "| articles | real: s | real: ms an article | real: MB |",
        "| --- | ---: | ---: | ---: |",
        "| 1,000 | 3.00 | 3.00 | 50 |",
        "| 3,000 | 9.00 | 3.00 | – |",
        "| **3×** | 3.00× | 1.00× | – |",
    ] == growth.rendered(taken).splitlines()


def test_a_table_replaces_the_one_before() -> None:
    """Between its marks a document has the newest table alone; the rest stays."""
    document = "Before\n<!-- peers: begin -->\n<!-- peers: end -->\nAfter\n"
    first = tables.replaced(document, "peers", "first")
    assert "Before\n<!-- peers: begin -->\n\nsecond\n\n<!-- peers: end -->\nAfter\n" == tables.replaced(
        first, "peers", "second"
    )
    with pytest.raises(ValueError, match="growth"):
        tables.replaced(document, "growth", "first")


def test_the_report_has_the_marks() -> None:
    """docs/performance.md has a place for each table."""
    document = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    for name in ("peers", "preview", "growth"):
        assert "\nhere\n" in tables.replaced(document, name, "here")
