"""The pages and the machines' files of the microsite are well made, by the judgment of checkers that are not ours."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, get_args

import pytest

from sitegen.model.page import PageKind
from support.source import ROOT

if TYPE_CHECKING:
    from support.published import Published

NODE_MODULES = ROOT / "tests" / "node_modules"
NO_PAGE = {
    "feed",
    "corrections-feed",
    "sitemap",
    "news-sitemap",
    "robots",
    "redirect",
    "redirects",
    "headers",
    "static",
}
"""Kinds of output that readers do not see as a page."""


def test_every_kind_of_page_is_judged(published: Published) -> None:
    """The microsite has a page of each kind, so that the tests of this folder judge them all."""
    kinds = {published.document(path).kind for path in published.files("*.html")}
    assert set() == set(get_args(PageKind)) - NO_PAGE - kinds


@pytest.mark.needs("vnu")
def test_nu_html_checker(published: Published, published_kinds: Published) -> None:
    """The W3C's checker finds nothing to say of any page, style sheet or drawing."""
    jar = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = [str(path) for pattern in ("*.html", "*.css", "*.svg") for path in published.files(pattern)]
    files += map(str, published_kinds.files("*.html"))
    command = ["java", "-jar", str(jar), "--format", "gnu", "--also-check-css", "--also-check-svg", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.needs("html-validate")
def test_html_validate(published: Published) -> None:
    """html-validate, which is strict about accessibility, finds nothing in any page."""
    script = NODE_MODULES / "html-validate" / "bin" / "html-validate.mjs"
    rules = ROOT / "tests" / "conformance" / "html-validate.mjs"
    command = ["node", str(script), "--config", str(rules), "--formatter", "text", f"{published.folder}/**/*.html"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stdout + done.stderr)


@pytest.mark.needs("xmllint")
def test_xml_is_well_formed(published: Published) -> None:
    """Feeds, sitemaps and drawings are XML without a fault."""
    files = [str(path) for pattern in ("*.xml", "*.svg") for path in published.files(pattern)]
    assert files
    done = subprocess.run(["xmllint", "--noout", "--nonet", *files], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)


def test_structured_data_is_json(published: Published) -> None:
    """Every article says what it is in one block of JSON-LD."""
    stories = [
        document for path in published.files("*.html") if (document := published.document(path)).kind == "article"
    ]
    assert stories
    for story in stories:
        assert "https://schema.org" == json.loads(story.data[0])["@context"]


def test_no_id_stands_twice(published: Published) -> None:
    """An id is given once a page."""
    for path in published.files("*.html"):
        ids = published.document(path).ids
        assert sorted(set(ids)) == sorted(ids), path


def test_links_are_answered(published: Published) -> None:
    """Every link of a page to this site has a file, and every fragment an id."""
    assert [] == list(published.dead_links())


def test_links_are_answered_below_a_path(published_below: Published) -> None:
    """Nor does a link forget the path below which a site lives."""
    assert [] == list(published_below.dead_links())


def test_no_path_of_the_machine(published: Published) -> None:
    """No file tells where it was made."""
    places = [str(published.folder.parent).encode(), str(ROOT).encode()]
    for path in published.files("*"):
        content = path.read_bytes()
        assert [] == [place for place in places if place in content], path
