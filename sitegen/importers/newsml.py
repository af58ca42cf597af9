"""NewsML-G2 (IPTC, 2.x: https://iptc.org/std/NewsML-G2/guidelines/): news items, alone or in a message.

The text of an item is NITF or XHTML within the XML, or plain text.  Data of the item come before those of its text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from sitegen.errors import ContentError
from sitegen.importers.bodies import blocks
from sitegen.importers.bylines import Byline, credit, read_byline
from sitegen.importers.copy import Copy
from sitegen.importers.markup import read_html
from sitegen.importers.nitf import read_nitf
from sitegen.importers.plain import text_blocks
from sitegen.importers.times import told_moment

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.errors import Problems
    from sitegen.importers.markup import Element

_OTHER_ITEMS: Final = frozenset(
    ("packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem", "hopHistory")
)
# What front matter has no key for, and an editor should know.
_TOLD: Final = {
    ("itemMeta", "edNote"): "a note to editors",
    ("rightsInfo", "usageTerms"): "terms of use",
    ("rightsInfo", "copyrightNotice"): "a notice of rights",
    ("contentMeta", "creditline"): "a credit line",
}


def read_newsml(root: Element, zone: ZoneInfo, problems: Problems) -> tuple[Copy, ...]:
    """The stories in the element `newsItem` or `newsMessage`; items that are no text are told."""
    found = [root] if root.name == "newsItem" else [item for part in root.all("itemSet") for item in part.elements()]
    stories = []
    for item in found:
        kind = item.first("itemMeta", "itemClass")
        nature = kind.get("qcode").rpartition(":")[2] or kind.get("uri").rpartition("/")[2] if kind else ""
        if item.name != "newsItem" or nature not in {"text", "composite", ""}:
            called = nature if item.name == "newsItem" else item.name
            problems.warning(item.where, f"an item of the kind `{called}` was left out", "only stories are imported")
        elif (story := _item(item, zone, problems)) is not None:
            stories.append(story)
    if not stories and not problems.errors:
        raise ContentError.at(root.where, "there is no story in this NewsML-G2", "import the items that are text")
    return tuple(stories)


def _item(item: Element, zone: ZoneInfo, problems: Problems) -> Copy | None:
    """The story of one news item; None, with an error, if the wire has canceled it."""
    status = _code(item, "itemMeta", "pubStatus")
    if status in {"canceled", "cancelled"}:
        problems.error(item.where, "the wire has canceled this story", "do not use it, and take down what you have")
        return None
    inner = _content(item, zone, problems)
    meta = item.first("contentMeta") or item
    byline = _byline(meta, problems)
    for place, called in _TOLD.items():
        for element in item.all(*place):
            if element.words:
                problems.warning(element.where, f"{called}: `{element.words[:200]}`", "mind it: it is not imported")
    names = [*meta.all("keyword"), *(name for subject in meta.all("subject") for name in subject.all("name")[:1])]
    return structs.replace(
        inner,
        form="NewsML-G2",
        where=item.where,
        headline=meta.text("headline") or inner.headline or item.text("itemMeta", "title"),
        id=item.get("guid") or inner.id,
        version=item.get("version"),
        published=_published(item, status, inner, zone, problems),
        updated=_updated(item, zone, problems),
        credits=byline.credits or inner.credits,
        email=byline.email or inner.email,
        partner=byline.partner or inner.partner,
        tags=tuple(name.words for name in names if name.words) or inner.tags,
        dateline=meta.text("dateline").rstrip(" -–—") or inner.dateline,
        summary=_summary(meta) or inner.summary,
        lang=_language(item, meta) or inner.lang,
        source=_source(item, meta) or inner.source,
    )


def _content(item: Element, zone: ZoneInfo, problems: Problems) -> Copy:
    """The text of an item: the first one that is read; all else that it holds is told."""
    found: Copy | None = None
    for element in (each for part in item.all("contentSet") for each in part.elements()):
        if found is not None or (element.name == "inlineXML" and not list(element.elements()) and not element.words):
            continue
        nitf = next((child for child in element.elements() if child.name == "nitf"), None)
        if nitf is not None:
            found = read_nitf(nitf, zone, problems)
        elif element.name == "inlineXML":
            inner = element if list(element.elements()) else read_html(element.raw, element.where)
            found = Copy(form="", where=element.where, headline="", blocks=blocks(inner, problems))
        elif element.name == "inlineData" and not element.get("encoding"):
            is_html = "html" in element.get("contenttype")
            body = blocks(read_html(element.raw, element.where), problems) if is_html else text_blocks(element.raw)
            found = Copy(form="", where=element.where, headline="", blocks=body)
        else:
            what = f"<{element.name}> was left out: `{element.get('href') or element.get('contenttype')}`"
            problems.warning(element.where, what, "only text is imported")
    return found or Copy(form="", where=item.where, headline="")


def _published(item: Element, status: str, inner: Copy, zone: ZoneInfo, problems: Problems) -> datetime | None:
    """When the story may be public: after its embargo, else when it was made first.

    An empty `embargoed` has an end that is not known yet, and what is withheld has none: then there is no date.
    """
    embargo = item.first("itemMeta", "embargoed")
    if embargo is not None:
        until = told_moment(embargo.words, "embargoed", embargo.where, zone, problems)
        if until is None:
            fix = "set `published` to the end of the embargo before you remove `draft: true`"
            problems.warning(embargo.where, "an embargo whose end is not known", fix)
        return until
    if status == "withheld":
        problems.warning(item.where, "the wire withholds this story", "ask the wire before you set `published`")
        return None
    for place in (("contentMeta", "contentCreated"), ("itemMeta", "firstCreated"), ("itemMeta", "versionCreated")):
        element = item.first(*place)
        if inner.published is None and element is not None and element.words:
            return told_moment(element.words, "published", element.where, zone, problems)
    return inner.published


def _updated(item: Element, zone: ZoneInfo, problems: Problems) -> datetime | None:
    element = item.first("contentMeta", "contentModified")
    return told_moment(element.words, "updated", element.where, zone, problems) if element else None


def _byline(meta: Element, problems: Problems) -> Byline:
    """The byline as printed, else the creators by their names."""
    line = next((each for each in meta.all("by") if each.words), None)
    if line:
        return read_byline(line.words, line.where, problems)
    return Byline(tuple(credit(name.words, name.where, problems) for name in meta.all("creator", "name") if name.words))


def _summary(meta: Element) -> str:
    """The description that is a summary; one without a role is one."""
    found = [each for each in meta.all("description") if each.get("role").rpartition(":")[2] in {"summary", ""}]
    return next((each.words for each in found if each.words), "")


def _language(item: Element, meta: Element) -> str:
    element = meta.first("language")
    return element.get("tag") if element else item.get("lang")


def _source(item: Element, meta: Element) -> str:
    """Who sent the story: the provider, else the source of its information, else who has the rights."""
    places = (
        item.first("itemMeta", "provider"),
        meta.first("infoSource"),
        item.first("rightsInfo", "copyrightHolder"),
    )
    for element in filter(None, places):
        code = element.get("qcode").rpartition(":")[2]
        if found := element.text("name") or element.get("literal") or code or element.get("uri"):
            return found
    return ""


def _code(item: Element, *place: str) -> str:
    """The code of an element, without the scheme before it: ``usable`` of ``stat:usable``."""
    element = item.first(*place)
    return (element.get("qcode").rpartition(":")[2] or element.get("uri").rpartition("/")[2]) if element else ""
