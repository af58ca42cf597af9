"""NewsML-G2 (IPTC, 2.x: https://iptc.org/std/NewsML-G2/guidelines/): news items, alone or in a message.

The text of an item is NITF or XHTML within the XML, or plain text.  Data of the item come before those of its text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from sitegen.errors import ContentError
from sitegen.importers import nitf
from sitegen.importers.bodies import blocks
from sitegen.importers.bylines import Byline, credit, read_byline
from sitegen.importers.copy import Copy
from sitegen.importers.markup import read_html
from sitegen.importers.plain import text_blocks
from sitegen.importers.tally import Tally, letters

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.errors import Problems
    from sitegen.importers.markup import Element

# What speaks of the format and of how it was sent.
_PASSED: Final = nitf.PASSED | {
    *("catalog", "catalogRef", "conformance", "generator", "header", "hopHistory", "profile", "standard"),
    "standardversion",
}
_CALLED: Final = nitf.CALLED | {
    "edNote": "a note to editors",
    "usageTerms": "a rule for its use",
    "copyrightNotice": "a notice of rights",
    "creditline": "a credit line",
}


def read_newsml(root: Element, zone: ZoneInfo, problems: Problems) -> tuple[Copy, ...]:
    """The stories in the element `newsItem` or `newsMessage`; items that are no text are told."""
    message = Tally(zone, problems, _PASSED, _CALLED)
    message.has_embargo = True  # what holds a story is for the tally of its item to see
    found = [root] if root.name == "newsItem" else [item for part in root.all("itemSet") for item in part.elements()]
    stories = []
    for item in map(message.use, found):
        kind = item.first("itemMeta", "itemClass")
        nature = kind.get("qcode").rpartition(":")[2] or kind.get("uri").rpartition("/")[2] if kind else ""
        if item.name != "newsItem" or nature not in {"text", "composite", ""}:
            called = nature if item.name == "newsItem" else item.name
            message.tell(
                item.where,
                f"an item of the kind `{called}`",
                f"{item.get('guid')} {item.words}".strip(),
                "only stories are imported",
            )
            continue
        tally = Tally(zone, problems, _PASSED, _CALLED)
        if (story := _item(item, tally)) is not None:
            stories.append(tally.tell_rest(item, story))
    if not stories and not problems.errors:
        raise ContentError.at(root.where, "there is no story in this NewsML-G2", "import the items that are text")
    message.tell_rest(root, Copy(form="NewsML-G2", where=root.where, headline=""))
    return tuple(stories)


def _item(item: Element, tally: Tally) -> Copy | None:
    """The story of one news item; None, with an error, if the wire has canceled it."""
    status = _code(item.first("itemMeta", "pubStatus"), tally)
    _code(item.first("itemMeta", "itemClass"), tally)
    if status in {"canceled", "cancelled"}:
        what = "the wire has canceled this story"
        tally.problems.error(item.where, what, "do not use it, and take down what you have")
        return None
    inner = _content(item, tally)
    meta = item.first("contentMeta") or item
    byline = _byline(meta, inner, tally)
    headline, second = _headlines(meta)
    names = [*meta.all("keyword"), *(name for subject in meta.all("subject") for name in subject.all("name")[:1])]
    return structs.replace(
        inner,
        form="NewsML-G2",
        where=item.where,
        headline=headline or inner.headline or item.text("itemMeta", "title"),
        id=tally.attribute(item, "guid") or inner.id,
        version=tally.attribute(item, "version"),
        published=_published(item, status, inner, tally),
        updated=tally.moment(item.first("contentMeta", "contentModified"), "updated"),
        credits=byline.credits,
        email=byline.email,
        partner=byline.partner,
        tags=tuple(name.words for name in names if name.words) or inner.tags,
        dateline=_dateline(meta) or inner.dateline or meta.text("located", "name"),
        summary=_summary(meta) or second or inner.summary,
        lang=_language(item, meta, tally) or inner.lang,
        source=_source(item, meta, tally) or inner.source,
    )


def _content(item: Element, tally: Tally) -> Copy:
    """The text of an item: the first one that is read; all else that it holds is told."""
    found: Copy | None = None
    said = ""
    for element in (each for part in item.all("contentSet") for each in part.elements()):
        words = _inner(element).words
        if element.name not in {"inlineXML", "inlineData"} or element.get("encoding"):
            tally.use(element)
            what = element.get("href") or element.get("contenttype")
            tally.tell(element.where, f"<{element.name}>", f"{what} {words}".strip(), "only text is imported")
        elif found is None and words:
            found, said = _text(element, tally), words
        elif letters(tally.use(element).words) != letters(said):
            tally.tell(element.where, "another form of the text", words, "compare the two")
    return found or Copy(form="", where=item.where, headline="")


def _text(element: Element, tally: Tally) -> Copy:
    """The text in *element*, with the data that it has itself."""
    story = next((child for child in element.elements() if child.name == "nitf"), None)
    if story is not None:
        tally.attribute(element, "contenttype")
        return nitf.nitf_story(story, tally)
    tally.use(element)
    if element.name == "inlineXML" or "html" in element.get("contenttype"):
        found = blocks(structs.replace(_inner(element), attributes={}), tally.problems)
    else:
        found = text_blocks(element.raw)
    return Copy(form="", where=element.where, headline="", blocks=found)


def _inner(element: Element) -> Element:
    """What is in *element*; HTML that stands there as words is read."""
    is_html = element.name == "inlineXML" or "html" in element.get("contenttype")
    return read_html(element.raw, element.where) if is_html and not list(element.elements()) else element


def _published(item: Element, status: str, inner: Copy, tally: Tally) -> datetime | None:
    """When the story may be public: after its embargo, else when it was made first.

    An empty `embargoed` has an end that is not known yet, and what is withheld has none: then there is no date.
    """
    embargo = item.first("itemMeta", "embargoed")
    if embargo is not None:
        tally.has_embargo = True
        until = tally.moment(embargo, "embargoed")
        if until is None:
            fix = "set `published` to the end of the embargo before you remove `draft: true`"
            tally.problems.warning(embargo.where, "an embargo whose end is not known", fix)
        return until
    if status == "withheld":
        tally.problems.warning(item.where, "the wire withholds this story", "ask the wire before you set `published`")
        return None
    for place in (("contentMeta", "contentCreated"), ("itemMeta", "firstCreated"), ("itemMeta", "versionCreated")):
        element = item.first(*place)
        if inner.published is None and element is not None and element.words:
            return tally.moment(element, "published")
    return inner.published


def _headlines(meta: Element) -> tuple[str, str]:
    """The headline, and the one below it, which is a standfirst."""
    lines = [line for line in meta.all("headline") if line.words]
    below = [line for line in lines if _is_second(line.get("role"))]
    main = next((line for line in lines if line not in below), None)
    return main.words if main else "", next((line.words for line in below), "")


def _is_second(role: str) -> bool:
    """Whether a headline of that *role* stands below another."""
    return any(part in role.casefold() for part in ("sub", "deck", "second"))


def _byline(meta: Element, inner: Copy, tally: Tally) -> Byline:
    """The bylines as printed, else the creators by their names, else what the text of the item has.

    Of the text's byline, whatever the item's does not say is told.
    """
    problems = tally.problems
    printed = [read_byline(line.words, line.where, problems) for line in map(tally.use, meta.all("by")) if line.words]
    if not printed:
        names = [name for creator in meta.all("creator") for name in creator.all("name")[:1] if name.words]
        printed = [Byline(tuple(credit(name.words, name.where, problems) for name in names))]
    own = Byline(inner.credits, inner.email, inner.partner)
    credits_ = tuple(each for line in printed for each in line.credits)
    if credits_:
        known = {letters(each.name) for each in credits_}
        for each in own.credits:
            if letters(each.name) not in known:
                tally.tell(each.where, "an author whom only the byline of the text has", each.name)
    email = _one((*(line.email for line in printed), own.email), inner, tally)
    partner = _one((*(line.partner for line in printed), own.partner), inner, tally)
    return Byline(credits_ or own.credits, email, partner)


def _one(given: Iterable[str], inner: Copy, tally: Tally) -> str:
    """The first of the facts *given*; others are told."""
    found = list(dict.fromkeys(filter(None, given)))
    for other in found[1:]:
        tally.tell(inner.where, "what another byline says", other)
    return found[0] if found else ""


def _dateline(meta: Element) -> str:
    return meta.text("dateline").strip(" -–—")


def _summary(meta: Element) -> str:
    """The description that is a summary; one without a role is one."""
    found = [each for each in meta.all("description") if each.get("role").rpartition(":")[2] in {"summary", ""}]
    return next((each.words for each in found if each.words), "")


def _language(item: Element, meta: Element, tally: Tally) -> str:
    element = meta.first("language")
    return tally.attribute(element, "tag") if element else tally.attribute(item, "lang")


def _source(item: Element, meta: Element, tally: Tally) -> str:
    """Who sent the story: the provider, else the source of its information, else who has the rights."""
    places = (
        item.first("itemMeta", "provider"),
        meta.first("infoSource"),
        item.first("rightsInfo", "copyrightHolder"),
    )
    for element in filter(None, places):
        code = element.get("qcode").rpartition(":")[2]
        if found := element.text("name") or element.get("literal") or code or element.get("uri"):
            if found == code:
                tally.attribute(element, "qcode")
            return found
    return ""


def _code(element: Element | None, tally: Tally) -> str:
    """The code of *element*, without the scheme before it: ``usable`` of ``stat:usable``."""
    if element is None:
        return ""
    tally.use(element)
    return element.get("qcode").rpartition(":")[2] or element.get("uri").rpartition("/")[2]
