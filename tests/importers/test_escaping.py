"""Words of a wire are shown as they were sent, whatever they look like to Markdown."""

from __future__ import annotations

from html import escape
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sitegen.content.markdown import render
from sitegen.content.references import Link
from sitegen.errors import Location, Problems
from sitegen.importers.bodies import blocks
from sitegen.importers.escaping import escaped, heading, paragraph, printable
from sitegen.importers.markup import read_html
from sitegen.model.settings import Markdown
from support import dom

MARKS: Final = st.sampled_from(
    [
        *(
            "#",
            "##",
            "# ",
            "1.",
            "1) ",
            "12345678. ",
            "- ",
            "-",
            "--",
            "---",
            "+ ",
            "* ",
            "***",
            "_",
            "__",
            "_a_",
            "*a*",
            "**",
        ),
        *(
            "=",
            "===",
            "> ",
            ">",
            "|",
            "| a | b |",
            "|---|---|",
            "---|---",
            ":-:",
            ": ",
            ":::",
            "::: factbox",
            "~",
            "~~",
            "~~~",
        ),
        *(
            "`",
            "```",
            "``` x",
            "\\",
            "\\\\",
            "[",
            "]",
            "[a]",
            "[a](b)",
            "[a]: http://b.example",
            "[^1]",
            "[^1]: note",
            "^[n]",
        ),
        *(
            "![a](b.png)",
            "!",
            "^",
            "{#id}",
            "{.c}",
            "{lang=de}",
            "{",
            "}",
            "[a]{lang=de}",
            "<b>",
            "</b>",
            "<!--",
            "-->",
        ),
        *(
            "<script>",
            "</script>",
            "<https://a.example>",
            "<",
            ">",
            "&",
            "&amp;",
            "&lt;",
            "&#35;",
            "&copy",
            "&nbsp;",
            "<?php",
        ),
        *(
            "{{ x }}",
            "{% y %}",
            "    code",
            "\t",
            "  ",
            "\u00a0",
            "www.a.example",
            "a@b.example",
            "https://a.example/_b_*c*",
        ),
        *(
            "한국",
            "**“안",
            "”**라고",
            "é",
            "🎉",
            "العربية",
            "a",
            "b c",
            "0",
            "<<<<<<< HEAD",
            "=======",
            ">>>>>>> x",
            "<o:p>",
        ),
    ]
)
PLAIN: Final = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"]), max_size=5)
WORDS: Final = st.lists(MARKS | PLAIN, max_size=6).map("".join) | st.lists(MARKS | PLAIN, max_size=6).map(" ".join)
LINES: Final = st.lists(WORDS, min_size=1, max_size=5)
TYPESET: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "--", "—": "---"})


class Nothing:
    """A site that has nothing to link to."""

    def link(self, _target: str, _where: Location, *, pasted: bool = False) -> Link:
        """No link is asked for unless words became one."""
        return Link("", text_only=not pasted)

    def picture(self, src: str, _where: Location, *, pasted: bool = False) -> str:
        """As for links."""
        return src if pasted else ""

    def picture_size(self, _src: str) -> tuple[int, int]:
        """Not known."""
        return 0, 0

    def leads_to_held(self, _path: str, _where: Location) -> bool:
        """Nothing is held."""
        return False


def shown(markdown: str, html: str = "safe") -> tuple[str, list[str], list[str]]:
    """The words that readers see of *markdown*, the elements that they are in, and what is told of it."""
    problems = Problems()
    site = Markdown(html="none" if html == "none" else "safe")
    body = render(markdown, 1, "content/a.md", "en", site, "https://wire.example", Nothing(), problems)
    root = dom.parsed(f"<main>{body.html}</main>")
    main = dom.one(root, "main")
    return (
        said(" ".join(main.itertext())),
        [each.tag for each in main.iter()][1:],
        [str(each) for each in problems.found],
    )


def said(text: str) -> str:
    """*text* as it is compared: without white space, which the ends of lines are, and with marks as they are typed."""
    return "".join(printable(text).split()).translate(TYPESET)


