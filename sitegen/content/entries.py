"""What a story and a standing page share: front matter, title, address, picture, and what becomes of problems."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from sitegen.content.fields import Fields
from sitegen.content.forms import path_slip
from sitegen.content.yaml import Mapping, Scalar, read_mapping
from sitegen.errors import ContentError
from sitegen.model.article import Image
from sitegen.urls import RESERVED, alias_path, alias_problem, slug, slug_problem

if TYPE_CHECKING:
    from sitegen.content.frontmatter import FrontMatter
    from sitegen.errors import Problem, Problems
    from sitegen.model.settings import Settings
    from sitegen.model.taxonomy import AuthorBook
    from sitegen.urls import Fault


class Keys(Struct, frozen=True):
    """The keys of a kind of front matter: those that are *known*, other names for them, and names that are refused.

    *meant* maps a refused name to the key to write instead.
    """

    known: tuple[str, ...]
    same: dict[str, str]
    meant: dict[str, str]


# What other tools call the same.
SAME = {"description": "summary", "excerpt": "summary"}

# Keys by which other tools hide a page: with a mere warning they would publish it.
MEANT = {"status": "draft", "private": "draft", "hidden": "draft", "visibility": "draft"}


class World(Protocol):
    """What reading front matter asks about the rest of the site."""

    def settings(self) -> Settings:
        """The settings of the site."""
        ...

    def author_book(self) -> AuthorBook | None:
        """The people of the site; None when their file is broken: then authors are not checked."""
        ...

    def layout_exists(self, name: str) -> bool:
        """Whether there is a layout called *name* (``feature.html``)."""
        ...

    def picture(self, path: str, src: str) -> Fault | None:
        """What is wrong with what the file at *path* calls its picture, *src*; None if there is such a file."""
        ...

    def picture_file(self, path: str, src: str) -> Fault | None:
        """What is wrong with the picture itself that the file at *path* calls *src*; None if nothing is."""
        ...


def front_fields(path: str, front: FrontMatter, keys: Keys, problems: Problems) -> Fields:
    """The fields of the front matter of the file at *path*.  Raises ContentError if it is no mapping of YAML."""
    problems.found.extend(front.problems)
    mapping = read_mapping(front.head, path, front.head_line, problems, "front matter")
    if mapping is None:
        raise ContentError(problems.found)
    return Fields(mapping, problems, known=keys.known, same=keys.same, meant=keys.meant, spare="extra")


def settled(problems: Problems, *, draft: bool) -> tuple[Problem, ...]:
    """The warnings of a file that can be used; all problems of a *draft* are warnings.

    Raises ContentError, with every problem, if the file cannot be used.
    """
    if draft:
        return tuple(problem.softened() for problem in problems.found)
    if problems.errors:
        raise ContentError(problems.found)
    return tuple(problems.found)


def name_of(path: str) -> str:
    """What the file at *path* is called: its name, or its folder's where the folder is the story."""
    stem = path.removeprefix("content/").removesuffix(".md")
    return posixpath.basename(stem.removesuffix("/index"))


def title(fields: Fields, path: str) -> str:
    """The title; that of a draft that has none is what its file is called."""
    return fields.headline("title", required=True) or name_of(path).replace("-", " ")


def slug_of(fields: Fields, default: str) -> str:
    """The slug as written, else that of *default*."""
    if "slug" not in fields:
        return slug(default)
    text = fields.text("slug")
    name = slug(text or default)
    # A text that is its own slug has no fault but to be taken.
    fault = slug_problem(text) if name != text or name in RESERVED else None
    if fault:
        tell = fields.problems.error if fault.severity == "error" else fields.problems.warning
        tell(fields.where("slug"), fault.what, fault.fix)
    return name


def aliases(fields: Fields, url: str) -> tuple[str, ...]:
    """The former addresses of what is now at *url*, as written; one that is *url* itself is left out."""
    kept: dict[str, str] = {}
    for alias in fields.texts("aliases", each="former address"):
        if fault := alias_problem(alias.value):
            tell = fields.problems.error if fault.severity == "error" else fields.problems.warning
            tell(alias.where, fault.what, fault.fix)
        elif alias_path(alias.value) == url:
            fields.problems.warning(alias.where, f"the alias {alias.value} is the page's own address", "remove it")
        else:
            kept.setdefault(alias_path(alias.value), alias.value)
    return tuple(kept.values())


def layout(fields: Fields, world: World) -> str:
    """The layout's name as a file of the layouts (``feature.html``); ``""`` for the usual one."""
    text = fields.text("layout")
    if not text:
        return ""
    if slip := path_slip(text):
        fields.error("layout", slip, "write the name of a layout")
        return ""
    name = text if posixpath.splitext(text)[1] else f"{text}.html"
    if not world.layout_exists(name):
        fields.error("layout", f"names {name}, which does not exist", "add it to your layouts, or remove the key")
        return ""
    return name


def image(fields: Fields, path: str, world: World, *, draft: bool) -> Image | None:
    """The lead picture: a path, or a mapping of src, alt, caption and credit.  That of a *draft* may be on its way."""
    node = fields.node("image")
    if node is None:
        return None
    if not isinstance(node, Mapping | Scalar):
        fields.error("image", "must be a mapping of src and alt, not a list", "write `image: {src: …, alt: …}`")
        return None
    if isinstance(node, Scalar):
        found = Image(src=fields.text("image"))
        where = fields.where("image")
        fix = f'write what it shows: image: {{src: {found.src}, alt: "…"}}'
        fields.problems.warning(where, "the picture has no alt text", fix)
    else:
        inner = Fields(node, fields.problems, known=("src", "alt", "caption", "credit"), owner="image")
        found = Image(
            src=inner.text("src", required=True),
            alt=inner.text("alt"),
            caption=inner.text("caption"),
            credit=inner.text("credit"),
        )
        where = inner.where("src")
        if "alt" not in inner:
            fix = 'add `alt: "…"`, and `alt: ""` if it only decorates'
            fields.problems.warning(where, "the picture has no alt text", fix)
    fault = world.picture(path, found.src) if found.src else None
    if found.src and not fault and not draft:
        fault = world.picture_file(path, found.src)
    if fault:
        tell = fields.problems.error if fault.severity == "error" else fields.problems.warning
        tell(where, fault.what, fault.fix)
    return found if found.src and not (fault and fault.severity == "error") else None
