"""Layouts: found, rendered, kept within limits, and their mistakes told with file and line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from markupsafe import Markup
from msgspec import Struct

from sitegen.errors import ContentError, LayoutError, Location, Problem
from sitegen.model.article import Article
from sitegen.model.settings import Extra
from sitegen.render.layouts import Layouts, LayoutText, layout_text

if TYPE_CHECKING:
    from collections.abc import Callable


class Page(Struct, frozen=True):
    """The page of these tests."""

    title: str = "Ferry & sons"
    url: str = "/ferry/"
    lang: str = "en"
    content: Markup = Markup("<p>Text</p>")
    slug: str = "ferry"


class Questions:
    """A site that answers questions, and fails one."""

    title = "Harbour Wire"
    lang = "en"

    def latest(self, count: int) -> tuple[str, ...]:
        """Some headlines."""
        return ("One", "Two", "Three")[:count]

    def broken(self) -> str:
        """A question about a story that cannot be read."""
        raise ContentError.at(Location("content/b.md", 2), "title is empty")


ARTICLE = Article(
    path="content/a.md",
    id="a",
    slug="a",
    url="/a/",
    title="A",
    lang="en",
    published=datetime(2026, 6, 10, tzinfo=UTC),
    extra=Extra('{"color": "red", "steps": [1, 2]}'),
)
MAKING = "content/a.md"


def finder(texts: dict[str, str], asked: list[str] | None = None) -> Callable[[str], LayoutText | None]:
    """A question for layouts that answers from *texts*, and keeps what it was *asked*."""

    def find(name: str) -> LayoutText | None:
        if asked is not None:
            asked.append(name)
        path = name if name.startswith("theme/") else f"layouts/{name}"
        return LayoutText(name, path, texts[name]) if name in texts else None

    return find


def layouts(**texts: str) -> Layouts:
    """The layouts *texts*, by name without ``.html``."""
    named = {f"{name}.html": text for name, text in texts.items()}
    return Layouts(finder(named), lambda: named, {"site": Questions()})


def rendered(text: str, **more: str) -> str:
    """What *text* makes as the layout of an article."""
    return layouts(article=text, **more).render("article.html", {"page": Page(), "article": ARTICLE}, MAKING)


def trouble(text: str, **more: str) -> tuple[str, str, str]:
    """Where *text* goes wrong as the layout of an article, what is wrong, and what to do."""
    with pytest.raises(LayoutError) as caught:
        rendered(text, **more)
    (problem,) = caught.value.problems
    return str(problem.where), problem.what, problem.fix


def test_values_are_escaped_whatever_the_file_is_called() -> None:
    """Text is escaped, HTML is not; the name of the layout plays no part."""
    find = finder({"feed.xml.j2": "{{ page.title }}{{ page.content }}"})
    made = Layouts(find, tuple, {}).render("feed.xml.j2", {"page": Page()}, MAKING)
    assert "Ferry &amp; sons<p>Text</p>" == made


def test_questions_are_asked() -> None:
    """A layout calls the questions of the site."""
    assert "One, Two" == rendered("{{ site.latest(2)|join(', ') }}")


def test_extra_is_the_mapping_it_holds() -> None:
    """`extra` is read by its keys, and can be looped over."""
    assert "red 12 color" == rendered(
        "{{ article.extra.color }} {% for n in article.extra['steps'] %}{{ n }}{% endfor %}"
        " {% for key in article.extra if key == 'color' %}{{ key }}{% endfor %}"
    )


def test_templates_in_content_are_text() -> None:
    """What editors type is never run."""
    page = Page(title="{{ 1300+37 }}")
    assert "{{ 1300+37 }}" == layouts(article="{{ page.title }}").render("article.html", {"page": page}, MAKING)


def test_every_page_asks_for_all_its_layouts() -> None:
    """A layout that is compiled already is asked for again, so that each page records it, imports included."""
    asked: list[str] = []
    texts = {
        "article.html": '{% extends "base.html" %}{% block main %}{% include "card.html" %}{% endblock %}',
        "base.html": '{% import "macros.html" as m %}{{ m.x() }}{% block main %}{% endblock %}',
        "card.html": "card",
        "macros.html": "{% macro x() %}x{% endmacro %}",
    }
    made = Layouts(finder(texts, asked), tuple, {})
    for _ in range(2):
        asked.clear()
        assert "xcard" == made.render("article.html", {}, MAKING)
        assert sorted(texts) == sorted(set(asked))


def test_a_changed_layout_is_read_again() -> None:
    """The same Layouts sees a new text."""
    texts = {"article.html": "old"}
    made = Layouts(finder(texts), tuple, {})
    assert "old" == made.render("article.html", {}, MAKING)
    texts["article.html"] = "new"
    assert "new" == made.render("article.html", {}, MAKING)


def test_imports_know_the_page_and_ask_anew_for_each() -> None:
    """Jinja keeps imported layouts as they were for the first page; here their first lines run for every page."""
    texts = {"a.html": '{% import "m.html" as m %}{{ m.title }}', "m.html": "{% set title = page.title %}"}
    made = Layouts(finder(texts), tuple, {})
    assert "One" == made.render("a.html", {"page": Page(title="One")}, "/1/")
    assert "Two" == made.render("a.html", {"page": Page(title="Two")}, "/2/")


def test_words_follow_the_page() -> None:
    """`t` answers in the language of the page, also in macros; a site's words win over the theme's."""
    texts = {
        "a.html": '{% import "m.html" as m %}{{ m.x() }}',
        "m.html": '{% macro x() %}{{ t("published") }} {{ t("n_stories", n=2) }} {{ t("home") }}{% endmacro %}',
        "theme/words/en.json": '{"published": "Published", "n_stories.other": "{n} stories", "home": "Home"}',
        "theme/words/ko.json": '{"published": "입력", "n_stories.other": "기사 {n}건"}',
        "words/ko.json": '{"published": "등록"}',
    }
    made = Layouts(finder(texts), tuple, {})
    assert "등록 기사 2건 Home" == made.render("a.html", {"page": Page(lang="ko-KR")}, MAKING)
    assert "Published 2 stories Home" == made.render("a.html", {"page": Page()}, MAKING)


def test_words_are_asked_for_by_every_page() -> None:
    """The words a page prints are among what it records."""
    asked: list[str] = []
    find = finder({"a.html": '{{ t("home") }}', "theme/words/en.json": '{"home": "Home"}'}, asked)
    made = Layouts(find, tuple, {})
    for _ in range(2):
        asked.clear()
        assert "Home" == made.render("a.html", {}, MAKING)
        assert {"theme/words/en.json", "words/en.json"} <= set(asked)


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        ("\n{% fro x in [1] %}{% endfor %}", 2, "there is no tag `fro`", "did you mean `for`?"),
        ("{% if page %}\n\n{% endfor %}", 3, "`endfor` closes nothing here", "write {% endif %} first"),
        ("{% for x in [1] %}\n{{ x }}", 2, "unexpected end of template", "write {% endfor %} first"),
        ("{{ page.title|dat }}", 1, "there is no filter `dat`", "did you mean `date`?"),
        ("{% if page %}{{ page.title|dat }}{% endif %}", 1, "there is no filter `dat`", "did you mean `date`?"),
        ("{{ 1 if page is defind }}", 1, "there is no test `defind`", "did you mean `defined`?"),
        ("a\n{{ pgae.title }}", 2, "nothing is called `pgae` here", "did you mean `page`?"),
        ("a\n{{ page.tilte }}", 2, "Page has no `tilte`", "did you mean `title`?"),
        ("{{ site.lastest(3) }}", 1, "Questions has no `lastest`", "did you mean `latest`?"),
        ("{{ article.image.src }}", 1, "`src` is asked of something that is empty", "if"),
        ("{{ article.extra.colour }}", 1, "this mapping has no `colour`", "did you mean `color`?"),
        ("{{ site.latest(1)[3] }}", 1, "this list has no item 3", "length"),
        ("{% for story in [] %}{% endfor %}{{ zzz }}", 1, "`zzz`", "the names here are: article, page, site"),
        ("{{ now() }}", 1, "`now`", "no clock"),
        ("{{ env.PATH }}", 1, "`env`", "machine"),
        ("\n\n{{ article.updated }}", 3, "would print `None`", "if"),
        ("{{ site.latest }}", 1, "would print a function", "parentheses"),
        ("{{ article }}", 1, "would print Article", "one of its fields"),
        ("{{ article.tags }}", 1, "would print this list", "loop"),
        ("{{ site.latest() }}", 1, "missing 1 required positional argument", ""),
        ("{{ 1 / 0 }}", 1, "division by zero", ""),
        ("{{ page.title() }}", 1, "not callable", ""),
        ("{{ t('hmoe') }}", 1, "there is no word `hmoe`", "words/en.json"),
        ("{{ article.published|date('dya') }}", 1, "no form `dya`", "did you mean `day`?"),
        ("{{ article.updated|date }}", 1, "needs a date and time, not nothing", "if"),
        ("{{ page.title|iso }}", 1, "needs a date and time, not this text", "article.published"),
        ("{{ pgae|json }}", 1, "nothing is called `pgae` here", "did you mean `page`?"),
        ('\n<p {{ {"x onmouseover=alert(1)//": "y"}|xmlattr }}></p>', 2, "invalid character in attribute name", ""),
        ("  \n", 1, "makes an empty page", "theme"),
    ],
)
def test_mistakes_are_told_with_line_and_mend(text: str, line: int, what: str, fix: str) -> None:
    """A mistake names the layout, the line and what to do."""
    where, said, mend = trouble(text)
    assert f"layouts/article.html:{line}" == where
    assert what.lower() in said.lower()
    assert fix in mend


def test_the_page_being_made_is_named() -> None:
    """A mistake that shows with one story names that story."""
    assert "nothing is called `pgae` here (making content/a.md)" == trouble("{{ pgae }}")[1]


def test_a_mistake_in_a_partial_names_the_way_to_it() -> None:
    """The line is that of the partial; the layout that includes it is named too."""
    where, what, _ = trouble('<p>\n{% include "card.html" %}', card="<p>\n\n{{ stroy }}")
    assert "layouts/card.html:3" == where
    assert "by way of layouts/article.html:2" in what


def test_line_numbers_hold_in_blocks_and_loops() -> None:
    """The line is that of the expression, also deep inside."""
    text = (
        '{% extends "base.html" %}\n{% block main %}{% for x in [1] %}\n\n{{ nothing_here }}{% endfor %}{% endblock %}'
    )
    where, _, _ = trouble(text, base="<main>{% block main %}{% endblock %}</main>")
    assert "layouts/article.html:4" == where


@pytest.mark.parametrize(
    "name", ["../../../../etc/passwd", "/etc/passwd", "./card.html", "a//b.html", "..\\\\card.html"]
)
def test_layouts_stay_in_their_folder(name: str) -> None:
    """A name that leaves the folder is not found, and nobody is asked for it."""
    where, what, fix = trouble(f'\n{{% include "{name}" %}}')
    assert "layouts/article.html:2" == where
    assert "there is no layout" in what
    assert "stays inside" in fix


def test_a_layout_that_is_missing() -> None:
    """A name near another one asks whether that was meant."""
    assert "did you mean `card.html`?" == trouble('{% include "crad.html" %}', card="x")[2]
    assert "layouts/article.html:1" == trouble('{% import "os" as os %}')[0]


def test_a_layout_that_front_matter_names_is_missing() -> None:
    """With no layout to point at, the story is."""
    with pytest.raises(LayoutError) as caught:
        layouts(article="x").render("artcile.html", {}, MAKING)
    assert MAKING == str(caught.value.problems[0].where)
    assert "did you mean `article.html`?" == caught.value.problems[0].fix


def test_missing_layouts_may_be_ignored() -> None:
    """Jinja's own way to say that a layout may be missing works."""
    assert "ab" == rendered('a{% include "none.html" ignore missing %}b')


