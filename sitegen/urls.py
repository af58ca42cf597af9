"""Addresses: slugs, permalinks, and which file answers which URL.

Three forms of one address, and only the last is ever printed:

- a *path* is what a person would type, not encoded, below the site: ``/tags/부산/``;
- a *file* is where it lies in the output folder: ``tags/부산/index.html``;
- an *href* is the path with the site's base before it, percent-encoded once: ``/wire/tags/%EB%B6%80%EC%82%B0/``.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from sitegen.errors import Severity
from sitegen.slugs import LONGEST, LONGEST_BYTES, is_device, slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sitegen.model.settings import FeedFormat

_FEEDS: Final[dict[FeedFormat, str]] = {"rss": "feed.xml", "atom": "atom.xml", "json": "feed.json"}
_PORTS: Final = {"http": 80, "https": 443}
_ASSETS: Final = "assets"
_FINGERPRINT: Final = 8
_FINGERPRINTED: Final = re.compile(rf"/{_ASSETS}/(.+)\.[0-9a-f]{{{_FINGERPRINT}}}((?:\.[^./]*)?)")

__all__ = [
    "CORRECTIONS",
    "PERMALINK_FIELDS",
    "RESERVED",
    "Fault",
    "absolute",
    "alias_path",
    "alias_problem",
    "archive_url",
    "author_url",
    "feed_format",
    "feed_url",
    "fingerprinted",
    "folded",
    "is_elsewhere",
    "list_page_url",
    "own_path",
    "partner_url",
    "permalink",
    "permalink_problem",
    "place_in",
    "quoted",
    "section_url",
    "segment_problem",
    "slug",
    "slug_problem",
    "stays_inside",
    "tag_url",
]

RESERVED = {
    "tags": "the list of tags",
    "authors": "the list of authors",
    "archive": "the archive",
    "corrections": "the list of corrections",
    "page": "the older pages of the home page",
    "drafts": "drafts that have no date yet",
    "feed.xml": "the RSS feed",
    "atom.xml": "the Atom feed",
    "feed.json": "the JSON feed",
    "sitemap.xml": "the sitemap",
    "news-sitemap.xml": "the news sitemap",
    "feeds": "the feeds of partners",
    "robots.txt": "the file for robots",
    "404.html": "the page for missing addresses",
    "index.html": "the home page",
    "_redirects": "the table of redirects",
    "_headers": "the table of headers",
}
"""What sitegen keeps for itself at the top of a site, made or to come: a first segment, and what it is for."""

CORRECTIONS = "/corrections/"
"""The path of the list of corrections."""

PERMALINK_FIELDS = ("year", "month", "day", "section", "slug")

_FIELD = re.compile(r"\{([^{}]*)\}")
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffd]")
_FORBIDDEN = re.compile(r'[<>"|*:?#%/\\]')
_FILE = re.compile(r"[^/]\.[A-Za-z][A-Za-z0-9]{0,4}\Z")
_LONGEST_SEGMENT_BYTES = 255
_SAFE = "/@:,;=!$*~"  # not "+": some object stores read it as a space
_AS_IT_IS = re.compile(f"[A-Za-z0-9_.{_SAFE}-]*+")  # what most addresses are, seen in a fifth of the time of quoting


class Fault(Struct, frozen=True):
    """What is wrong with an address as somebody typed it: a problem that does not know its place yet."""

    what: str
    fix: str
    severity: Severity = "error"


def slug_problem(text: str, *, called: str = "slug") -> Fault | None:
    """What is wrong with a slug that an editor typed; None if it can stand.  Messages speak of it as *called*.

    An error where the text would be another place than its author meant; a warning where ``slug(text)`` says the
    same thing in a form that is safe on every file system, and is used instead.
    """
    return next(_slug_faults(text.strip(), called), None)


def _slug_faults(text: str, called: str) -> Iterator[Fault]:
    """The faults of a slug as typed; each check relies on those before it."""
    if not text:
        yield Fault(f"the {called} is empty", "write one, or take the line away")
    if owner := RESERVED.get(text.casefold()):
        yield Fault(f"the {called} `{text}` is kept for {owner}", "choose another name")
    if "/" in text or "\\" in text:
        yield Fault(f"a {called} is the name of one folder, without slashes", f"write for example `{slug(text)}`")
    size = len(text.encode(errors="replace"))
    if len(text) > LONGEST or size > LONGEST_BYTES:
        what = f"the {called} is too long: {len(text)} characters, {size} bytes"
        yield Fault(what, f"shorten it to {LONGEST} characters and {LONGEST_BYTES} bytes")
    yield from _segment_faults(text)
    better = slug(text)
    if is_device(text):
        what = f"the {called} `{text}` is the name of a device on Windows, so `{better}` is used"
        yield Fault(what, "choose another name", "warning")
    if better != text:
        yield Fault(f"the {called} is not in its plain form, so `{better}` is used", f"write `{better}`", "warning")


def segment_problem(segment: str) -> Fault | None:
    """What keeps *segment* from being one name in an address and in a folder on every system; None if nothing does."""
    return next(_segment_faults(segment), None)


def _segment_faults(segment: str) -> Iterator[Fault]:
    """The faults of one name in an address; each check relies on those before it."""
    if _NOT_TEXT.search(segment):
        yield Fault("the address has a character in it that is not text", "type it anew")
    if not segment:
        yield Fault("the address has an empty part", "write one slash between two names")
    if segment in {".", ".."}:
        yield Fault(f"`{segment}` is not a name", "write a name of letters, digits and hyphens")
    if segment.startswith("."):
        yield Fault(f"`{segment}` starts with a dot, which hides it from servers and tools", "remove the dot")
    if segment.endswith((".", " ")):
        yield Fault(f"`{segment}` ends with a dot or a space, which some systems drop", "remove it")
    if found := _FORBIDDEN.search(segment):
        yield Fault(f"an address cannot contain `{found[0]}`", "use letters, digits and hyphens")
    if len(segment.encode()) > _LONGEST_SEGMENT_BYTES:
        yield Fault(f"a name in the address is longer than {_LONGEST_SEGMENT_BYTES} bytes", "shorten it")


def _path_faults(path: str) -> Iterator[Fault]:
    """The faults of a path that starts with a slash, segment by segment."""
    for segment in path.removesuffix("/").split("/")[1:]:
        yield from _segment_faults(segment)


def permalink(pattern: str, *, published: datetime | None, section: str, slug: str) -> str:
    """The path of a story: *pattern* with its fields filled in; ``/drafts/SLUG/`` for a draft that has no date.

    *published* is in the site's zone, *section* and *slug* are slugs.  Only the fields' own names are replaced, once.
    A story without a section drops that segment.
    """
    if published is None:
        return f"/drafts/{slug}/"
    fields = {
        "year": f"{published.year:04}",
        "month": f"{published.month:02}",
        "day": f"{published.day:02}",
        "section": section,
        "slug": slug,
    }
    path = _FIELD.sub(lambda field: fields.get(field[1], field[0]), pattern)
    return re.sub("//+", "/", path)


def permalink_problem(pattern: str) -> Fault | None:
    """What is wrong with a pattern for permalinks; None if it can be used."""
    return next(_permalink_faults(pattern), None)


def _permalink_faults(pattern: str) -> Iterator[Fault]:
    """The faults of a pattern; each check relies on those before it."""
    known = ", ".join(f"{{{name}}}" for name in PERMALINK_FIELDS)
    if not pattern.startswith("/"):
        yield Fault("a permalink starts with a slash", f"write for example `/{pattern.lstrip('./')}`")
    for name in _FIELD.findall(pattern):
        if name not in PERMALINK_FIELDS:
            yield Fault(f"`{{{name}}}` is not a field of a permalink", f"the fields are {known}")
    if "{slug}" not in pattern:
        yield Fault("without {slug} every story would share one address", "add {slug}, as in `/{year}/{slug}/`")
    filled = _FIELD.sub("x", pattern)
    if "{" in filled or "}" in filled:
        yield Fault("a permalink has a brace without its partner", f"the fields are {known}")
    yield from _path_faults(filled)
    if not pattern.endswith(("/", ".html")):
        yield Fault("a permalink ends with a slash or with .html", f"write `{pattern}/`")


def alias_path(text: str) -> str:
    """The path that an alias stands for: NFC, decoded if it was typed percent-encoded, a final slash on a folder."""
    path = normalize("NFC", unquote(text.strip()))
    return path if path.endswith("/") or _FILE.search(path) else path + "/"


def alias_problem(text: str) -> Fault | None:
    """What is wrong with a former address that an editor typed; None if a redirect can stand there."""
    return next(_alias_faults(text.strip()), None)


def _alias_faults(text: str) -> Iterator[Fault]:
    """The faults of an alias as typed; each check relies on those before it."""
    if not text:
        yield Fault("the alias is empty", "write a former address of this page, or remove the line")
    if text.startswith("//") or "://" in text:
        yield Fault("an alias is a path on this site, not an address elsewhere", "write it as `/old/address/`")
    if "?" in text or "#" in text:
        yield Fault("a static host cannot redirect an address with ? or #", "remove the query, or the alias")
    if not text.startswith("/"):
        yield Fault("an alias starts with a slash", "write the whole path: `/old/address/`")
    if alias_path(text) in {"/", "/index.html"}:
        yield Fault("an alias `/` would replace the home page", "remove it")
    yield from _path_faults(alias_path(text))


def quoted(path: str) -> str:
    """*path* percent-encoded once, as an href needs it; a ``%`` in it is a character like others."""
    return str(path) if _AS_IT_IS.fullmatch(path) else quote(path, safe=_SAFE)


def absolute(base_url: str, path: str) -> str:
    """The full address of *path* on the site at *base_url* (``Settings.url``, which is encoded already)."""
    return base_url + quoted(path)


def own_path(base_url: str, address: str) -> str:
    """The path of the site at *base_url* to which *address*, one in full, leads; ``""`` if that is elsewhere.

    It is read as browsers read it (https://url.spec.whatwg.org/#url-parsing): a user's name, the usual port, capitals
    and a final dot of the host, encoded characters and dots in the path make no other place of it.
    """
    try:
        own, parts = urlsplit(base_url), urlsplit(address.strip().replace("\\", "/"))
        port = parts.port
    except ValueError:
        return ""
    usual = port is None or port == _PORTS.get(parts.scheme or own.scheme)
    host, other = ascii_host(own.hostname or ""), ascii_host(parts.hostname or "")
    if not other or other != host or parts.scheme not in ("", *_PORTS) or (port != own.port and not usual):
        return ""
    path = unquote(parts.path) or "/"
    plain = posixpath.normpath("/" + path.lstrip("/")) + ("/" if path.endswith(("/", "/.", "/..")) else "")
    base = unquote(own.path)
    return (plain.removeprefix(base).replace("//", "/") or "/") if f"{plain}/".startswith(f"{base}/") else ""


def place_in(address: str) -> str:
    """The fragment of *address* with the sign before it, decoded: ``#entry-1``; ``""`` if it has none."""
    fragment = unquote(address.partition("#")[2]).partition(":~:")[0]
    return f"#{fragment}" if fragment else ""


def ascii_host(name: str) -> str:
    """The host called *name* as the network knows it: in ASCII, without a final dot."""
    plain = unquote(name).lower().rstrip(".")
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


def is_elsewhere(address: str) -> bool:
    """Whether *address* is printed as it is: it is no path of the site."""
    return not address.startswith("/") and address.lower().startswith(("http://", "https://", "#", "mailto:"))


def folded(path: str) -> str:
    """The key under which file systems that ignore case and Unicode form would find *path*."""
    return path.lower() if path.isascii() else normalize("NFC", normalize("NFD", path).casefold())


def folders_of(paths: Iterable[str]) -> set[str]:
    """The folders that *paths* are in, each with all above it; ``""`` is not among them."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def section_url(section: str) -> str:
    """The path of a section's page."""
    return f"/{section}/"


def tag_url(slug: str) -> str:
    """The path of a tag's page."""
    return f"/tags/{slug}/"


def author_url(slug: str) -> str:
    """The path of an author's page."""
    return f"/authors/{slug}/"


def archive_url(year: int, month: int = 0) -> str:
    """The path of a year in the archive, or of one of its months (1 to 12)."""
    return f"/archive/{year:04}/{month:02}/" if month else f"/archive/{year:04}/"


def list_page_url(base: str, number: int) -> str:
    """The path of page *number* of the list at *base*; 0 is its first page, *base* itself."""
    return f"{base}page/{number}/" if number else base


def feed_url(base: str, format: FeedFormat = "rss") -> str:  # noqa: A002 - it is what feeds are in
    """The path of the feed of the list at *base* in a *format*."""
    return base + _FEEDS[format]


def feed_format(url: str) -> FeedFormat:
    """The format of the feed at *url*, which `feed_url` made."""
    return next(name for name, file in _FEEDS.items() if url.endswith(file))


def partner_url(name: str) -> str:
    """The path below which a partner's feed is."""
    return f"/feeds/{name}/"


def fingerprinted(name: str, digest: str) -> str:
    """The path of the asset called *name* whose bytes have that *digest* (hex): ``assets/app.0123abcd.css``."""
    stem, suffix = posixpath.splitext(name)
    return f"{_ASSETS}/{stem}.{digest[:_FINGERPRINT]}{suffix}"


def unfingerprinted(path: str) -> str:
    """The name of the asset at *path*, an address below the site; ``""`` if it is none."""
    found = _FINGERPRINTED.fullmatch(path)
    return found[1] + found[2] if found else ""


def stays_inside(name: str) -> bool:
    """Whether *name* is a plain path below the folder where it is looked up: not absolute, no ``..``, no backslash."""
    return "\\" not in name and "\0" not in name and all(part not in {"", ".", ".."} for part in name.split("/"))
