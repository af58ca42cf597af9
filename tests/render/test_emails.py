"""E-mail addresses in a page: programs that collect them find none, and the page is the same."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.render.emails import protected, spelled, spelled_html
from support import dom
from support.building import built

if TYPE_CHECKING:
    from support.workspace import Workspace

HARVESTED = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
"""What programs that collect addresses look for."""

HOSTS = st.from_regex(r"[a-z0-9가-힣][a-z0-9-]{0,9}", fullmatch=True)
USUAL = st.builds(
    "{}@{}.example".format, st.from_regex(r"[a-z][a-z0-9._+-]{0,20}[a-z0-9]|é[a-z]{1,9}", fullmatch=True), HOSTS
)
ADDRESSES = USUAL | st.builds(
    "{}@{}.example".format, st.from_regex(r"[a-z]{0,4}u0027x|[a-z]{65,90}", fullmatch=True), HOSTS
)
PIECES = st.one_of(
    ADDRESSES,
    st.builds('<a href="mailto:{0}">{0}</a>'.format, ADDRESSES),
    st.builds("<a title='&#39;{0}&amp;{0}' href={0}>&copy;{0}</a>".format, ADDRESSES),
    st.builds("<!-- {} --><title>{}</title>".format, ADDRESSES, ADDRESSES),
    st.builds("<script>x = '{}' < 1</script><STYLE>a::after {{content: '{}'}}</Style>".format, ADDRESSES, ADDRESSES),
    st.sampled_from(
        ["@", "a@", "@b.c", "&", "&amp;", "<p>", "</p>", '<div @click.prevent="x">', "x@2x.png", " ", ";", "#"]
    ),
    st.text(max_size=9).filter(lambda text: "<" not in text),
)
TEXTS = st.lists(st.one_of(ADDRESSES, st.sampled_from(["\\", '"', "'", "\n", " ", "é", "u", "0027", "/"])), max_size=9)


@given(st.lists(PIECES, max_size=9).map("".join))
def test_a_page_stays_what_it_is(html: str) -> None:
    """Read by the rules of HTML, not a character of any page is another, whatever it is made of."""
    page = f"<!doctype html><title>x</title><body>{html}"
    assert dom.serialized(dom.parsed(page)) == dom.serialized(dom.parsed(protected(page)))


@given(TEXTS.map("".join))
def test_data_stay_what_they_are(text: str) -> None:
    """JSON in a script reads the same, also where an escape touches an address; nothing in it is found."""
    data = json.dumps({"@type": "Person", "email": text}, ensure_ascii=False).replace("'", "\\u0027")
    html = protected(f'<script type="application/ld+json">{data}</script>')
    found = html.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert {"@type": "Person", "email": text} == json.loads(found)


@given(USUAL)
def test_an_address_is_not_found(address: str) -> None:
    """Neither in a link, nor in a text, nor in structured data."""
    page = f'<a href="mailto:{address}">{address}</a><script type="application/ld+json">["{address}"]</script>'
    assert None is HARVESTED.search(protected(page))


def test_both_ways_to_write_a_number_are_mixed() -> None:
    """So a program that knows one of them still has no address; and each build writes the same."""
    html = protected("newsroom.tips@harbourwire.example")
    assert re.search(r"&#\d+;", html)
    assert re.search(r"&#x[0-9a-f]+;", html)
    assert re.search(r";[a-z]", html)
    assert html == protected("newsroom.tips@harbourwire.example")


def test_scripts_and_styles_are_left_alone() -> None:
    """There is no one way to write a character in them."""
    page = "<script>mail('a@b.example')</script><style>@import 'x@y.example'</style>"
    assert page == protected(page)


@pytest.mark.parametrize(("setting", "found"), [("", False), ("emails: protected", False), ("emails: plain", True)])
def test_a_site_chooses(workspace: Workspace, setting: str, *, found: bool) -> None:
    """Pages of a site have addresses as the site says, whether a byline, a text or a layout prints them."""
    with (workspace.root / "site.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{setting}\n")
    front = "title: A\nslug: a\npublished: 2026-06-01\nauthors: [{name: Ana, email: ana@harbour.example}]"
    workspace.write("content/a.md", f"---\n{front}\n---\nWrite to <tips@harbour.example>.\n")
    workspace.write("layouts/partials/footer.html", '<footer id="site-footer">desk@harbour.example</footer>')
    assert 0 == workspace.build().returncode
    page = workspace.read("2026/06/a/index.html")
    for address in ("ana@harbour.example", "tips@harbour.example", "desk@harbour.example"):
        assert address in dom.words(dom.parsed(page))
        assert found == (address in page)
    assert found == bool(HARVESTED.search(page))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Ask joe@paper.example, or Bo.", "Ask joe [at] paper.example, or Bo."),
        ('<a title="x" href="mailto:joe%40paper.example">Ask <b>Joe</b></a>.', "Ask <b>Joe</b>."),
        ('<a href="MAILTO:joe@paper.example">joe@paper.example</a>', "joe [at] paper.example"),
        ('<img src="/a@b.example" alt="joe@paper.example">', '<img src="/a@b.example" alt="joe [at] paper.example">'),
        ('<a href="https://x.example/?to=a@b.example">x</a>', '<a href="https://x.example/?to=a@b.example">x</a>'),
        ("https://x.example/@ana.b and @ana@social.example", "https://x.example/@ana.b and @ana@social.example"),
        ("3 @ 4, a@b, one@1.2.3", "3 @ 4, a@b, one@1.2.3"),
    ],
)
def test_feeds_spell_addresses(html: str, expected: str) -> None:
    """Those in words; no address of the web, no name in a network."""
    assert expected == spelled_html(html)


@given(USUAL)
def test_a_spelled_address_is_not_found(address: str) -> None:
    """And it can be read."""
    assert None is HARVESTED.search(spelled(f"Ask {address}."))
    assert address == spelled(address).replace(" [at] ", "@")


@pytest.mark.parametrize("setting", ["", "emails: plain\n", "feeds: {email: true}\n"])
def test_addresses_in_the_words_of_feeds(workspace: Workspace, setting: str) -> None:
    """In the text, the summary, a note, of a story and in the feed of corrections: kept, unless the site says else."""
    workspace.write("site.yaml", (workspace.root / "site.yaml").read_text() + setting)
    workspace.write(
        "content/mail.md",
        "---\ntitle: Mail\npublished: 2026-06-12\nsummary: Ask sum@paper.example.\n"
        "corrections: [{date: 2026-06-13, kind: correction, text: Not note@paper.example.}]\n---\n"
        "Ask text@paper.example or [us](mailto:link@paper.example).\n",
    )
    assert 0 == built(workspace.root).status
    for name in ("feed.xml", "atom.xml", "feed.json", "corrections/feed.xml"):
        found = {each.split("@")[0] for each in HARVESTED.findall(workspace.read(name)) if "paper" in each}
        words = {"note"} if name.startswith("corr") else {"sum", "text", "note", "link"}
        assert (words if setting else set()) == found
