"""Which outputs there are, and that no two want one place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.errors import CollisionError, Location, Problem
from sitegen.incremental import query
from sitegen.listing import older_pages
from sitegen.model.page import Page, PageKind
from sitegen.site import Site
from sitegen.site.stories import is_hidden
from sitegen.urls import (
    CORRECTIONS,
    alias_path,
    archive_url,
    author_url,
    feed_url,
    folded,
    folders_of,
    is_elsewhere,
    list_page_url,
    section_url,
    tag_url,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sitegen.model.article import Entry, StandingPage


MOST_URLS: Final = 50_000
"""How many URLs one sitemap may list (https://www.sitemaps.org/protocol.html)."""
REDIRECTS: Final = "/_redirects"
HEADERS: Final = "/_headers"
_HTML: Final = (
    *("article", "page", "home", "section", "tag", "tags", "author", "authors", "archive", "year", "month"),
    "corrections",
)


class Planned(Site):
    """Questions about what there is to publish."""

    @query(keep=True)
    def plan(self) -> dict[str, Page]:
        """Every output that the content asks for, by its URL below the site, and in that order.

        The print of a mapping says nothing of its order, so whoever goes through this one must always find the same.
        """
        return {page.url: page for page in sorted(planned(self), key=lambda page: page.url)}

    @query
    def page_at(self, url: str) -> Page:
        """The output at *url*: one entry of the plan, so that a new story does not touch the pages of others."""
        return self.plan()[url]  # a KeyError would be ours: only what is planned is asked for

    @query
    def answers(self, url: str) -> bool:
        """Whether something is planned at *url*, with or without a final slash or index.html."""
        planned = self.plan()
        return any(form in planned for form in (url, url.rstrip("/") + "/", url.removesuffix("index.html")))

    @query
    def policies(self) -> tuple[tuple[str, str], ...]:
        """The publisher's policies that can be read: a name and the address of its page each."""
        policies = self.settings().publisher.policies
        return tuple((name, address) for name, address in policies if is_elsewhere(address) or self.answers(address))

    @query
    def indexed(self) -> tuple[tuple[str, datetime | None], ...]:
        """What a sitemap lists: the pages that search engines may show, each with its last real update, if it has one.

        Not the copies of what stands elsewhere, nor what asks not to be indexed.
        """
        own = str(self.setting("url")) + "/"
        hidden = {page.path for page in self.pages() if is_hidden(page, own)}
        modified: dict[str, datetime | None] = {}
        for entry in self.entries():
            modified[entry.path] = entry.modified
            if entry.hidden:
                hidden.add(entry.path)
        return tuple(
            (page.url, modified.get(page.subject))
            for page in self.plan().values()
            if page.kind in _HTML and page.subject not in hidden
        )


def planned(site: Site) -> tuple[Page, ...]:
    """Every output to make from the site's content, static files included.

    Raises CollisionError naming both sources of each file that two of them want.
    """
    documents = (*_stories(site), *_lists(site), *_archive(site), *_corrections(site), *_fixed(site))
    found = (*documents, *_sitemaps(len(documents)), *_static(site), *_aliases(site))
    if problems := (*collisions(found), *_same_ids(site)):
        raise CollisionError(problems)
    return found


def _stories(site: Site) -> Iterator[Page]:
    for entry in site.entries():
        yield Page(url=entry.url, kind="article", subject=entry.path, path=entry.path)
    for page in site.pages():
        yield Page(url=page.url, kind="page", subject=page.path, path=page.path)


class _List(Struct, frozen=True):
    """A list of stories that has pages and a feed."""

    kind: PageKind
    base: str
    subject: str
    count: int
    label: str


def _lists(site: Site) -> Iterator[Page]:
    size = site.settings().paginate
    for each in _all_lists(site):
        for number in range(older_pages(each.count, size) + 1):
            url = list_page_url(each.base, number)
            yield Page(url=url, kind=each.kind, subject=each.subject, number=number, label=each.label)
        followed = f"{each.kind} {each.subject}".strip()
        yield Page(url=feed_url(each.base), kind="feed", subject=followed, label=f"the feed of {each.label}")


def _all_lists(site: Site) -> Iterator[_List]:
    yield _List("home", "/", "", len(site.list_paths("home", "")), "the home page")
    for section in site.sections():
        count = len(site.list_paths("section", section.id))
        yield _List("section", section_url(section.id), section.id, count, f"the section {section.id}")
    for tagged in site.tags():
        slug = tagged.tag.slug
        yield _List("tag", tag_url(slug), slug, tagged.count, f"the tag {tagged.tag.title}")
    for each in site.authors():
        slug = each.author.slug
        yield _List("author", author_url(slug), slug, each.count, f"the author {each.author.name}")


def _archive(site: Site) -> Iterator[Page]:
    yield Page(url="/archive/", kind="archive", label="the archive")
    months = site.months()
    for year in sorted({month.year for month in months}):
        yield Page(url=archive_url(year), kind="year", subject=str(year), label=f"the archive of {year}")
    for month in months:
        subject = f"{month.year:04}-{month.month:02}"
        url = archive_url(month.year, month.month)
        yield Page(url=url, kind="month", subject=subject, label=f"the archive of {subject}")


def _corrections(site: Site) -> Iterator[Page]:
    """The list of corrections; there before there is one, so that what links to it holds, and no page waits on it."""
    label = "the list of corrections"
    for number in range(older_pages(len(site.corrections()), site.settings().paginate) + 1):
        yield Page(url=list_page_url(CORRECTIONS, number), kind="corrections", number=number, label=label)
    yield Page(url=feed_url(CORRECTIONS), kind="corrections-feed", label="the feed of corrections")


def _fixed(site: Site) -> Iterator[Page]:
    if site.tags():
        yield Page(url="/tags/", kind="tags", label="the list of tags")
    if site.authors():
        yield Page(url="/authors/", kind="authors", label="the list of authors")
    yield Page(url="/404.html", kind="not-found", label="the page for missing addresses")
    yield Page(url="/robots.txt", kind="robots", label="the file for robots")
    if f"{site.setting('static')}{HEADERS}" not in site.static_paths():  # one that is written by hand is the site's own
        yield Page(url=HEADERS, kind="headers", label="the table of headers")


def _sitemaps(documents: int) -> Iterator[Page]:
    """One sitemap, or an index of as many as *documents* may need."""
    yield Page(url="/sitemap.xml", kind="sitemap", label="the sitemap")
    if documents > MOST_URLS:
        for number in range(1, -(-documents // MOST_URLS) + 1):
            yield Page(url=f"/sitemap-{number}.xml", kind="sitemap", number=number, label="the sitemap")


def _static(site: Site) -> Iterator[Page]:
    folder, held = str(site.setting("static")) + "/", frozenset(site.held_files())
    for path in site.static_paths():
        if path not in held:
            yield Page(url="/" + path.removeprefix(folder), kind="static", subject=path, path=path)


def _aliases(site: Site) -> Iterator[Page]:
    """The redirects from former addresses.  One that is its page's own address is nothing to redirect."""
    found = [
        Page(url=alias_path(alias), kind="redirect", subject=owner.url, path=owner.path)
        for owner in _owners(site)
        for alias in owner.aliases
        if alias_path(alias) != owner.url
    ]
    yield from found
    if found:
        yield Page(url=REDIRECTS, kind="redirects", label="the table of redirects")


def _owners(site: Site) -> Iterator[Entry | StandingPage]:
    yield from site.entries()
    yield from site.pages()


def _same_ids(site: Site) -> Iterator[Problem]:
    """One problem for each story that has the permanent id of another: feed readers would take them for one."""
    owners: dict[str, str] = {}
    for entry in site.entries():
        other = owners.setdefault(entry.id, entry.path)
        if other != entry.path:
            what = f"and {other} have the same id, {entry.id}"
            yield Problem(Location(entry.path), what, "give the newer one another id; ids are for ever")


def collide(files: Iterable[str]) -> bool:
    """Whether one place is wanted twice by *files*, or is wanted as a folder too: what `collisions` tells of."""
    paths = list(files)
    places = set(map(folded, paths))
    return len(places) < len(paths) or not places.isdisjoint(map(folded, folders_of(paths)))


def collisions(planned: Iterable[Page]) -> list[Problem]:
    """One problem for each file that two of *planned* want, and for each that would have to be a folder too.

    Names that a disk may hold to be the same, ignoring case and Unicode form, are the same.
    """
    owners: dict[str, Page] = {}
    problems = []
    for page in planned:
        other = owners.setdefault(folded(page.file), page)
        if other is not page:
            problems.append(_collision(page, f"and {other.source} would both be {page.url}"))
    folders = {folded(folder): page for page in owners.values() for folder in _folders(page.file)}
    for file, page in owners.items():
        if file in folders:
            other = folders[file]
            problems.append(_collision(page, f"would be the file {page.url}, which {other.source} needs as a folder"))
    return problems


def _folders(file: str) -> Iterator[str]:
    at = file.find("/")
    while at >= 0:
        yield file[:at]
        at = file.find("/", at + 1)


def _collision(page: Page, what: str) -> Problem:
    fix = "give one of them another `slug:`, or rename the file"
    return Problem(Location(page.path), what, fix) if page.path else Problem(None, f"{page.source} {what}", fix)
