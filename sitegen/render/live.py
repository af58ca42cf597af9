"""A live story outside of its own page: its entries in feeds, and as search engines read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sitegen.content.clusters import first_words
from sitegen.render.dates import iso_text
from sitegen.render.xml import attribute, escaped

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sitegen.model.article import Article, Body, Update

# What is no word of the entry: the mark of a note, and who made a picture.
_MARKS: Final = re.compile(r'<sup class="footnote-ref">.*?</sup>|<span class="credit">.*?</span>', re.DOTALL)
_HEADLINE: Final = 12  # words, for an entry without a title


def live_properties(article: Article, body: Body, url: str) -> dict[str, object]:
    """What makes the structured data of *article*, whose full address is *url*, that of a live story; else nothing.

    Times of coverage and the entries that readers may see, newest first (https://schema.org/LiveBlogPosting).  A
    LiveBlogPosting is no NewsArticle by itself, so it is said to be both.
    """
    if article.kind != "live" or article.retracted:
        return {}
    starts = [*filter(None, (article.published,)), *(update.at for update in body.updates)]
    found: dict[str, object] = {"@type": ["NewsArticle", "LiveBlogPosting"]}
    if starts:
        found["coverageStartTime"] = iso_text(min(starts))
    if article.closed:
        found["coverageEndTime"] = iso_text(article.closed)
    if body.updates:
        found["liveBlogUpdate"] = [_posting(update, url) for update in body.updates]
    return found


def _posting(update: Update, url: str) -> dict[str, object]:
    """An entry as search engines read it."""
    from sitegen.render.filters import plain  # loads Jinja

    text = plain(_MARKS.sub("", update.html))
    return {
        "@type": "BlogPosting",
        "headline": update.title or first_words(text, _HEADLINE),
        "datePublished": iso_text(update.at),
        "articleBody": text,
        "url": f"{url}#{update.id}",
    }


def whole_html(body: Body, moment: Callable[[datetime], str]) -> str:
    """All of a text as one piece of HTML, for readers that know no layout: its entries under their times and titles."""
    if not body.updates:
        return body.html + body.after
    entries = (f"<h2>{_headed(update, moment)}</h2>\n{update.html}" for update in body.updates)
    return "\n".join((body.html, *entries, body.after))


def _headed(update: Update, moment: Callable[[datetime], str]) -> str:
    """The time and the title of an entry; the time leads to it."""
    at = f'<time datetime="{attribute(iso_text(update.at))}">{escaped(moment(update.at))}</time>'
    return f'<a href="#{attribute(update.id)}">{at}</a> {escaped(update.title)}'.rstrip()
