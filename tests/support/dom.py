"""Pages as a browser has them: read by the rules of the HTML standard, for tests of what can get into one."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import html5lib

if TYPE_CHECKING:
    from collections.abc import Iterator

Element = Any
"""An ElementTree element: the types of html5lib do not say so."""


def parsed(html: str) -> Element:
    """The root of the page *html*."""
    return html5lib.parse(html, namespaceHTMLElements=False)


def serialized(root: Element) -> str:
    """*root* as HTML, nothing left out."""
    return str(
        html5lib.serialize(
            root,
            omit_optional_tags=False,
            quote_attr_values="always",
            alphabetical_attributes=True,
            resolve_entities=False,
            escape_lt_in_attrs=True,
            sanitize=False,
        )
    )


def elements(root: Element) -> Iterator[Element]:
    """The elements from *root* on, without comments."""
    return (element for element in root.iter() if isinstance(element.tag, str))


def shape(root: Element) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes: what of a page is markup."""
    return [(element.tag, tuple(sorted(element.attrib))) for element in elements(root)]


def words(element: Element) -> str:
    """The text in *element*, white space as one space."""
    return " ".join("".join(element.itertext()).split())


def has_class(element: Element, name: str) -> bool:
    """Whether *element* is of the class *name*."""
    return name in element.get("class", "").split()


def one(root: Element, tag: str, name: str = "") -> Element:
    """The first element below *root* that is a *tag*, of the class *name*."""
    return next(each for each in elements(root) if each.tag == tag and (not name or has_class(each, name)))


def of_class(root: Element, name: str) -> Element:
    """The first element below *root* of the class *name*."""
    return next(each for each in elements(root) if has_class(each, name))


def meta(root: Element, name: str) -> list[str]:
    """What the metadata called *name* say, as often as they are there."""
    return [
        each.get("content", "")
        for each in elements(root)
        if each.tag == "meta" and name in (each.get("name"), each.get("property"))
    ]
