"""Which outputs there are, and that no two want one place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.errors import CollisionError, Location, Problem
from sitegen.incremental import query
from sitegen.listing import older_pages, parts
from sitegen.model.page import Page, PageKind
from sitegen.site import Site
from sitegen.site.stories import is_hidden
from sitegen.urls import (
    CORRECTIONS,
    absolute,
    alias_path,
    archive_url,
    author_url,
    feed_url,
    folded,
    folders_of,
    is_elsewhere,
    list_page_url,
    partner_url,
    section_url,
    tag_url,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sitegen.model.article import Entry, StandingPage


MOST_URLS: Final = 50_000
"""How many URLs one sitemap may list (https://www.sitemaps.org/protocol.html)."""
MOST_BYTES: Final = 50 * 1024 * 1024
"""How long it may be."""
MOST_NEWS: Final = 1_000
"""How many stories one news sitemap may list
(https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""
_LONGEST_URL: Final = 2048  # characters that the protocol allows
_AROUND_URL: Final = 120  # bytes of what stands around an address, at most
_MOST_USERS: Final = 5  # of a folder, that are named
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
        policies = self.shown_settings().publisher.policies
        return tuple((name, address) for name, address in policies if self._is_readable(address))

    def _is_readable(self, address: str) -> bool:
        return is_elsewhere(address) or self.answers(address)

    @query
    def indexed(self) -> tuple[tuple[str, datetime | None], ...]:
        """What sitemaps list: the pages that search engines may show, each with its last real update, if it has one.

        Not the copies of what stands elsewhere, nor what asks not to be indexed.  In the order of the plan.
        """
        modified = {entry.path: entry.modified for entry in self.entries()}
        return tuple((page.url, modified.get(page.subject)) for page in _indexed(self, self.plan().values()))

    @query
    def sitemap_part(self, number: int) -> tuple[tuple[str, datetime | None], ...]:
        """Those of `indexed` in part *number* of the sitemap, from 1 on; in part 0 all."""
        found = self.indexed()
        if not number:
            return found
        first, last = _parts(str(self.setting("url")), [url for url, _ in found])[number - 1]
        return found[first:last]


def planned(site: Site) -> tuple[Page, ...]:
    """Every output to make from the site's content, static files included.

    Raises CollisionError naming both sources of each file that two of them want.
    """
    documents = (*_stories(site), *_lists(site), *_archive(site), *_corrections(site), *_fixed(site))
    found = (*documents, *_partners(site), *_sitemaps(site, documents), *_static(site), *_aliases(site))
    if problems := (*collisions(found), *_same_ids(site)):
        raise CollisionError(problems)
    return found


def _stories(site: Site) -> Iterator[Page]:
    for entry in site.entries():
        yield Page(url=entry.url, kind="article", subject=entry.path, path=entry.path)
    for page in site.pages():
        yield Page(url=page.url, kind="page", subject=page.path, path=page.path)


class _List(Struct, frozen=True):
    """A list of stories that has pages and feeds."""

    kind: PageKind
    base: str
    subject: str
    count: int
    label: str


def _lists(site: Site) -> Iterator[Page]:
    size, feeds = site.settings().paginate, site.settings().feeds
    for each in _all_lists(site):
        for number in range(older_pages(each.count, size) + 1):
            url = list_page_url(each.base, number)
            yield Page(url=url, kind=each.kind, subject=each.subject, number=number, label=each.label)
        followed = f"{each.kind} {each.subject}".strip()
        for format_ in feeds.of(each.kind):
            url = feed_url(each.base, format_)
            yield Page(url=url, kind="feed", subject=followed, label=f"the feed of {each.label}")


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
    for format_ in site.settings().feeds.of("corrections"):
        yield Page(url=feed_url(CORRECTIONS, format_), kind="corrections-feed", label="the feed of corrections")


def _partners(site: Site) -> Iterator[Page]:
    """The feeds of partners."""
    for feed in site.settings().feeds.partners:
        for format_ in feed.formats:
            url = feed_url(partner_url(feed.name), format_)
            yield Page(url=url, kind="feed", subject=f"partner {feed.name}", label=f"the feed of partner {feed.name}")


def _fixed(site: Site) -> Iterator[Page]:
    if site.tags():
        yield Page(url="/tags/", kind="tags", label="the list of tags")
    if site.authors():
        yield Page(url="/authors/", kind="authors", label="the list of authors")
    yield Page(url="/404.html", kind="not-found", label="the page for missing addresses")
    yield Page(url="/robots.txt", kind="robots", label="the file for robots")
    if f"{site.setting('static')}{HEADERS}" not in site.static_paths():  # one that is written by hand is the site's own
        yield Page(url=HEADERS, kind="headers", label="the table of headers")


def _sitemaps(site: Site, documents: Iterable[Page]) -> Iterator[Page]:
    """The sitemap and the news sitemap, or for each an index and its parts where it would be too long."""
    urls = sorted(page.url for page in _indexed(site, documents))
    yield Page(url="/sitemap.xml", kind="sitemap", label="the sitemap")
    for number, _ in enumerate(_parts(site.settings().url, urls), 1):
        yield Page(url=f"/sitemap-{number}.xml", kind="sitemap", number=number, label="the sitemap")
    yield Page(url="/news-sitemap.xml", kind="news-sitemap", label="the news sitemap")
    news = len(site.news())
    for number in range(1, -(-news // MOST_NEWS) + 1 if news > MOST_NEWS else 1):
        yield Page(url=f"/news-sitemap-{number}.xml", kind="news-sitemap", number=number, label="the news sitemap")


def _indexed(site: Site, pages: Iterable[Page]) -> Iterator[Page]:
    """Those of *pages* that sitemaps list."""
    home = site.settings().url
    hidden = {page.path for page in site.pages() if is_hidden(page, home + "/")}
    hidden.update(entry.path for entry in site.entries() if entry.hidden)
    for page in pages:
        if page.kind in _HTML and page.subject not in hidden and len(absolute(home, page.url)) <= _LONGEST_URL:
            yield page


def _parts(home: str, urls: list[str]) -> tuple[tuple[int, int], ...]:
    """Where *urls* are cut, for sitemaps that are no longer than they may be; nowhere if one can hold them all."""
    if len(urls) <= min(MOST_URLS, MOST_BYTES // (_LONGEST_URL + _AROUND_URL)):
        return ()
    found = parts([len(absolute(home, url)) + _AROUND_URL for url in urls], MOST_URLS, MOST_BYTES - _AROUND_URL)
    return found if len(found) > 1 else ()


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
    users: dict[str, dict[str, None]] = {}
    for page in owners.values():
        for folder in _folders(page.file):
            users.setdefault(folded(folder), {})[page.source] = None
    for file, page in owners.items():
        if file in users:
            problems.append(_collision(page, f"would be the file {page.url}, which {_needed_by(*users[file])}"))
    return problems


def _needed_by(*users: str) -> str:
    """That *users*, or some of them, need something as a folder."""
    if len(users) == 1:
        return f"{users[0]} needs as a folder"
    more = [f"{len(users) - _MOST_USERS} more"] if len(users) > _MOST_USERS else []
    *some, last = [*users[:_MOST_USERS], *more]
    return f"{', '.join(some)} and {last} need as a folder"


def _folders(file: str) -> Iterator[str]:
    at = file.find("/")
    while at >= 0:
        yield file[:at]
        at = file.find("/", at + 1)


def _collision(page: Page, what: str) -> Problem:
    fix = "give one of them another `slug:`, or rename the file"
    return Problem(Location(page.path), what, fix) if page.path else Problem(None, f"{page.source} {what}", fix)
