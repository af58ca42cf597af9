"""What editors type cannot become markup or code: neither in a field, nor in a text.

`SITEGEN_LONG=1` makes it long.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from sitegen.content.markdown.html_rules import TAGS
from support import dom
from support.building import built
from support.newsroom import PICTURE, story

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

MARKUP: Final = st.sampled_from(
    [
        *("<b>", "</b>", "<script>alert(1)</script>", "</script>", "<!--", "-->", "</title>", "</h1>", "</p>", "]]>"),
        *('" onload="alert(1)', "' onload='alert(1)", "<svg/onload=alert(1)>", "<img src=x onerror=alert(1)>"),
        *(
            "&",
            "&amp;",
            "&lt;",
            "&#60;",
            "&nbsp;",
            "&copy",
            "<",
            ">",
            '"',
            "'",
            "`",
            "\\",
            "*a*",
            "_b_",
            "[c](d)",
            "%s",
        ),
        *(
            "{{ 7*191 }}",
            "{% raw %}",
            "{# no #}",
            "{{",
            "%}",
            "${x}",
            "<br",
            "javascript:alert(1)",
            "<?php",
            "<![CDATA[",
        ),
        *("é", "한국", "العربية", "🎉", "—", "…", "\u00a0"),
    ]
)
PLAIN: Final = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"]), max_size=6)


def normal(text: str) -> str:
    """*text* with white space as one space, in the Unicode form that all fields but the headline are read in."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def spiced() -> st.SearchStrategy[str]:
    """Texts with markup in them, that begin and end with a letter, as edges are trimmed."""
    parts = st.lists(MARKUP | PLAIN, min_size=1, max_size=5).map(" ".join)
    return parts.map(lambda text: normal(f"x{text}x"))


NAMES: Final = (
    *("title", "summary", "author", "role", "partner", "alt", "caption", "credit", "dateline", "tag", "correction"),
    *("syndicated", "site", "tagline", "publisher"),
)
"""The fields that are text: of a story, then of site.yaml."""
FIELDS: Final = st.fixed_dictionaries({name: spiced() for name in NAMES}).filter(lambda texts: len(texts["tag"]) < 60)
ORIGIN: Final = "First published by "
HARMLESS: Final = {name: f"x {name} x" for name in NAMES}


class Site:
    """A site with one story, built from texts."""

    def __init__(self, folder: Path, texts: dict[str, str], body: str = "The *text*.") -> None:
        """Build it in *folder*."""
        root = folder / "site"
        (root / "content").mkdir(parents=True)
        front: dict[str, object] = {
            "title": texts["title"],
            "slug": "story",
            "published": "2026-06-01T09:00:00+09:00",
            "summary": texts["summary"],
            "authors": [{"name": texts["author"], "role": texts["role"]}],
            "partner": {"name": texts["partner"], "url": "https://partner.example"},
            "image": {name: texts[name] for name in ("alt", "caption", "credit")} | {"src": "pier.png"},
            "dateline": texts["dateline"],
            "tags": [texts["tag"]],
            "corrections": [{"date": "2026-06-02", "text": texts["correction"]}],
            "syndicated": {"name": texts["syndicated"], "url": "https://origin.example/story"},
        }
        settings_ = {
            "title": texts["site"],
            "summary": texts["tagline"],
            "url": "https://x.example",
            "timezone": "Asia/Seoul",
            "publisher": {"name": texts["publisher"]},
        }
        (root / "content/pier.png").write_bytes(PICTURE)
        (root / "content/story.md").write_text(story(front, body), encoding="utf-8")
        (root / "site.yaml").write_text(json.dumps(settings_, ensure_ascii=False), encoding="utf-8")
        self.out = folder / "out"
        self.outcome = built(root, output=self.out)

    def page(self, path: str = "2026/06/story/index.html") -> dom.Element:
        """The page at *path*, as a browser has it."""
        return dom.parsed(self.text(path))

    def text(self, path: str = "2026/06/story/index.html") -> str:
        """The file at *path*."""
        return (self.out / path).read_text(encoding="utf-8")


