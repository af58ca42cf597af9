"""What there is in the output, for those who put it somewhere: each file, what it is, and what was written of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sitegen.edition import FILES
from sitegen.model.article import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sitegen.edition import Edition
    from sitegen.incremental import Key
    from sitegen.model.page import File


class Item(Struct, frozen=True, kw_only=True):
    """A file of the output, at *path*, with the digest (hex) of its bytes.

    *kind* is that of its page (`sitegen.model.page.PageKind`), ``asset`` for a static file with a fingerprint in its
    name, or ``attachment`` for one beside a story; *url* is a path of the site.  *why* is why it was made last, if that
    is known.  *source* is the story or page that it is of, or leads to.  Of stories and pages: the digest of the source
    (*edited*), the headline, the number of notes.
    """

    path: str
    digest: str
    kind: str
    url: str
    why: str = ""
    source: str = ""
    edited: str = ""
    title: str = ""
    corrections: int = 0
    retracted: bool = False


def inventory(edition: Edition, alive: bytearray, reasons: Mapping[str, str]) -> tuple[Item, ...]:
    """Every file that a build published, by its path; *reasons* say why files were made, by path."""
    return tuple(sorted(_items(edition, alive, reasons), key=lambda item: item.path))


def _items(edition: Edition, alive: bytearray, reasons: Mapping[str, str]) -> Iterator[Item]:
    for key, file in edition.published(alive).items():
        kind = _OTHERS.get(str(key[0]), "")
        page = None if kind else edition.page_at(str(key[1]))
        url = page.url if page else "/" + file.path
        if page and page.kind in ("article", "page"):
            yield _of_text(edition, key, file, page.subject, reasons.get(file.path, ""))
        else:
            yield Item(
                path=file.path,
                digest=file.digest,
                kind=page.kind if page else kind,
                url=url,
                why=reasons.get(file.path, ""),
                source=page.path if page and page.kind == "redirect" else "",
            )


def _of_text(edition: Edition, key: Key, file: File, source: str, why: str) -> Item:
    """A story or a standing page."""
    page = edition.page_at(str(key[1]))
    about = edition.article(source) if page.kind == "article" else edition.standing_page(source)
    notes = about.corrections if isinstance(about, Article) else ()
    return Item(
        path=file.path,
        digest=file.digest,
        kind=page.kind,
        url=page.url,
        why=why,
        source=source,
        edited=edition.prove(("source", source)).print.hex(),
        title=about.title,
        corrections=len(notes),
        retracted=any(note.kind == "retraction" for note in notes),
    )


_OTHERS = {name: name for name in FILES if name != "output"}