def test_layouts_that_extend_each_other() -> None:
    """A circle is told at the tag that closes it, whatever follows."""
    where, what, fix = trouble('\n{% extends "article.html" %}\n{% set x = 1 %}\n{% block x %}{% endblock %}')
    assert "layouts/article.html:2" == where
    assert "in a circle: article.html > article.html" in what
    assert 'to build on the layout of the theme, name it "theme/article.html"' == fix


def test_layouts_that_include_each_other() -> None:
    """A circle of includes is told at the tag, with the names in order."""
    where, what, _ = trouble('\n{% include "a.html" %}', a='{% include "b.html" %}', b='\n{% include "a.html" %}')
    circles = ("a.html > b.html > a.html", "b.html > a.html > b.html")
    assert what.endswith(tuple(f"in a circle: {circle} (making content/a.md)" for circle in circles))
    assert where in {"layouts/a.html:1", "layouts/b.html:2"}


def test_a_macro_that_never_ends() -> None:
    """Endless recursion is an error of the layout."""
    where, what, _ = trouble("{% macro x() %}\n{{ x() }}{% endmacro %}{{ x() }}")
    assert "layouts/article.html:2" == where
    assert "calls itself without end" in what


def test_layouts_may_include_themselves_while_they_end() -> None:
    """A tree of comments is drawn by a layout that includes itself."""
    tree: dict[str, object] = {"children": [{"children": [{"children": []}]}]}
    text = '({% for node in node.children %}{% include "tree.html" %}{% endfor %})'
    assert "((()))" == layouts(tree=text).render("tree.html", {"node": tree}, MAKING)


