"""What layouts may ask, and with what."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from sitegen.render.facade import QUESTIONS, SETTINGS

if TYPE_CHECKING:
    from support.workspace import Workspace


def test_a_name_is_a_question_or_a_setting() -> None:
    """No name means two things."""
    assert len(QUESTIONS) == len(set(QUESTIONS))
    assert not set(QUESTIONS) & set(SETTINGS)


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("{{ site.latest(2.0)|length }}", "site.latest asks for a text or a whole number"),
        ("{{ site.latest(true)|length }}", "site.latest asks for a text or a whole number"),
        ("{{ site.latest(99999999999999999999)|length }}", "site.latest asks for a text or a whole number"),
        ("{{ site.by_tag(none)|length }}", "site.by_tag asks for a text or a whole number"),
        ("{{ site.by_tag(site.tags()[0])|length }}", "site.by_tag asks for a text or a whole number"),
        ("{{ page ~ '' }}", "would print the page as Python writes it"),
        ("{{ '%s'|format(site.latest) }}", "would print the question site.latest"),
        ("{{ [site]|join }}", "would print Site as Python writes it"),
        ("{{ asset('../site.yaml') }}", "there is no static file ../site.yaml"),
        ("{{ asset('/etc/hostname') }}", "there is no static file /etc/hostname"),
        ("{{ site.article('nope.md').title }}", "there is no story `nope.md`"),
        ("{{ site.words('content/feri.md') }}", "there is no story `content/feri.md`"),
        ("{{ " + "[" * 100_000 + " }}", "this is nested too deep; put what is inside"),
        ("{{ " + "1" * 5000 + " }}", "a number has thousands of digits; write it as a text"),
        ("{{ '\\ud83d\\ude00' }}", "a text has half of a character (\\ud800 to \\udfff); write the character"),
        ("{{ data['\\ud800'] }}", "a text has half of a character"),
        ("{{ '%c' % 55296 }}", "a text has half of a character"),
        ("{{ '%c'|format(55296) }}", "a text has half of a character"),
    ],
)
def test_what_a_layout_may_not_ask_or_print(workspace: Workspace, layout: str, expected: str) -> None:
    """It is told at the line of the layout, and nothing is published."""
    workspace.write("layouts/partials/footer.html", f'<footer id="site-footer">{layout}</footer>')
    done = workspace.build()
    assert (1, {}) == (done.returncode, workspace.tree())
    assert f"layouts/partials/footer.html:1: error: {expected}" in done.stderr


def test_a_story_that_a_layout_misspells(workspace: Workspace) -> None:
    """The message has the path that was probably meant."""
    workspace.write("layouts/partials/footer.html", "<footer>{{ site.article('ferry.md').title }}</footer>")
    assert "did you mean `content/ferry.md`?" in workspace.build().stderr


@pytest.mark.parametrize("address", ["HTTPS://a.example/x y", "MailTo:desk@a.example"])
def test_an_address_elsewhere_stays_as_it_is(workspace: Workspace, address: str) -> None:
    """Whatever the case of its scheme."""
    workspace.write(
        "layouts/partials/footer.html", f"<footer>{{{{ url('{address}') ~ absolute('{address}') }}}}</footer>"
    )
    assert 0 == workspace.build().returncode
    assert f"<footer>{address}{address}</footer>" in unescape(workspace.read("index.html"))


def test_text_made_by_a_layout_is_text(workspace: Workspace) -> None:
    """What ``{% set %}`` collects is HTML to Jinja, and a plain text to a question; the cache holds."""
    layout = "{% set tag %}harbor{% endset %}{{ site.by_tag(tag)|length }}"
    workspace.write("layouts/partials/footer.html", f'<footer id="site-footer">{layout}</footer>')
    assert 0 == workspace.build().returncode
    assert '<footer id="site-footer">1</footer>' in workspace.read("index.html")
    assert workspace.build().stdout.startswith("0 pages written")
