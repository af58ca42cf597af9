"""Structured data and cards as those read them for whom they are: by extruct, against the shapes of schema.org."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import extruct
import pyshacl
import pytest
import rdflib

from support import dom
from support.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.published import Published

pytestmark = [
    # rdflib's JSON-LD uses what rdflib itself deprecates.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    # Shapes of schema.org name each other in circles; the checker stops where it has been.
    pytest.mark.filterwarnings("ignore::pyshacl.errors.ShapeRecursionWarning"),
]

SCHEMA = ROOT / "tests" / "conformance" / "schemaorg"
SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")
HTTP = "http://schema.org/"


@cache
def context() -> dict[str, Any]:
    """What the words of schema.org stand for."""
    found: dict[str, Any] = json.loads((SCHEMA / "schemaorgcontext.jsonld").read_text(encoding="utf-8"))["@context"]
    return found


@cache
def shapes() -> rdflib.Graph:
    """What schema.org asks of each type."""
    graph = rdflib.Graph().parse(SCHEMA / "schemaorg-shapes.shacl", format="turtle")
    ours = rdflib.Graph().parse(SCHEMA / "datatype-overlay.ttl", format="turtle")
    for shape in {each for each in ours.subjects() if isinstance(each, rdflib.URIRef)}:
        graph.remove((shape, None, None))
    return graph + ours


@cache
def types() -> rdflib.Graph:
    """Which type is a kind of which."""
    graph = rdflib.Graph()
    for name, above in json.loads((SCHEMA / "subclasses.json").read_text(encoding="utf-8")).items():
        for each in above:
            graph.add((rdflib.URIRef(HTTP + name), rdflib.RDFS.subClassOf, rdflib.URIRef(HTTP + each)))
    return graph


def documents(path: Path) -> list[dict[str, Any]]:
    """The JSON-LD of the page at *path*, in its order."""
    found: list[dict[str, Any]] = extruct.extract(path.read_text(encoding="utf-8"), syntaxes=["json-ld"])["json-ld"]
    return found


def objects(value: object) -> Iterator[dict[str, Any]]:
    """The objects in JSON-LD, at any depth."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(item)


def unknown(value: object) -> Iterator[str]:
    """The types and properties in JSON-LD that schema.org does not have."""
    if isinstance(value, list):
        for item in value:
            yield from unknown(item)
    elif isinstance(value, dict):
        named = value.get("@type", [])
        yield from (name for name in ([named] if isinstance(named, str) else named) if name not in context())
        yield from (key for key in value if not key.startswith("@") and key not in context())
        for item in value.values():
            yield from unknown(item)


def against_the_shapes(found: list[dict[str, Any]]) -> list[str]:
    """What in *found* is not as schema.org has it."""
    # One graph of them all, as the terms of schema.org take a while to be read.
    documents = [{key: value for key, value in document.items() if key != "@context"} for document in found]
    whole = json.dumps({"@context": context(), "@graph": documents})
    graph = rdflib.Graph().parse(data=whole, format="json-ld", base="https://x.example/")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes(), ont_graph=types(), inference="none")
    assert isinstance(report, rdflib.Graph)
    return sorted(
        f"{report.value(result, SHACL.resultPath)} = {report.value(result, SHACL.value)}"
        for result in report.subjects(SHACL.resultPath)
    )


@pytest.mark.parametrize("site", ["published", "published_kinds"])
def test_shapes_of_schema_org(site: str, request: pytest.FixtureRequest) -> None:
    """Every type and property is one of schema.org's, and every value is of a type that it allows there."""
    published: Published = request.getfixturevalue(site)
    found = [document for path in published.files("*.html") for document in documents(path)]
    assert {"NewsMediaOrganization", "BreadcrumbList", "ProfilePage"} < {str(each["@type"]) for each in found}
    assert [] == list(unknown(found))
    assert [] == against_the_shapes(found)


def test_the_shapes_find_faults() -> None:
    """The judge is awake: an author that is no person, a date that is none, a property that is misspelled."""
    wrong = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "author": "By Ana Ruiz",
        "datePublished": "Monday",
    }
    assert ["http://schema.org/author = By Ana Ruiz", "http://schema.org/datePublished = Monday"] == against_the_shapes(
        [wrong]
    )
    assert ["NewsArticel", "corrections"] == list(unknown({"@type": "NewsArticel", "corrections": []}))


def test_every_page_says_where_it_is(published_kinds: Published) -> None:
    """All but the home page and the one for missing addresses have a trail, each step of which is there."""
    for path in published_kinds.files("*.html"):
        kind = published_kinds.document(path).kind
        trails = [each["itemListElement"] for each in objects(documents(path)) if each.get("@type") == "BreadcrumbList"]
        if not kind or kind in {"home", "not-found"}:
            assert [] == trails, path
            continue
        (trail,) = trails
        assert list(range(1, len(trail) + 1)) == [step["position"] for step in trail]
        assert f"{published_kinds.url}/" == trail[0]["item"]["@id"]
        assert published_kinds.address(path) == unquote(trail[-1]["item"]["@id"])
        assert all(step["name"] and published_kinds.file(step["item"]["@id"]) for step in trail)


def test_cards_have_what_they_need(published_kinds: Published) -> None:
    """Each page that has an address says it once, with a title, a type and a picture; all addresses are absolute."""
    for path in published_kinds.files("*.html"):
        if published_kinds.document(path).kind in {"", "not-found"}:
            continue
        page = dom.parsed(path.read_text(encoding="utf-8"))
        for name in ("og:title", "og:type", "og:url", "og:image", "og:image:alt", "og:site_name", "og:locale"):
            assert 1 == len([text for text in dom.meta(page, name) if text]), (path, name)
        canonical = [each.get("href") for each in dom.elements(page) if each.get("rel") == "canonical"]
        assert canonical == dom.meta(page, "og:url")
        assert all(
            text.startswith("https://") for text in dom.meta(page, "og:image") + dom.meta(page, "article:author")
        )
        assert dom.meta(page, "og:image") == dom.meta(page, "twitter:image")
