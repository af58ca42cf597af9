"""By what stories are found: sections, tags, authors."""

from __future__ import annotations

from msgspec import Struct


class Section(Struct, frozen=True):
    """A part of the paper.  *id* is its address and what stories name."""

    id: str
    title: str = ""
    summary: str = ""

    @property
    def name(self) -> str:
        """What readers see."""
        return self.title or self.id


class Tag(Struct, frozen=True):
    """A subject.  *slug* is its identity and address, *title* a spelling of it."""

    slug: str
    title: str
    summary: str = ""


class Link(Struct, frozen=True):
    """A named address elsewhere."""

    name: str
    url: str


class Byline(Struct, frozen=True, kw_only=True):
    """One author as a story credits them.  *id* is the address of the author's page."""

    id: str
    name: str
    email: str = ""
    role: str = ""
    url: str = ""


class Credit(Struct, frozen=True, kw_only=True):
    """An author of a story as every output credits them.

    *email* is their own: one of a byline of several is nobody's.  *url* is where their name leads: the path of their
    page, else their own address, or ``""``.  *elsewhere* are other addresses of theirs.
    """

    name: str
    role: str = ""
    email: str = ""
    url: str = ""
    elsewhere: tuple[str, ...] = ()


class Author(Struct, frozen=True, kw_only=True):
    """A person or desk, as authors.yaml has them.  *id* is what stories name, *slug* the address of their page.

    *picture* is the path of a static file below the site, or an absolute URL.
    """

    id: str
    slug: str
    name: str
    email: str = ""
    role: str = ""
    url: str = ""
    bio: str = ""
    picture: str = ""
    links: tuple[Link, ...] = ()


class AuthorBook(Struct, frozen=True):
    """The authors of authors.yaml, in its order; no two have one id or one slug."""

    authors: tuple[Author, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, as authors.yaml spells them."""
        return tuple(author.id for author in self.authors)

    def find(self, id: str) -> Author | None:  # noqa: A002 - it is what authors.yaml calls it
        """The author with this *id*; None if there is none."""
        return next((author for author in self.authors if author.id == id), None)
