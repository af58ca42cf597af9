"""``content/authors.yaml``: the people and desks of the newsroom, by the id that stories name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.content.decoding import decoded
from sitegen.content.fields import Fields
from sitegen.content.forms import one_line
from sitegen.content.named import picture
from sitegen.content.yaml import Mapping, Scalar, kind, read_mapping
from sitegen.errors import ContentError, Problems
from sitegen.model.taxonomy import Author, AuthorBook, Link
from sitegen.urls import segment_problem, slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sitegen.content.yaml import Node
    from sitegen.errors import Problem

_KNOWN = ("name", "email", "role", "bio", "url", "picture", "links")
_SAME = {"website": "url", "photo": "picture", "image": "picture", "title": "role"}


def read_authors(data: bytes | None, path: str = "content/authors.yaml") -> tuple[AuthorBook, tuple[Problem, ...]]:
    """The authors in *data*, the bytes of the file at *path* (None: there is no such file), and what to warn of.

    Raises ContentError with everything that is wrong.
    """
    if data is None:
        return AuthorBook(), ()
    problems = Problems()
    mapping = read_mapping(decoded(data, path), path, 1, problems, path)
    authors: dict[str, Author] = {}
    for key, node in mapping.items if mapping else ():
        author = _author(key, node, problems)
        if author is None:
            continue
        if author.slug in authors:
            what = f"`{authors[author.slug].id}` and `{author.id}` share the address /authors/{author.slug}/"
            problems.error(key.where, what, "change one of the ids")
        authors[author.slug] = author
    if problems.errors:
        raise ContentError(problems.found)
    return AuthorBook(tuple(authors.values())), tuple(problems.found)


def _author(key: Scalar, node: Node, problems: Problems) -> Author | None:
    """The author whose id is *key*; None, and an error, if that is no id, or if *node* does not say who it is."""
    author_id = key.text.strip()
    if fault := segment_problem(author_id):
        problems.error(key.where, f"an author's id is part of an address: {fault.what}", fault.fix)
        return None
    if isinstance(node, Scalar) and not node.nothing:
        node = Mapping(((Scalar("name", plain=True, where=key.where), node),), key.where)
    if not isinstance(node, Mapping):
        what = f"the author `{author_id}` must be a mapping, not {kind(node)}"
        if isinstance(node, Scalar):
            what = f"the author `{author_id}` has no name"
        problems.error(key.where, what, f"write below it, indented: name: {author_id.title()}")
        return None
    fields = Fields(node, problems, known=_KNOWN, same=_SAME, owner=author_id)
    return Author(
        id=author_id,
        slug=slug(author_id),
        name=fields.text("name", required=True),
        email=fields.email("email"),
        role=fields.text("role"),
        url=fields.url("url"),
        bio=fields.lines("bio"),
        picture=picture(fields, "picture"),
        links=tuple(_links(fields)),
    )


def _links(fields: Fields) -> Iterator[Link]:
    """An author's addresses elsewhere: ``Mastodon: https://…``, or a list of ``{name, url}``."""
    node = fields.node("links")
    if isinstance(node, Mapping):
        links = Fields(node, fields.problems, known=[key.text for key, _ in node.items], owner="links")
        for key, _ in node.items:
            if url := links.url(key.text):
                yield Link(one_line(key.text), url)
        return
    for item in fields.items("links"):
        if not isinstance(item, Mapping):
            fields.problems.error(item.where, "a link needs a name and an address", "write {name: …, url: https://…}")
            continue
        link = Fields(item, fields.problems, known=("name", "url"), owner="links")
        name, url = link.text("name", required=True), link.url("url")
        if "url" not in link:
            fields.problems.error(item.where, "a link needs an address", "write {name: …, url: https://…}")
        if name and url:
            yield Link(name, url)