def shown(page: dom.Element, home: dom.Element) -> Iterator[tuple[str, str]]:
    """Each field, with what a place of the story's page or of the home page says of it."""
    data = json.loads("".join(dom.one(page, "script").itertext()))
    picture = dom.of_class(page, "lead-picture")
    caption = dom.words(dom.one(picture, "figcaption"))
    credit = dom.words(dom.of_class(picture, "credit"))
    yield "title", dom.words(dom.one(page, "h1"))
    yield "title", dom.words(dom.one(home, "h2"))
    yield "title", data["headline"]
    yield from (("title", text) for text in dom.meta(page, "og:title"))
    yield from (("summary", text) for text in dom.meta(page, "description") + dom.meta(page, "og:description"))
    yield "summary", dom.words(dom.of_class(page, "standfirst"))
    yield "summary", data["description"]
    yield "author", dom.words(dom.one(dom.of_class(page, "byline"), "bdi"))
    yield "author", data["author"][0]["name"]
    yield "role", dom.words(dom.one(dom.of_class(page, "roles"), "li")).partition(": ")[2]
    yield "partner", dom.words(dom.one(dom.of_class(page, "partner"), "bdi"))
    yield "alt", dom.one(picture, "img").get("alt")
    yield from (("alt", text) for text in dom.meta(page, "og:image:alt"))
    yield "caption", caption.removesuffix(credit).rstrip()
    yield "caption", data["image"]["caption"]
    yield "credit", credit
    yield "credit", data["image"]["creditText"]
    yield "dateline", dom.words(dom.of_class(page, "dateline")).removesuffix(" —")
    yield "tag", dom.words(dom.one(dom.of_class(page, "tags"), "a"))
    yield from (("tag", text) for text in dom.meta(page, "article:tag"))
    yield "correction", dom.words(list(dom.of_class(page, "note"))[1])
    yield "correction", data["correction"][0]["text"]
    yield "syndicated", dom.words(dom.one(dom.of_class(page, "syndicated"), "bdi"))
    yield "site", dom.words(dom.of_class(page, "masthead"))
    yield from (("site", text) for text in dom.meta(page, "og:site_name"))
    yield "tagline", dom.words(dom.of_class(home, "tagline"))
    yield "publisher", dom.words(dom.of_class(page, "imprint"))
    yield "publisher", data["publisher"]["name"]


def fed(feed: str) -> Iterator[tuple[str, str]]:
    """Each field, with what a place of the feed says of it."""
    channel = ET.fromstring(feed)[0]  # noqa: S314 - a file of ours
    (item,) = channel.iter("item")
    text = dom.parsed(item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or "")
    yield "site", channel.findtext("title") or ""
    yield "tagline", channel.findtext("description") or ""
    yield "title", item.findtext("title") or ""
    yield "summary", dom.words(dom.parsed(item.findtext("description") or ""))
    yield "author", item.findtext("{http://purl.org/dc/elements/1.1/}creator") or ""
    yield "tag", item.findtext("category") or ""
    yield "alt", dom.one(text, "img").get("alt")
    yield "caption", dom.words(dom.one(text, "figcaption")).removesuffix(dom.words(dom.one(text, "small"))).rstrip()
    yield "credit", dom.words(dom.one(text, "small"))
    yield "syndicated", dom.words([each for each in dom.elements(text) if each.tag == "a"][-1]).removeprefix(ORIGIN)


