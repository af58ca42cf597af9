"""What readers are told of whoever a story was made with: the one line that pages, feeds, JSON-LD and cards have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.article import Article


def partner_line(story: Article, t: Callable[..., str]) -> str:
    """Whom *story* was made with, as plain text: "With the Coast Herald"; ``""`` if it was made alone.

    Of a sponsored story, who paid for it: "Paid for by Rope Co".  A partner's own line stands for either.  *t* answers
    a word of the interface in the language of the story, as ``t`` of layouts does.
    """
    partner = story.partner
    return _line(story, t, partner.line or partner.name) if partner else ""


def partner_html(story: Article, t: Callable[..., str]) -> Markup:
    """`partner_line` as HTML: the name leads to the partner, and does not turn the text around it."""
    partner = story.partner
    if not partner:
        return Markup()
    name = Markup("<bdi>{}</bdi>").format(partner.line or partner.name)
    if partner.url:
        rel = "external sponsored" if story.kind == "sponsored" else "external"
        name = Markup('<a href="{}" rel="{}">{}</a>').format(partner.url, rel, name)
    return Markup(_line(story, t, name))  # noqa: S704 - `name` is escaped, and words around HTML are


def _line(story: Article, t: Callable[..., str], name: str) -> str:
    if story.partner and story.partner.line:
        return name
    return t("paid_for_by" if story.kind == "sponsored" else "with_partner", name=name)
