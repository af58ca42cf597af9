"""NITF, the News Industry Text Format (IPTC, 3.6: https://iptc.org/std/NITF/3.6/specification/).

Its dates are those of ISO 8601 without punctuation.  What no story has a place for is told where an editor should know
of it: notes to editors, embargoes, rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sitegen.importers.bodies import blocks
from sitegen.importers.bylines import Byline, credit, read_byline
from sitegen.importers.copy import Copy
from sitegen.importers.escaping import plain_paragraph
from sitegen.importers.times import told_moment

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.errors import Problems
    from sitegen.importers.markup import Element

_TOLD: Final = {
    "ed-msg": "a message to editors",
    "rights": "a notice of rights",
    "tagline": "a line at the end",
    "note": "a note",
    "bibliography": "a bibliography",
    "series": "a series",
    "del-list": "a list of where it was sent",
}
_WITHHELD: Final = ("embargoed", "withheld")


def read_nitf(root: Element, zone: ZoneInfo, problems: Problems) -> Copy:
    """The story in the element `nitf`; times without an offset are in *zone*."""
    data = root.first("head", "docdata") or root
    top = root.first("body", "body.head") or root
    content = root.first("body", "body.content")
    headline = top.text("hedline", "hl1") or top.text("hedline") or root.text("head", "title")
    byline = _byline(top, problems)
    _tell(root, problems)
    published = _published(root, data, zone, problems)
    subhead = tuple(
        plain_paragraph(line.words) for line in top.all("hedline", "hl2") if line.words and line.words != headline
    )
    document = data.first("doc-id")
    return Copy(
        form="NITF",
        where=root.where,
        headline=headline,
        blocks=subhead + (blocks(content, problems) if content else ()),
        id=document.get("id-string") if document else "",
        version=_attribute(data, "du-key", "version"),
        published=published,
        expires=_time(data, "date.expire", "expires", zone, problems),
        credits=byline.credits,
        email=byline.email,
        partner=byline.partner,
        tags=tuple(key for each in data.all("key-list", "keyword") if (key := each.get("key") or each.words)),
        dateline=top.text("dateline").rstrip(" -–—"),
        summary=top.text("abstract"),
        section=_attribute(root.first("head") or root, "pubdata", "position.section"),
        lang=root.get("lang"),
        source=top.text("distributor") or _attribute(data, "doc.copyright", "holder"),
    )


def _published(root: Element, data: Element, zone: ZoneInfo, problems: Problems) -> datetime | None:
    """When the story may be public: when it is released, else issued; never while it is withheld without a date."""
    released = _time(data, "date.release", "published", zone, problems)
    status = data.get("management-status")
    if status in _WITHHELD and released is None:
        what = f"the wire's status of this story is `{status}`, and it does not say until when"
        problems.warning(data.where, what, "ask the wire before you set `published`")
        return None
    if status in {"canceled", "cancelled"}:
        problems.error(data.where, "the wire has canceled this story", "do not use it")
    issued = _time(data, "date.issue", "published", zone, problems) if released is None else None
    if released or issued or (data.first("date.release") or data.first("date.issue")):
        return released or issued
    dated = root.first("head", "pubdata")
    return told_moment(dated.get("date.publication"), "published", dated.where, zone, problems) if dated else None


def _time(data: Element, name: str, called: str, zone: ZoneInfo, problems: Problems) -> datetime | None:
    element = data.first(name)
    return told_moment(element.get("norm"), called, element.where, zone, problems) if element else None


def _attribute(element: Element, name: str, attribute: str) -> str:
    """The first value of *attribute* in the elements called *name*."""
    return next((value for each in element.all(name) if (value := each.get(attribute))), "")


def _byline(top: Element, problems: Problems) -> Byline:
    """All bylines: the persons marked as such, else the words beside titles, else the titles."""
    found: list[Byline] = []
    for line in top.all("byline"):
        titles = [title.words for title in line.all("byttl") if title.words]
        people = [person.words for person in line.all("person") if person.words]
        own = " ".join(
            " ".join(words.split())
            for child in line.children
            if (words := child if isinstance(child, str) else child.words if child.name != "byttl" else "").strip()
        )
        if people:
            role = titles[0] if len(people) == 1 and titles else ""
            credits_ = tuple(credit(name, line.where, problems, role=role) for name in people)
            found.append(Byline(credits_, read_byline(own, line.where, problems).email if "@" in own else ""))
            unused = [] if role else titles
        else:
            found.append(read_byline(own or " ".join(titles), line.where, problems))
            unused = titles if own else []
        for title in unused:
            problems.warning(line.where, f"a title in the byline has no place: `{title}`", "add it as a `role`")
    return Byline(
        tuple(each for line in found for each in line.credits),
        next((line.email for line in found if line.email), ""),
        next((line.partner for line in found if line.partner), ""),
    )


def _tell(root: Element, problems: Problems) -> None:
    """Tell what an editor should know, and front matter has no key for."""
    places = (("head", "docdata"), ("body", "body.head"), ("body", "body.end"))
    for place in places:
        for parent in root.all(*place):
            for element in parent.elements():
                words = element.words or element.get("info") or element.get("series.name")
                if words and element.name in _TOLD:
                    what = f"{_TOLD[element.name]} was left out: `{words[:200]}`"
                    problems.warning(element.where, what, "add what readers should know")
