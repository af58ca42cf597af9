"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), with full text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sitegen.render.feeds import is_web, uri
from sitegen.render.xml import legal, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sitegen.model.article import Correction
    from sitegen.render.feeds import Channel, Entry

_VERSION: Final = "https://jsonfeed.org/version/1.1"
_LONGEST: Final = 250_000
"""Bytes that a feed should not exceed: what readers fetch again and again."""


def json_feed(channel: Channel, items: Iterable[str]) -> bytes:
    """The JSON Feed of *channel*; *items* are as `item` makes them, newest first.

    Where they are too long together, the oldest are left out; the newest is there, however long.
    """
    about = {
        "version": _VERSION,
        "title": channel.title,
        "home_page_url": channel.link,
        "feed_url": channel.self_url,
        "description": channel.description,
        "language": channel.language,
        "authors": [{"name": channel.publisher}] if channel.publisher else None,
        "hubs": [{"type": "WebSub", "url": uri(hub)} for hub in channel.hubs],
    }
    head = _text(_said(about))[:-1]
    held = ",\n".join(_fitting(items, _LONGEST - len(head.encode())))
    return f'{head},"items":[\n{held}\n]}}\n'.encode()


def _fitting(items: Iterable[str], room: int) -> Iterator[str]:
    """The first of *items* that there is room for, in bytes; in any case one."""
    for number, each in enumerate(items):
        room -= len(each.encode()) + 2
        if room < 0 and number:
            return
        yield each


def item(entry: Entry, language: str) -> str:
    """The item of *entry* in any feed in *language*."""
    article, picture = entry.article, entry.picture
    changed = article.modified if article.modified != article.published else None
    said = _said(
        {
            "id": entry.id,
            "url": entry.url,
            "title": article.title,
            "summary": entry.summary,
            "image": uri(picture.url) if picture else "",
            "date_published": timestamp(article.published) if article.published else "",
            "date_modified": timestamp(changed) if changed else "",
            "authors": [_author(credit.name, credit.url) for credit in entry.credits],
            "tags": [tag.title for tag in article.tags],
            "language": article.lang if article.lang != language else "",
            "_news": _news(entry),
        }
    )
    html = json.dumps(legal(entry.content), ensure_ascii=False)
    return f'{_text(said)[:-1]},"content_html":{html}}}'


def _news(entry: Entry) -> dict[str, object]:
    """What a newsroom has to say that JSON Feed has no word for."""
    article, picture = entry.article, entry.picture
    partner, origin = article.partner, article.syndicated
    page = entry.url.partition("#")[0]  # an item of corrections is at its note
    found: dict[str, object] = {
        "kind": article.kind,
        "section": entry.section,
        "dateline": article.dateline,
        "roles": [{"name": credit.name, "role": credit.role} for credit in entry.credits if credit.role],
        "contacts": list(entry.contacts),
        "sponsor" if article.kind == "sponsored" else "partner": _author(partner.name, partner.url)
        if partner
        else None,
        "syndicated_from": _author(origin.name, origin.url) if origin else None,
        "based_on": uri(article.based_on),
        "picture": _said({"alt": picture.alt, "caption": picture.caption, "credit": picture.credit})
        if picture
        else None,
        "corrections": [_correction(note, page) for note in article.corrections],
    }
    return _said(found)


def _correction(note: Correction, url: str) -> dict[str, object]:
    return {"date": timestamp(note.date), "kind": note.kind, "text": note.text, "url": f"{url}#{note.id}"}


def _author(name: str, url: str) -> dict[str, object]:
    return _said({"name": name, "url": uri(url) if is_web(url) else ""})


def _said(fields: Mapping[str, object]) -> dict[str, object]:
    """*fields* without what says nothing."""
    return {key: value for key, value in fields.items() if value}


def _text(fields: Mapping[str, object]) -> str:
    """*fields*, which are plain text, as JSON of one line, without a sign that could be taken for markup."""
    return json.dumps(_legal(fields), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _legal(value: object) -> object:
    """*value* without characters that the formats in XML cannot have: all of them say the same."""
    if isinstance(value, str):
        return legal(value)
    if isinstance(value, dict):
        return {key: _legal(each) for key, each in value.items()}
    return [_legal(each) for each in value] if isinstance(value, list) else value
