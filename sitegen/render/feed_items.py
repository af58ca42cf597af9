"""What feeds say of a story, asked of the site."""

from __future__ import annotations

import mimetypes
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sitegen.render.feeds import Entry, furniture, item
from sitegen.render.live import whole_html
from sitegen.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.model.article import Article
    from sitegen.plan import Planned

# Not the machine's own table, which differs between machines.
_TYPES: Final = mimetypes.MimeTypes(filenames=())


def item_of(site: Planned, path: str, word: Callable[..., str]) -> str:
    """The item of the story at *path* in every feed that has it; *word* answers with words of the interface."""
    from sitegen.content.markdown import feed_html  # loads markdown-it
    from sitegen.render.dates import date_text  # Babel, which is slow to import

    story, settings = site.article(path), site.settings()
    day = partial(date_text, lang=story.lang, dates=settings.dates, part="day")
    moment = partial(date_text, lang=story.lang, dates=settings.dates)
    url, kind, length = _picture(site, story)
    entry = Entry(
        article=story,
        furniture=furniture(story, partial(word, story.lang), day),
        html=feed_html(whole_html(site.body(path), moment), absolute(settings.url, story.url)),
        summary=site.standfirst(path),
        image_url=url,
        image_type=kind,
        image_length=length,
    )
    return item(entry, settings.url, settings.lang, show_email=settings.feeds.email)


def _picture(site: Planned, story: Article) -> tuple[str, str, int]:
    """The lead picture's absolute URL, its media type, its length in bytes; unknown ones are ``""`` and 0."""
    if not story.image:
        return "", "", 0
    src = site.picture(story.path, story.image.src)
    if urlsplit(src).scheme:
        return src, "", 0
    beside = {attachment.url: attachment.source for attachment in site.attachments(story.path)}
    size = site.sent(beside.get(src) or f"{site.setting('static')}{src}").size
    kind = _TYPES.guess_type(src)[0] or ""
    return absolute(str(site.setting("url")), src), kind, size