@pytest.mark.parametrize(
    "text",
    [
        '{{ cycler.__init__.__globals__.os.popen("touch /tmp/pwned").read() }}',
        '{{ ("{0.__class__.__init__}"|attr("format"))(cycler) }}',
        '{{ "{0.__class__}".format(page) }}',
        '{{ "{0.__class__}".format_map({"0": page}) }}',
        "{{ page.__class__ }}",
        "{{ page['__class__'] }}",
        "{{ page|attr('__class__') }}",
        "{{ site.latest.__self__ }}",
        "{{ article.published.now() }}",
        "{{ article.published.astimezone() }}",
        "{{ article.published.strftime('%s') }}",
        "{{ [page]|map(attribute='__class__')|list }}",
        "{{ article.extra.update({'a': 1}) }}",
        "{{ lipsum() }}",
        "{{ [1, 2]|random }}",
        '{{ "a" * 10**9 }}',
        "{{ 10**9 * 'a' }}",
        "{{ 9**99999 }}",
        "{{ [0] * 10**9 }}",
        '{{ "%1000000000d" % 1 }}',
        '{{ "%*d" % (1000000000, 1) }}',
        '{{ "%1000000000d"|format(1) }}',
        '{{ "a".ljust(10**9) }}',
        "{{ (1).to_bytes(10**9) }}",
        "{% for x in range(10**9) %}{% endfor %}",
    ],
)
def test_layouts_reach_data_only(text: str) -> None:
    """Python, the machine, the clock, chance and texts of any size are out of reach."""
    assert "layouts/article.html:2" == trouble("\n" + text)[0]


