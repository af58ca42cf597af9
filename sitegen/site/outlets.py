"""What others are given of the stories: what stands in feeds, what partners may publish, what is news.

The clock has a say in each, so `sitegen.schedule` tells when it changes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from sitegen.incremental import query
from sitegen.model.settings import PartnerFeed
from sitegen.site.lists import Lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NEWS: Final = timedelta(days=2)
"""How long a story is news to search engines
(https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""


def joins(feed: PartnerFeed, published: datetime) -> datetime:
    """When a story that came out at *published* is in the *feed* of a partner."""
    return published + timedelta(seconds=feed.delay)


def is_for(feed: PartnerFeed, section: str, tags: Iterable[str], authors: Iterable[str]) -> bool:
    """Whether the *feed* of a partner is to have a story of a section, with *tags* and *authors* (slugs)."""
    wanted = ((feed.sections, [section]), (feed.tags, tags), (feed.authors, authors))
    return all(not names or not set(names).isdisjoint(found) for names, found in wanted)


class Site(Lists):
    """Questions about the content of a site: all that there are."""

    @query(keep=True)
    def feed_paths(self, kind: str, subject: str) -> tuple[str, ...]:
        """The stories in a feed, newest first: of a list (see `list_paths`), or of a ``partner``.

        ``home`` is all but what was paid for, which nobody who subscribes to the news asked for.
        """
        limit = int(str(self.setting("feed_limit")))
        if kind == "partner":
            return tuple(islice(self._passed_on(self.partner_feed(subject)), limit))
        if kind == "home":
            return tuple(islice((path for path in self.list_paths("all", subject) if not self.entry(path).paid), limit))
        return self.list_paths(kind, subject)[:limit]

    @query(keep=True)
    def partner_feed(self, name: str) -> PartnerFeed:
        """The settings of the feed of a partner."""
        return next(feed for feed in self.shown_settings().feeds.partners if feed.name == name)

    def _passed_on(self, feed: PartnerFeed) -> Iterator[str]:
        """The stories of *feed*: the newsroom's own, as nobody can pass on what is another's, or was paid for."""
        for entry in self.entries():
            if not (entry.published and entry.listed and entry.ours):
                continue
            wanted = is_for(feed, entry.section, (tag.slug for tag in entry.tags), entry.authors)
            if wanted and self._reached(joins(feed, entry.published)):
                yield entry.path

    @query(keep=True)
    def news(self) -> tuple[str, ...]:
        """The stories of a news sitemap, newest first: the newsroom's own of the last two days, to be indexed."""
        found = []
        for entry in self.entries():
            if entry.published and self._reached(entry.published + NEWS):
                break  # the others are older
            if entry.published and entry.listed and entry.ours and not entry.hidden:
                found.append(entry.path)
        return tuple(found)