@settings(max_examples=300, deadline=None)
@given(LINES, st.booleans())
@example(["a", "---"], False)  # noqa: FBT003 - as hypothesis has it
@example(["a|b", "-|-"], False)  # noqa: FBT003
@example(["term", ": what it is"], False)  # noqa: FBT003
@example(["{#id}", "words"], False)  # noqa: FBT003
@example(["\\"], True)  # noqa: FBT003
def test_lines_are_one_paragraph_of_just_these_words(lines: list[str], broken: bool) -> None:  # noqa: FBT001
    """Nothing in plain text becomes an element, vanishes, or is told as a slip of Markdown."""
    markdown = paragraph((escaped(printable(line)) for line in lines), broken=broken)
    words, elements, problems = shown(markdown)
    assert said("".join(lines)) == words
    assert set(elements) <= {"p", "br"}
    assert [] == problems


@settings(max_examples=100, deadline=None)
@given(WORDS)
@example("Words {#id}")
@example("Words ##")
def test_a_heading_has_just_these_words(words: str) -> None:
    """Also the attributes and the hashes that a heading may end with are words."""
    found, elements, problems = shown(heading(escaped(printable(words)), 2))
    assert said(words) == found
    assert set(elements) <= {"h2"}
    assert [] == problems


def inline(depth: int) -> st.SearchStrategy[str]:
    """Words in HTML, with emphasis and links."""
    words = WORDS.map(lambda text: escape(printable(text)))
    if not depth:
        return words
    inner = inline(depth - 1)
    tags = st.sampled_from(
        ("em", "strong", "i", "b", "span", "person", 'a href="https://a.example/b_(c)?d=1&amp;copy=2"')
    )
    element = st.tuples(tags, inner).map(lambda made: f"<{made[0]}>{made[1]}</{made[0].split()[0]}>")
    return st.lists(words | element, max_size=3).map("".join)


def documents() -> st.SearchStrategy[str]:
    """Bodies in HTML: paragraphs, headings, lists, quotes, tables."""
    words = inline(2)
    paragraphs = words.map(lambda made: f"<p>{made}</p>")
    block = paragraphs | st.tuples(st.sampled_from(("h2", "h3")), words).map(
        lambda made: f"<{made[0]}>{made[1]}</{made[0]}>"
    )
    items = st.lists(words | paragraphs, min_size=1, max_size=3).map(
        lambda made: "".join(f"<li>{each}</li>" for each in made)
    )
    lists = st.tuples(st.sampled_from(("ul", "ol")), items).map(lambda made: f"<{made[0]}>{made[1]}</{made[0]}>")
    quotes = st.lists(block | lists, min_size=1, max_size=2).map(
        lambda made: f"<blockquote>{''.join(made)}</blockquote>"
    )
    rows = st.lists(st.lists(words, min_size=2, max_size=2), min_size=1, max_size=3)
    tables = rows.map(
        lambda made: (
            "<table>"
            + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in made)
            + "</table>"
        )
    )
    return st.lists(block | lists | quotes | tables | words, max_size=4).map("".join)


@settings(max_examples=150, deadline=None)
@given(documents())
@example("<p>Wow!<a href='https://a.example'>b</a> and^<a href='https://a.example'>c</a></p>")
@example("<p><em>a</em><em>b</em><b>c</b></p>")
@example("<p><em>a</em><em><em>b</em></em></p>")
@example("<ul><li># a</li><li>- b<br>1. c</li></ul>")
def test_marked_up_text_keeps_its_words(html: str) -> None:
    """Whatever HTML a wire sends, its words are all there and no others."""
    found, _, problems = shown("\n\n".join(blocks(read_html(html, Location("x")), Problems())))
    expected = dom.parsed(f"<main>{html}</main>")
    assert said("".join(dom.one(expected, "main").itertext())) == found
    assert [] == problems


def test_marked_up_text_keeps_its_marks() -> None:
    """Emphasis, links, lists, quotes and tables are still such."""
    html = (
        "<h1>Head</h1><p>A <em>quiet</em> and <b>loud</b> <a href='https://a.example/?b=1&amp;c=2'>link</a>.<br>Then</p>"
        "<ul><li>one</li><li><p>two</p></li></ul><blockquote><p>said</p></blockquote>"
        "<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td></tr></table>"
    )
    markdown = "\n\n".join(blocks(read_html(html, Location("x")), Problems()))
    words, elements, problems = shown(markdown)
    assert "HeadAquietandloudlink.Thenonetwosaidab|c1" == words
    assert {"h2", "em", "strong", "a", "br", "ul", "li", "blockquote", "table", "th", "td"} <= set(elements)
    assert "(https://a.example/?b=1\\&c=2)" in markdown
    assert [] == problems