@settings(max_examples=1000 if LONG else 20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FIELDS)
@example(dict.fromkeys(HARMLESS, "x</script></title><script>alert(1)</script> & &amp; {{ 7*7 }} ]]> \" ' x"))
def test_a_field_is_its_own_text_wherever_it_is_shown(texts: dict[str, str]) -> None:
    """Unescaped, each place says what was typed; and no page has an element that a harmless text would not give it."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), texts)
        assume(site.outcome.summary)  # a tag of nothing but signs may have no address
        plain = Site(Path(folder) / "plain", HARMLESS)

        page, home = site.page(), site.page("index.html")
        found = [*shown(page, home), *fed(site.text("feed.xml"))]

        assert [] == [(name, ascii(text)) for name, text in found if normal(text) != texts[name]]
        assert set(HARMLESS) == {name for name, _ in found}
        assert dom.shape(plain.page()) == dom.shape(page)
        assert dom.shape(plain.page("index.html")) == dom.shape(home)


FRAGMENTS: Final = st.sampled_from(
    [
        *(
            "<script>alert(1)</script>",
            "<script",
            "</script>",
            "<style>*{}</style>",
            "<style>",
            "<svg onload=alert(1)>",
        ),
        *(
            "<svg><p><style><!--</style><img src=x title='--><img src=1 onerror=alert(1)>'>",
            "</svg>",
            "<svg>",
            "<math>",
        ),
        *("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<mtext>", "<annotation-xml>", "<mglyph>"),
        *("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<template>", "</template>", "<textarea>"),
        *(
            "<title>",
            "<plaintext>",
            "<xmp>",
            "<iframe src=javascript:alert(1)>",
            "<iframe srcdoc='<script>'>",
            "<object>",
        ),
        *(
            "<form action=javascript:alert(1)>",
            "<button formaction=javascript:alert(1)>",
            "<input autofocus onfocus=a()>",
        ),
        *(
            "<a href='java\tscript:alert(1)'>x</a>",
            "<a href=&#106;avascript:alert(1)>y</a>",
            "[a](javascript:alert(1))",
        ),
        *("[b](<java\nscript:alert(1)>)", "[c](data:text/html,<script>)", "![d](javascript:alert(1))", "<vbscript:x>"),
        *('![" onerror="alert(1)](pier.png)', "[x]: javascript:alert(1)", "[x]", "<a href='//e.example' onclick=a()>"),
        *(
            "</article>",
            "</main>",
            "</body>",
            "</html>",
            "<body onload=a()>",
            "<html>",
            "<head>",
            "<frameset>",
            "<base>",
        ),
        *(
            "<meta http-equiv=refresh content='0;url=x'>",
            "<link rel=stylesheet href=x>",
            "<div>",
            "</div>",
            "<p>",
            "</p>",
        ),
        *(
            "<table>",
            "<tr><td>",
            "</table>",
            "<table><p>x",
            "<select><option>",
            "<b><i></b></i>",
            "<a><div><a>",
            "<li>",
        ),
        *(
            "<div id=site-footer>",
            "<h2 id='site-main'>x</h2>",
            "## <img src=pier.png onerror=a()>",
            '## x" onclick="a()',
        ),
        *(
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<!doctype x>",
            "<?php ?>",
            "```",
            '~~~ x" onload="a()',
            "`<b>`",
            "> ",
            "- ",
        ),
        *("::: factbox <b>", ":::", "::: pullquote", "{onclick=a() #x .y}", "{#site-header}", "[^1]", "[^1]: <script>"),
        *(
            "<details open ontoggle=a()>",
            "<video src=x onerror=a()><source>",
            "<img src=pier.png alt=x style=x:y>",
            "<q cite=x>",
        ),
        *(
            "<img src=`x`onerror=a()>",
            "<div/onclick=a()>",
            "<x-y onclick=a()>",
            "<ruby><rt>",
            "|a|b|\n|-|-|\n|<script>|c|",
        ),
        *(
            "{{ 1300+37 }}",
            "{% for x in site %}",
            "{# c #}",
            "\n\n",
            "\n",
            " ",
            "word",
            "&lt;script&gt;",
            "&#x3c;script>",
        ),
    ]
)
MADE: Final = TAGS | {"iframe", "footer", "input", "label"}
"""What a text may consist of: what editors may write, and what directives make of it."""
RUNS: Final = re.compile(r"\s*(?:java\s*script|vbscript|data:(?!image/))", re.IGNORECASE)
ADDRESSES: Final = ("href", "src", "action", "formaction", "poster", "cite", "data", "srcset", "xlink:href")
PARENTS: Final = {"site-header": "body", "site-main": "body", "site-footer": "body"}


@settings(max_examples=2000 if LONG else 60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAGMENTS, min_size=1, max_size=8).map("".join))
@example("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>")
@example("<svg></p><style><a title='</style><img src=1 onerror=alert(1)>'>")
@example("<table><tr><td></div></article></main></body></html><script>alert(1)</script>")
def test_nothing_in_a_text_runs_or_leaves_its_place(body: str) -> None:
    """No script, no handler, no element that is not allowed; the page around a text is as it was."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), HARMLESS, f"Before.\n\n{body}\n\nAfter.")
        assume(site.outcome.summary)
        html = site.text()
        page = dom.parsed(html)

        assert [] == list(dangers(page))
        assert [1, 1, 1] == [len(re.findall(tag, html)) for tag in ("<html", "<body", 'id="site-footer"')]
        parents = {child.get("id"): parent.tag for parent in dom.elements(page) for child in parent}
        assert PARENTS == {name: parents.get(name) for name in PARENTS}
        assert "article" == next(e.tag for e in dom.elements(page) if dom.of_class(page, "text") in list(e))
        ids = [element.get("id") for element in dom.elements(page) if element.get("id") is not None]
        assert len(ids) == len(set(ids))
        assert "1337" not in html
        again = dom.parsed(dom.serialized(page))
        assert dom.shape(page) == dom.shape(again)
        assert dom.words(page) == dom.words(again)


def dangers(page: dom.Element) -> Iterator[str]:
    """What in *page* could run, or is no element of a text."""
    for element in dom.elements(page):
        for name, value in element.attrib.items():
            if name.lower().startswith("on"):
                yield f"<{element.tag} {name}>"
            if name.lower() in ADDRESSES and RUNS.match(re.sub(r"[\x00-\x20]", "", value)):
                yield f"<{element.tag} {name}={value!r}>"
            if name in ("style", "srcdoc", "http-equiv"):
                yield f"<{element.tag} {name}>"
        if element.tag == "script" and element.get("type") != "application/ld+json":
            yield "<script>"
    yield from (f"<{element.tag}>" for element in dom.elements(dom.of_class(page, "text")) if element.tag not in MADE)


@pytest.mark.parametrize(
    "code", ["{{ 1300+37 }}", "{% for x in site.pages %}", "{# a comment #}", "{{ config }}", "{%"]
)
def test_the_syntax_of_layouts_is_text(code: str, tmp_path: Path) -> None:
    """What looks like a layout's code appears literally: in a text, in code, in a field."""
    site = Site(tmp_path, HARMLESS | {"title": f"x {code} x"}, f"One {code} two `{code}` three.")
    assert f"x {code} x" == dom.words(dom.one(site.page(), "h1"))
    assert f"One {code} two {code} three." in dom.words(dom.of_class(site.page(), "text"))