def test_a_page_has_a_limit() -> None:
    """A page that grows beyond the limit is stopped, at the line that makes it grow."""
    where, what, _ = trouble('\n{% for x in range(1000) %}\n{{ "a" * 100000 }}{% endfor %}')
    assert "layouts/article.html:3" == where
    assert "grows beyond 20,000,000 characters" in what
    after = "\n{{ page.title }}" * 9
    where, _, _ = trouble('{% for x in range(21) %}{{ "a" * 960000 }}\n{% endfor %}' + after)
    assert "layouts/article.html:1" == where


def test_ordinary_operators_work() -> None:
    """Limits do not get in the way of arithmetic and short texts."""
    assert "6 8 ababab 50% 1.5 [x]" == rendered(
        '{{ 2 * 3 }} {{ 2**3 }} {{ "ab" * 3 }} {{ "%d%%" % 50 }} {{ 1 + 0.5 }} {{ "[%s]"|format("x") }}'
    )


def test_errors_of_questions_pass_through() -> None:
    """A story that cannot be read is told as such, not as a mistake of the layout that asked."""
    with pytest.raises(ContentError) as caught:
        rendered("{{ site.broken() }}")
    assert "content/b.md:2" == str(caught.value.problems[0].where)


def test_a_layout_works_after_another_failed() -> None:
    """A failure leaves nothing behind."""
    made = layouts(bad='{% include "bad.html" %}', good="fine")
    for _ in range(3):
        with pytest.raises(LayoutError):
            made.render("bad.html", {}, MAKING)
        assert "fine" == made.render("good.html", {}, MAKING)


def test_a_layout_that_cannot_be_read_says_the_same_for_every_page() -> None:
    """So that it is told once."""
    made = layouts(article="{% if %}")
    problems: list[Problem] = []
    for making in ("content/a.md", "content/b.md"):
        with pytest.raises(LayoutError) as caught:
            made.render("article.html", {}, making)
        problems += caught.value.problems
    assert problems[0] == problems[1]


def test_bytes_become_text() -> None:
    """A mark of byte order and Windows' line ends are taken off; other encodings are refused, with the line."""
    assert "a\nb" == layout_text("x.html", "layouts/x.html", b"\xef\xbb\xbfa\r\nb").text
    with pytest.raises(LayoutError) as caught:
        layout_text("x.html", "layouts/x.html", b"a\n\xe9")
    assert "layouts/x.html:2" == str(caught.value.problems[0].where)


def test_layouts_run_deep_but_not_without_end() -> None:
    """Limits are for circles: a chain of layouts works, and its depth does not add up over a page."""
    chain = {f"l{n}": f'{{% extends "l{n + 1}.html" %}}' for n in range(20)}
    assert "end" == layouts(**chain, l20="end").render("l0.html", {}, MAKING)
    many = "{% for n in range(200) %}{% include 'card.html' %}{% endfor %}"
    assert 200 == len(rendered(many, card="x"))


def test_loops_macros_and_blocks_keep_their_helpers() -> None:
    """What Jinja gives to layouts is not taken away by the sandbox."""
    text = (
        "{% for x in 'ab' %}{{ loop.index }}{{ loop.last }}{{ loop.cycle('o', 'e') }}{% endfor %}"
        "{% macro m(x) %}{{ x }}{{ caller() }}{% endmacro %}{% call m('y') %}z{% endcall %}"
        "{% set ns = namespace(n=1) %}{% set ns.n = 2 %}{{ ns.n }}{{ dict(a=1).get('a') }}"
        "{{ 'a b'.split()|length }}{{ article.published.year }}"
        "{% for k, v in article.extra.items() %}{{ k }}{% endfor %}"
    )
    assert "1Falseo2Truee" + "yz" + "21" + "22026colorsteps" == rendered(text)
