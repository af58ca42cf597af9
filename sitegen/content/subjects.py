"""Sections and tags, as ``site.yaml`` describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.content.fields import Fields
from sitegen.content.yaml import Mapping, Scalar
from sitegen.model.taxonomy import Section, Tag
from sitegen.urls import slug, slug_problem

if TYPE_CHECKING:
    from sitegen.content.yaml import Node
    from sitegen.errors import Location


def sections(fields: Fields) -> tuple[Section, ...]:
    """The sections, in their order: each has an address of its own."""
    found: dict[str, Section] = {}
    typed: dict[str, str] = {}
    for node in fields.items("sections"):
        named = _section(fields, node)
        if named is None:
            continue
        text, where, section = named
        fault = slug_problem(text, called="section")
        if fault and fault.severity == "error":
            fields.problems.error(where, fault.what, fault.fix)
        elif section.id in found:
            fields.problems.error(where, _twice(typed[section.id], text, section.id), "keep one of them")
        else:
            found[section.id], typed[section.id] = section, text
    return tuple(found.values())


def _twice(first: str, second: str, address: str) -> str:
    """What is wrong with two names of one section."""
    if first == second:
        return f"the section `{first}` is listed twice"
    if first.casefold() == second.casefold():
        return f"the sections `{first}` and `{second}` differ only by case"
    return f"the sections `{first}` and `{second}` share the address /{address}/"


def _section(fields: Fields, node: Node) -> tuple[str, Location, Section] | None:
    """A section of the list: its id as typed, where that is, and what it says.  ``Culture & Arts`` becomes an id."""
    if not isinstance(node, Mapping):
        text = fields.text_of(node, "section")
        if text is None:
            return None
        return text.value, text.where, Section(slug(text.value), text.value if slug(text.value) != text.value else "")
    known = ("id", "title", "summary")
    inner = Fields(
        node, fields.problems, known=known, same={"name": "title", "description": "summary"}, owner="sections"
    )
    typed = inner.text("id", required=True)
    if not typed:
        return None
    title = inner.text("title") or (typed if slug(typed) != typed else "")
    return typed, inner.where("id"), Section(slug(typed), title, inner.text("summary"))


def tags(fields: Fields) -> tuple[Tag, ...]:
    """What is said about tags: by the tag, its title and summary."""
    mapping = fields.mapping("tags")
    found: dict[str, Tag] = {}
    for key, node in mapping.items if mapping else ():
        if not key.text.strip(" ."):
            fields.problems.error(key.where, "a tag cannot be empty, or only dots", "write the tag")
            continue
        tag = _tag(fields, key.text.strip(), node)
        if tag.slug in found:
            what = f"the tags `{found[tag.slug].title}` and `{key.text.strip()}` share the address /tags/{tag.slug}/"
            fields.problems.error(key.where, what, "keep one of them")
        found[tag.slug] = tag
    return tuple(found.values())


def _tag(fields: Fields, name: str, node: Node) -> Tag:
    """What *node* says about the tag *name*: a text is its title."""
    if isinstance(node, Mapping):
        inner = Fields(
            node, fields.problems, known=("title", "summary"), same={"description": "summary"}, owner=f"tags.{name}"
        )
        return Tag(slug(name), inner.text("title") or name, inner.text("summary"))
    title = None if isinstance(node, Scalar) and node.nothing else fields.text_of(node, "title of a tag")
    return Tag(slug(name), title.value if title else name)
