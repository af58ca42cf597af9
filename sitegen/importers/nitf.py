"""NITF, the News Industry Text Format (IPTC, 3.6: https://iptc.org/std/NITF/3.6/specification/).

Its dates are those of ISO 8601 without punctuation.  A second headline is the standfirst, unless an abstract is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import structs

from sitegen.importers.bodies import blocks
from sitegen.importers.bylines import Byline, credit, has_address, read_byline, without_addresses
from sitegen.importers.copy import Copy
from sitegen.importers.escaping import plain_paragraph
from sitegen.importers.tally import Tally

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sitegen.errors import Problems
    from sitegen.importers.markup import Element

PASSED: Final = frozenset(("class", "dir", "id", "regsrc", "schemaLocation", "style"))
"""Names of what speaks of the format."""

CALLED: Final = {
    "ed-msg": "a message to editors",
    "rights": "a notice of rights",
    "tagline": "a line at the end",
    "note": "a note",
    "bibliography": "a bibliography",
    "series": "a series",
    "del-list": "a list of where it was sent",
    "hl2": "a second headline",
}
"""What some elements are called."""

_WITHHELD: Final = ("embargoed", "withheld")
_JOINS: Final = re.compile(r"\b(?:by|and|von|und|par|et|por|y)\b|[\W_]", re.IGNORECASE)


def read_nitf(root: Element, zone: ZoneInfo, problems: Problems) -> Copy:
    """The story in the element `nitf`; times without an offset are in *zone*."""
    tally = Tally(zone, problems, PASSED, CALLED)
    return tally.tell_rest(root, nitf_story(root, tally))


def nitf_story(root: Element, tally: Tally) -> Copy:
    """The story in the element `nitf`, as far as it is used; what is left is for who asks to tell."""
    data = root.first("head", "docdata") or root
    top = root.first("body", "body.head") or root
    contents = [tally.use(content) for content in root.all("body", "body.content")]
    headline = top.text("hedline", "hl1") or top.text("hedline") or root.text("head", "title")
    seconds = [tally.use(line) for line in top.all("hedline", "hl2") if line.words and line.words != headline]
    abstract = top.text("abstract")
    byline = _byline(top, tally)
    document = data.first("doc-id")
    tally.attribute(root, "version")  # of the format
    return Copy(
        form="NITF",
        where=root.where,
        headline=headline,
        blocks=(
            *(plain_paragraph(line.words) for line in seconds[0 if abstract else 1 :]),
            *(block for content in contents for block in blocks(content, tally.problems)),
        ),
        id=document.get("id-string") if document else "",
        version=tally.attribute(data.first("du-key"), "version"),
        published=_published(root, data, tally),
        expires=tally.moment(data.first("date.expire"), "expires", "norm"),
        credits=byline.credits,
        email=byline.email,
        partner=byline.partner,
        tags=tuple(key for each in data.all("key-list", "keyword") if (key := each.get("key") or each.words)),
        dateline=_dateline(top, tally),
        summary=abstract or next((line.words for line in seconds), ""),
        section=_section(root, tally),
        lang=root.get("lang"),
        source=top.text("distributor") or _attribute(data, "doc.copyright", "holder"),
    )


def _published(root: Element, data: Element, tally: Tally) -> datetime | None:
    """When the story may be public: when it is released, else issued; never while it is withheld without a date."""
    released = tally.moment(data.first("date.release"), "published", "norm")
    tally.has_embargo = released is not None
    status = tally.attribute(data, "management-status")
    if status in _WITHHELD and released is None:
        what = f"the wire's status of this story is `{status}`, and it does not say until when"
        tally.problems.warning(data.where, what, "ask the wire before you set `published`")
        return None
    if status in {"canceled", "cancelled"}:
        tally.problems.error(data.where, "the wire has canceled this story", "do not use it")
    issued = tally.moment(data.first("date.issue"), "published", "norm") if released is None else None
    if released or issued or (data.first("date.release") or data.first("date.issue")):
        return released or issued
    return tally.moment(root.first("head", "pubdata"), "published", "date.publication")


def _section(root: Element, tally: Tally) -> str:
    """The section that the story is for."""
    places = root.all("head", "pubdata")
    return next((found for each in places if (found := tally.attribute(each, "position.section"))), "")


def _dateline(top: Element, tally: Tally) -> str:
    """The place of the first dateline, without its date: ``BUSAN`` of ``BUSAN, Oct. 28 --``."""
    line = next((line for line in top.all("dateline") if line.words), None)
    if line is None:
        return ""
    tally.use(line, but=("story.date",))
    children = [child for child in line.children if isinstance(child, str) or child.name != "story.date"]
    return structs.replace(line, children=children).words.strip(" ,-–—")


def _attribute(element: Element, name: str, attribute: str) -> str:
    """The first value of *attribute* in the elements called *name*."""
    return next((value for each in element.all(name) if (value := each.get(attribute))), "")


def _byline(top: Element, tally: Tally) -> Byline:
    """All bylines: the persons marked as such, else the words beside titles, else the titles."""
    found: list[Byline] = []
    for line in top.all("byline"):
        tally.use(line)
        titles = [title.words for title in line.all("byttl") if title.words]
        own = _words_but(line, "byttl")
        if people := [person.words for person in line.all("person") if person.words]:
            role = titles[0] if len(people) == 1 and titles else ""
            credits_ = tuple(credit(name, line.where, tally.problems, role=role) for name in people)
            beside = _words_but(line, "byttl", "person")
            email = read_byline(own, line.where, tally.problems).email if has_address(own) else ""
            found.append(Byline(credits_, email))
            unused = [*([] if role else titles), without_addresses(beside)]
        else:
            found.append(read_byline(own or " ".join(titles), line.where, tally.problems))
            unused = titles if own else []
        for words in unused:
            if _JOINS.sub("", words):
                what = f"words of the byline have no place: `{words}`"
                tally.problems.warning(line.where, what, "add them as a `role`, or as `authors`")
    return Byline(
        tuple(each for line in found for each in line.credits),
        next((line.email for line in found if line.email), ""),
        next((line.partner for line in found if line.partner), ""),
    )


def _words_but(line: Element, *names: str) -> str:
    """The words of *line* outside of elements called *names*."""
    children = [child for child in line.children if isinstance(child, str) or child.name not in names]
    return structs.replace(line, children=children).words
