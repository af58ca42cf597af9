"""What is suspicious in a layout, found without rendering it."""

from __future__ import annotations

import pytest

from sitegen.errors import Problem
from sitegen.render.lint import layout_problems, referenced_names, unused_layouts
from sitegen.render.sources import LayoutText

CONTENT = "{{ page.content }}"


def found(layout_text: str, name: str = "article.html", /, **more: str) -> list[tuple[int, str, str]]:
    """Line, clause and mend of each problem of *layout_text* as the layout called *name*, beside *more* layouts."""
    texts = {"theme/article.html" if key == "theme" else f"{key}.html": value for key, value in more.items()}
    layout = LayoutText(name, f"layouts/{name}", layout_text)

    def find(wanted: str) -> LayoutText | None:
        return LayoutText(wanted, wanted, texts[wanted]) if wanted in texts else layout if wanted == name else None

    problems = layout_problems(layout, find)
    assert all(problem.where and problem.where.path == f"layouts/{name}" for problem in problems)
    return [(problem.where.line if problem.where else 0, problem.what, problem.fix) for problem in problems]


def test_a_good_layout_has_no_problems() -> None:
    """Quotes, JSON, blocks that exist: nothing to say."""
    assert [] == found(
        '<a href="{{ url("/") }}" class=\'x {{ y }}\'>{{ page.title }}</a>{{ page.content }}'
        "<script type=\"application/ld+json\">{{ data|json }}</script><p title='{{ x|json }}'>a = {{ b }} > c</p>"
        "<!-- <p title={{ z }}> --><script>{% block script %}{% endblock %}{{ super() }}</script>{{ page.x|safe }}"
    )


@pytest.mark.parametrize("text", ["", "  \n\n"])
def test_an_empty_layout(text: str) -> None:
    """An empty file prints nothing: a warning."""
    assert [(1, "the layout is empty, so it prints nothing")] == [problem[:2] for problem in found(text)]


def test_a_partial_may_be_empty_on_purpose() -> None:
    """A comment says that it is meant."""
    assert [] == found("{# no footer here #}", "partials/footer.html")


def test_what_jinja_cannot_read_is_an_error() -> None:
    """Also in a layout that no page uses yet."""
    problem = layout_problems(LayoutText("x.html", "layouts/x.html", "\n{% fro %}"), lambda _name: None)[0]
    assert ("error", "layouts/x.html:2") == (problem.severity, str(problem.where))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{{ page.title|safe }}", "`safe` turns off escaping for `title`"),
        ("{{ article['summary']|upper|safe }}", "`safe` turns off escaping for `summary`"),
        ("{{ image.caption|safe|upper }}", "`safe` turns off escaping for `caption`"),
        ("<img alt={{ page.title }}>", "`alt` has no quotes"),
        ("<img alt = {{ page.title }}>", "`alt` has no quotes"),
        ("<a href=/tags/{{ tag.slug }}/>", "`href` has no quotes"),
        ('<script>var t = "{{ page.title }}";</script>', "inside a script"),
        ('<SCRIPT defer>if (a < b) {{ "x" }}</SCRIPT>', "inside a script"),
        ("<p onclick=\"go('{{ page.title }}')\">", "inside a script"),
        ('<p data-x="{{ page.title|json }}">', "between double quotes"),
        ("{% autoescape false %}{{ page.title }}{% endautoescape %}", "autoescape is turned off"),
    ],
)
def test_places_that_escaping_does_not_protect(text: str, what: str) -> None:
    """Each is a warning with its line."""
    ((line, said, fix),) = found(f"{CONTENT}\n{text}")
    assert 2 == line
    assert what in said
    assert fix


def test_markdown_of_a_text_is_safe() -> None:
    """A filter that makes HTML of the text ends the worry."""
    assert [] == found("{{ author.bio|markdown|safe }}{{ page.content|safe }}{{ site.body(x).html|safe }}")


def test_blocks_that_nobody_shows() -> None:
    """A block that no layout above has a place for."""
    base = "{% block main %}{{ page.content }}{% endblock %}{% block footer %}{% endblock %}"
    child = '{% extends "base.html" %}\n{% block fotoer %}x{% endblock %}'
    assert [(2, "no layout above has a block `fotoer`, so this one is never shown", "did you mean `footer`?")] == found(
        child, base=base
    )
    assert [] == found(
        '{% extends "mid.html" %}{% block footer %}{% endblock %}', mid='{% extends "base.html" %}', base=base
    )


def test_text_outside_of_blocks() -> None:
    """Jinja drops it; we say so, at its line."""
    child = '{% extends "base.html" %}\n\n<p>Lost</p>{% block main %}{{ page.content }}{% endblock %}'
    ((line, what, _),) = found(child, base="{% block main %}{% endblock %}")
    assert (3, "this is outside of every block, so it is never shown") == (line, what)


@pytest.mark.parametrize(
    "text",
    [
        '{% extends "base.html" %}',
        '{% extends "base.html" %}{% block main %}x{{ super() }}{% endblock %}',
        '{% extends "base.html" %}{% block title %}x{% endblock %}',
        '{% include "text.html" %}',
        "{% include page.kind %}",
        "{{ page['content'] }}",
        "{{ site.body(article.path).html|safe }}",
        "{% if x %}{% for y in z %}{{ page.content|safe }}{% endfor %}{% endif %}",
    ],
)
def test_the_text_of_the_story_is_printed(text: str) -> None:
    """Directly, from above, from an include: it is there."""
    base = "{% block title %}{% endblock %}{% block main %}{{ page.content }}{% endblock %}"
    assert [] == found(text, base=base, text="{{ page.content }}")


@pytest.mark.parametrize(
    "text",
    ["<p>x</p>", '{% extends "base.html" %}{% block main %}x{% endblock %}', '{% include "other.html" %}'],
)
def test_the_text_of_the_story_is_missing(text: str) -> None:
    """A layout that fills the block of the text with something else, and one without it."""
    problems = found(text, base="{% block main %}{{ page.content }}{% endblock %}", other="x")
    assert ["the layout never prints the text of the page"] == [what for _, what, _ in problems]
    assert [] == found("<p>x</p>", "home.html")


def test_names_that_a_layout_uses() -> None:
    """Extended, included, imported; None for what only rendering knows."""
    text = '{% extends "a.html" %}{% include ["b.html", "c.html"] %}{% import "d.html" as d %}{% include x %}'
    assert ("a.html", "b.html", "c.html", "d.html", None) == referenced_names(LayoutText("x", "x", text))
    assert () == referenced_names(LayoutText("x", "x", "{% if"))


def test_layouts_that_nothing_uses() -> None:
    """A slip in a name leaves the theme's layout in place, which nobody notices."""
    own = [(name, f"layouts/{name}") for name in ("artcile.html", "article.html", "my.html", "x.html", "words/fr.json")]
    problems = unused_layouts(own, ["article.html", "home.html"], ["x.html"], ["my.html"])
    assert ["layouts/artcile.html: warning: nothing uses this layout; did you mean `article.html`?"] == [
        *map(str, problems)
    ]
    assert () == unused_layouts(own, [], ["x.html", None], [])
    assert isinstance(problems[0], Problem)
