"""Markdown as newsrooms write it: what becomes of it, and what is told."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from sitegen.content.markdown import (
    anchors,
    feed_html,
    first_paragraph,
    inline,
    render,
    words,
)
from sitegen.content.markdown.addresses import Unresolved
from sitegen.content.markdown.chains import Chain
from sitegen.content.references import Link
from sitegen.errors import Location, Problem, Problems
from sitegen.model.article import Body, Heading
from sitegen.model.settings import Html, Markdown

FIXTURES = Path(__file__).parent / "fixtures"
SITE = "https://wire.example/news"
PAGE = "https://wire.example/news/2026/06/ferry/"


class Shelf:
    """A site with one other story, ``b.md``, and with every picture."""

    def __init__(self) -> None:
        """Nothing has been asked yet."""
        self.asked: list[tuple[str, Location]] = []
        self.pasted: list[str] = []

    def link(self, target: str, where: Location, *, pasted: bool = False) -> Link:
        """The other story; anything else is not there."""
        self.asked.append((target, where))
        self.pasted += [target] if pasted else []
        path, _, fragment = target.partition("#")
        url = "/news/2026/06/b/" + (f"#{fragment}" if fragment else "")
        return Link(url) if path == "b.md" else Link("", text_only=True)

    def picture(self, src: str, where: Location, *, pasted: bool = False) -> str:
        """A picture beside the story."""
        self.asked.append((src, where))
        self.pasted += [src] if pasted else []
        return f"/news/2026/06/ferry/{src}"

    def picture_size(self, src: str) -> tuple[int, int]:
        """Known of one picture."""
        return (1200, 800) if src == "wide.jpg" else (0, 0)

    def leads_to_held(self, path: str, where: Location) -> bool:
        """Nothing is held."""
        del path, where
        return False


def rendered(
    text: str, lang: str = "en", html: Html = "safe", first_line: int = 1
) -> tuple[Body, tuple[Problem, ...], Shelf]:
    """*text* as a story of the site, what was wrong with it, and what it asked."""
    shelf, problems = Shelf(), Problems()
    markdown = Markdown(html=html, embeds=("youtube.com", "maps.example"))
    body = render(text, first_line, "a.md", lang, markdown, SITE, shelf, problems)
    return body, tuple(problems.found), shelf


def html_of(text: str, lang: str = "en") -> str:
    """The HTML of *text*."""
    return rendered(text, lang)[0].html


def told(text: str, title: str) -> str:
    """What a fixture expects: the HTML of *text* and below it the messages.

    A title may begin with what is special: ``ko:`` for a language, ``none:`` or ``trusted:`` for ``markdown.html``.
    """
    special = title.partition(":")[0]
    html: Html = special if special in {"none", "trusted"} else "safe"  # type: ignore[assignment]
    lang = special if len(special) == 2 else "en"
    body, found, _ = rendered(text, lang, html)
    lines = [line for line in body.html.splitlines() if line.strip()]
    return "".join(f"{line}\n" for line in [*lines, *map(str, found)])


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        pytest.param(title, text, expected, id=f"{path.stem}:{line}")
        for path in sorted(FIXTURES.glob("*.md"))
        for line, title, text, expected in read_fixture_file(path)
    ],
)
def test_fixture(title: str, text: str, expected: str) -> None:
    """Each case of the fixture files becomes the HTML and the messages that stand below it."""
    assert expected == told(text, title)


def test_places_are_lines_of_the_file() -> None:
    """A link deep in a paragraph, a list or a table is asked for with the line and column where it stands."""
    text = "One\ntwo [b](b.md) three\n\n- item\n  and [c](c.md)\n\n| a |\n|---|\n| [d](d.md) |\n"
    _, _, shelf = rendered(text, first_line=5)
    assert [
        ("b.md", Location("a.md", 6, 5)),
        ("c.md", Location("a.md", 9, 7)),
        ("d.md", Location("a.md", 13, 3)),
    ] == shelf.asked


def test_targets_are_asked_for_as_written() -> None:
    """The site gets what the editor typed, neither encoded nor resolved."""
    _, _, shelf = rendered("[a](<부산 항.md>) ![b](b%20c.png) [root](/about/)")
    assert ["부산 항.md", "b%20c.png", "/about/"] == [target for target, _ in shelf.asked]


def test_what_is_pasted_as_html_is_asked_for_as_such() -> None:
    """The site knows what stands in HTML, as a file that is missing there is no error."""
    text = '[a](a.md) ![x](b.png)\n\n<a href="c.md">c</a> <img src="d.png" srcset="e.png 2x" alt="">\n'
    assert ["c.md", "d.png", "e.png"] == rendered(text)[2].pasted


@pytest.mark.parametrize("address", ["http://[", "//[/x", "https://a.example:port/", "http://\u2100.example/"])
def test_what_cannot_be_an_address_is_told(address: str) -> None:
    """Words alone: an error where somebody typed it, a warning where it was pasted, also of pictures and embeds."""
    for text in (f"[boat]({address})", f"a ![boat]({address})", f"::: embed {address} boat\n:::\n"):
        body, found, _ = rendered(text)
        assert ["error"] == [problem.severity for problem in found], text
        assert re.search(r">[^<>]*boat", body.html)
        assert "href" not in body.html
    for text in (f'<p><a href="{address}">boat</a></p>', f'<p><img src="{address}" alt="boat"></p>'):
        body, found, _ = rendered(text)
        assert ["warning"] == [problem.severity for problem in found], text
        assert re.search(r">boat<", body.html)


def test_a_frame_cannot_be_typed() -> None:
    """Marks that stand for a frame cannot be typed, not even as numbers of characters."""
    embed = "::: embed https://maps.example/1 Map\n:::\n\n"
    for mark in ("&#2;0&#3;", "&#x2;0&#x03", "&#x0002;0&#003;", "&#&#2;2;0&#&#3;3;", "\x020\x03"):
        body, _, _ = rendered(f"{embed}<p>{mark}</p>\n\n<b>{mark}</b>\n")
        assert 1 == body.html.count("<iframe"), mark
    assert "&amp;#2;0&amp;#3;" in html_of("`&#2;0&#3;` <b>x</b>")


def test_ids_in_trusted_html_can_be_linked_to() -> None:
    """They are ids of the text like others: no heading takes one a second time."""
    text = '<h2 id="x">a</h2>\n\n<a name="y">b</a>\n\n[c](#x) [d](#y)\n\n## x\n'
    body, found, _ = rendered(text, html="trusted")
    assert () == found
    assert '<h2 id="x-2">' in body.html
    assert {"x", "y", "x-2"} == set(anchors(text, settings=Markdown(html="trusted")))


def test_anchors_are_the_ids_that_links_may_name() -> None:
    """Headings, notes, given ids and ids in HTML; nothing is asked about other files."""
    text = "## A vote\n\nx[^1] [y]{#z} <i id=old>w</i> [b](b.md)\n\n[^1]: Note.\n"
    assert {"a-vote", "z", "old", "fn1"} == set(anchors(text))


@pytest.mark.parametrize(("lang", "html"), [("ja", "safe"), ("de", "none"), ("fr", "safe")])
def test_anchors_are_the_ids_of_the_page(lang: str, html: Html) -> None:
    """Quotation marks and raw HTML are read for links as they are for the page."""
    text = '## 彼は\'それ\'と "ja"\n\n<div id="x">a</div>\n\n[^1]\n\n[^1]: n\n'
    made = render(text, 1, "a.md", lang, Markdown(html=html), SITE, Unresolved(), Problems())
    ids = set(re.findall(r'<[a-z0-9]+ (?:[^<>]* )?id="([^"]+)"', made.html))
    assert set(anchors(text, lang, Markdown(html=html))) - ids <= {"fnref1"}
    assert {found for found in ids if not found.startswith("fn")} <= set(anchors(text, lang, Markdown(html=html)))


def test_outline_and_styles() -> None:
    """A body tells its headings, and that it needs the style sheet of code."""
    body, _, _ = rendered('## One *two*\n\n### "Three"\n\n```python\nx = 1\n```\n')
    assert (Heading(2, "one-two", "One two"), Heading(3, "three", "“Three”")) == body.outline
    assert ("code",) == body.styles
    assert () == rendered("```\nplain\n```")[0].styles


def test_carriage_returns_do_not_matter() -> None:
    """A file from Windows gives the same bytes."""
    assert html_of("# A\n\nb  \nc\n") == html_of("# A\r\n\r\nb  \r\nc\r\n")


def test_control_characters_are_removed_and_told() -> None:
    """What XML forbids never reaches the output, neither typed nor as an entity, also within HTML."""
    body, found, _ = rendered("a\x0bb\x00c &#1; <b title='&#2;'>&#3;x</b>\n\n<p>&#2;0&#3;</p>\n")
    assert not {chr(code) for code in range(32)} - {"\n"} & set(body.html)
    assert "a bc" in body.html
    assert [Location("a.md", 1, 2), Location("a.md", 1, 4)] == [problem.where for problem in found][:2]


def test_what_is_nested_deeply_stays() -> None:
    """Lists of 14 levels and quotes of 25 are rendered; what is deeper by far is shown as typed, with a warning."""
    lists = "".join(f"{'  ' * level}- level-{level}\n" for level in range(14))
    assert all(f"level-{level}" in html_of(lists) for level in range(14))
    assert 25 == html_of("> " * 25 + "deep").count("<blockquote>")
    body, found, _ = rendered("> - " * 400 + "deep\n\nAfter.\n")
    assert "deep" in body.html
    assert "<p>After.</p>" in body.html
    assert ["warning"] == [problem.severity for problem in found]


def test_first_paragraph() -> None:
    """Neither a heading, a picture, a directive nor a quote."""
    text = "# Title\n\n![alt](a.png)\n\n> Quote\n\n::: factbox\nFact\n:::\n\nThe *first*\nparagraph.\n\nSecond.\n"
    assert "The first paragraph." == first_paragraph(text)
    assert "" == first_paragraph("")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It's a well-known fact -- 1,200 people.", 6),
        ("부산항에 배가 왔다.", 3),
        ("他说不行。", 4),
        ("東京でiPhoneを買う", 7),
        ("", 0),
        ("* * *", 0),
        ('## Title\n\nSome "*words*"[^1] and `code`\n![alt](a.png)\n\n- item\n\n[^1]: Note.\n', 6),
    ],
)
def test_words_are_counted_as_readers_count(text: str, count: int) -> None:
    """Between spaces, without markup, pictures and notes; Han and kana each by themselves."""
    assert count == words(text)


def test_a_line_of_markdown() -> None:
    """A caption has emphasis, links and quotes, no paragraph, and nothing that runs."""
    text = '*Dawn* over "the [port](https://x.example/)" <script>x</script> [j](javascript:x)'
    expected = '<em>Dawn</em> over “the <a href="https://x.example/" rel="external" class="external">port</a>”  j'
    assert expected == inline(text, "en", SITE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[port](/about us/) [b](b.md)", "[port](/about us/) b"),
        ("[port](</about us/>)", '<a href="/news/about%20us/">port</a>'),
        ("![pier](/p.png)", '<img src="/news/p.png" alt="pier" loading="lazy" decoding="async">'),
        ("![pier](p.png)", "pier"),
        ("[port](http://[)", "port"),
    ],
)
def test_a_line_of_markdown_belongs_to_no_file(text: str, expected: str) -> None:
    """A path from the root is below the base of the site; a relative one leads nowhere."""
    assert expected == inline(text, "en", SITE)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("safe", "<b>x</b>y"),
        ("none", '&lt;b onclick="z()"&gt;x&lt;/b&gt;&lt;o:p&gt;y&lt;/o:p&gt;'),
        ("trusted", "<b>x</b>y"),
    ],
)
def test_html_in_a_line_follows_the_settings(html: Html, expected: str) -> None:
    """It is shown as text where a story would show it; it is never trusted."""
    assert expected == inline('<b onclick="z()">x</b><o:p>y</o:p>', "en", SITE, Markdown(html=html))


def test_feeds_have_absolute_addresses_and_nothing_that_runs() -> None:
    """Every attribute with an address; fragments lead to the page; frames become links; classes go."""
    html = (
        '<p class="lead" id="x" onclick="y()">a <a href="b/">b</a> <a href="#fn1">1</a> <q cite="/c">c</q></p>'
        '<img src="p.png" srcset="p.png 1x, /q.png 2x" alt="x"><video poster="v.png" src="v.mp4"></video>'
        "<iframe src='https://maps.example/1' title='Map'>old</iframe><script>x</script><style>y</style>"
        '<form action="/x"><object data="o.swf">o</object></form><p>a&nbsp;b</p>'
    )
    expected = (
        f'<p>a <a href="{PAGE}b/">b</a> <a href="{PAGE}#fn1">1</a> <q cite="https://wire.example/c">c</q></p>'
        f'<img src="{PAGE}p.png" srcset="{PAGE}p.png 1x, https://wire.example/q.png 2x" alt="x">'
        f'<video poster="{PAGE}v.png" src="{PAGE}v.mp4"></video>'
        '<a href="https://maps.example/1">Map</a>oldo<p>a\xa0b</p>'
    )
    assert expected == feed_html(html, PAGE)


@given(
    st.builds(
        "http{}://{}/{}".format,
        st.sampled_from(("", "s")),
        st.sampled_from(("wire.example", "a.b-c.example", "10.0.0.1", "a.b:80")),
        st.text(alphabet="/a.~:?#@!$&()*+,;=%-_", max_size=12),
    )
)
def test_a_complete_address_is_the_same_in_feeds(url: str) -> None:
    """An address that is complete is what a browser on the page would take it for."""
    assert f'<a href="{escape(urljoin(PAGE, url))}">b</a>' == feed_html(f'<a href="{escape(url)}">b</a>', PAGE)


def test_an_embed_is_a_link_in_feeds() -> None:
    """Its frame goes, and the link beside it stays, once."""
    body, _, _ = rendered("::: embed https://maps.example/1 Map\n:::\n")
    assert (
        '<figure>\n<figcaption><p><a href="https://maps.example/1">Map</a></p>\n</figcaption>\n</figure>\n'
        == feed_html(body.html, PAGE)
    )


PIECES = st.sampled_from(
    (
        *("*", "**", "_", "~~", "`", "```", "[", "]", "![", "](u)", "](b.md)", "[^1]", "^[", "{#x}", "{.a}", " ", "--"),
        *(
            "<b>",
            "</b>",
            "<div>",
            "</div>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<!x",
            "<a>",
            "</p>",
            "<td>",
            "...",
        ),
        *("<table>", "<textarea>", "<title>", "<svg>", "<iframe>", "-", ">", "|", ":", '"', "'", "\\", "&amp;", "&#1;"),
        *("word", "부산", "注：", "\x0b", "](javascript:x)", "\n", "\n\n", "\n- ", "\n1. ", "\n> ", "\n    ", "\n# "),
        *("\n---\n", "\n::: factbox ", "\n::: timeline\n", "\n:::\n", "\n|a|b|\n|-|-|\n|", "\n: ", "\n```\n"),
        *("\n[^1]: ", "\n[r]: ", "\n{#y}\n"),
    )
)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_text_becomes_safe_html(text: str) -> None:
    """Whatever an editor types: no crash, nothing that runs, each id once, nothing that XML forbids."""
    body, _, _ = rendered(text)
    ids = [part.partition('"')[0] for part in body.html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    assert "<script" not in body.html
    assert 'href="javascript' not in body.html
    assert not {chr(code) for code in range(32)} - {"\n", "\t"} & set(body.html)
    words(text)
    feed_html(body.html, PAGE)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=150, deadline=None)
def test_a_line_is_led_to_every_rule_that_takes_it(text: str) -> None:
    """A text is read no differently where each line is shown to every rule."""
    led, problems, _ = rendered(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chain, "led", lambda chain, *_: chain.rules)
        assert (led, problems) == rendered(text)[:2]


@given(st.lists(st.sampled_from((*"ab09éß부'\"“. -", "--", "...", "*", "'90s", "\n")), max_size=20).map("".join))
@settings(max_examples=300, deadline=None)
def test_an_apostrophe_within_a_word_is_one_whatever_stands_beside(text: str) -> None:
    """One between letters of ASCII is set at once, and the other marks of its line as if it had been typed so."""
    assert html_of(re.sub("(?<=[a-z0-9])'(?=[a-z0-9])", "’", text)) == html_of(text)


@given(st.lists(PIECES, max_size=15).map("".join))
@settings(max_examples=150, deadline=None)
def test_the_first_paragraph_is_that_of_the_whole_text(text: str) -> None:
    """It is the same below a picture, without words and defined elsewhere, for which the whole text has to be read."""
    assert first_paragraph(f"[z]: z.png\n\n![][z]\n\n***\n\n{text}") == first_paragraph(text)


@given(
    st.lists(
        st.one_of(PIECES.filter(lambda piece: "<" not in piece and "!--" not in piece), st.just(" kept ")), max_size=30
    )
)
@settings(max_examples=150, deadline=None)
def test_no_word_is_lost_in_silence(pieces: list[str]) -> None:
    """Every word is on the page, or a message tells that it is not, or the site was asked about it as an address."""
    text = "".join(pieces)
    body, found, shelf = rendered(text)
    addresses = sum("kept" in target for target, _ in shelf.asked)
    assert found or body.html.count("kept") + addresses >= text.count(" kept ")


LONG = 4000


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "![", "[a](", "[a](<b", "*a **a ", "_*", "a~~", "`a``b", "x <!--", "x <![CDATA[", "<b>", '"a ', "\"a' "),
        *(
            "^[a",
            "[^1]",
            "{.a",
            "- a\n",
            "<!--\n\n",
            "<script>\n\n",
            "::: factbox\n",
            "a\n: b\n",
            "# a\n",
            "> a\n",
            "&",
        ),
        *("a@b.example ", "[a][b", "\x01", "<a b='", "a <script> b "),
    ],
)
def test_time_is_proportional_to_the_text(piece: str) -> None:
    """Four times the text takes about four times as long, and not sixteen."""
    from time import process_time

    def seconds(count: int) -> float:
        start = process_time()
        rendered(piece * count)
        return process_time() - start

    small = min(seconds(LONG // 4) for _ in range(2))
    # The better of two: Python may look for what it can forget meanwhile.
    assert min(seconds(LONG) for _ in range(2)) < 10 * small + 0.2
