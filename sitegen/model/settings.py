"""``site.yaml``, read."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from sitegen.model.deploy import AnyPlace
from sitegen.model.taxonomy import Section, Tag

Html = Literal["safe", "none", "trusted"]
Syndication = Literal["noindex", "canonical"]
Emails = Literal["protected", "plain"]
FeedFormat = Literal["rss", "atom", "json"]


class Extra(Struct, frozen=True):
    """A mapping for the site's own layouts, as JSON text: answers must be immutable, and a dict is not."""

    json: str = "{}"


class Publisher(Struct, frozen=True, kw_only=True):
    """Who answers for the site.  *policies* pairs a name (``corrections``) with the URL or path of its page."""

    name: str = ""
    logo: str = ""
    policies: tuple[tuple[str, str], ...] = ()


class Dates(Struct, frozen=True, kw_only=True):
    """How a date is printed: a length that the reader's language knows, or a *format* of our own.

    *format* is ``""``, ``newspaper`` (``28 Oct. 2021, 18:22``) or a pattern of Unicode LDML.
    """

    style: Literal["short", "medium", "long", "full"] = "medium"
    format: str = ""


class Markdown(Struct, frozen=True, kw_only=True):
    """How the text of a story is read: what becomes of raw HTML, and which hosts may be framed."""

    html: Html = "safe"
    embeds: tuple[str, ...] = ()


class Csp(Struct, frozen=True, kw_only=True):
    """What pages may load beside what is the site's own (https://www.w3.org/TR/CSP3/), for hosts that send headers.

    *sources* pairs a directive (``script-src``) with what is added to it.  With *off* nothing is forbidden.
    """

    off: bool = False
    sources: tuple[tuple[str, tuple[str, ...]], ...] = ()


class PartnerFeed(Struct, frozen=True, kw_only=True):
    """A feed for others who publish what is in it.  *name* is its address below ``/feeds/``.

    *sections* (ids), *tags* and *authors* (slugs) say which stories: where one of these names any, the story has one of
    them.  A story joins *delay* seconds after it was published.  *credit* is the line at its end, ``""`` for the usual
    one.  *pictures* are the credits of those that may be passed on, ``*`` for any text in them.
    """

    name: str
    title: str = ""
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    delay: int = 0
    text: Literal["full", "summary"] = "full"
    credit: str = ""
    pictures: tuple[str, ...] = ()
    formats: tuple[FeedFormat, ...] = ("rss", "atom", "json")


class Feeds(Struct, frozen=True, kw_only=True):
    """What feeds there are, and what they tell.

    *email*: print the e-mail addresses of authors; off, as they are harvested.  *formats* are those of the whole site
    and of sections, *lists* those of tags and authors, of which there are so many that each format is dear, and of
    corrections; RSS is among both.  *hubs* tell subscribers of changes (WebSub).
    """

    email: bool = False
    formats: tuple[FeedFormat, ...] = ("rss", "atom", "json")
    lists: tuple[FeedFormat, ...] = ("rss",)
    hubs: tuple[str, ...] = ()
    partners: tuple[PartnerFeed, ...] = ()

    def of(self, kind: str) -> tuple[FeedFormat, ...]:
        """The formats of the feeds that follow a *kind* of page: ``home``, ``section``, ``tag``, ``corrections``."""
        return self.formats if kind in {"home", "section"} else self.lists


class Settings(Struct, frozen=True, kw_only=True):
    """The configuration of a site.  *url* has no final slash; its path, if any, is where the site lives.

    *id* is its permanent name: a URI; ``""`` where it has none but its address.

    *syndicated* is what search engines are told of a story that first appeared elsewhere: to leave this copy out, or
    where the original is.
    *emails* says how addresses stand in pages: kept from programs that collect them, or as they are.
    """

    title: str
    url: str
    timezone: str
    id: str = ""
    summary: str = ""
    lang: str = "en"
    sections: tuple[Section, ...] = ()
    tags: tuple[Tag, ...] = ()
    output: str = "public"
    layouts: str = "layouts"
    static: str = "static"
    permalink: str = "/{year}/{month}/{slug}/"
    paginate: int = 20
    feed_limit: int = 50
    publisher: Publisher = Publisher()
    dates: Dates = Dates()
    markdown: Markdown = Markdown()
    csp: Csp = Csp()
    feeds: Feeds = Feeds()
    emails: Emails = "protected"
    keep: tuple[str, ...] = ()
    deploy: tuple[AnyPlace, ...] = ()
    syndicated: Syndication = "noindex"
    extra: Extra = Extra()

    @property
    def emails_kept_from_feeds(self) -> bool:
        """Whether e-mail addresses in the words of feeds are kept from programs that collect them."""
        return self.emails == "protected" and not self.feeds.email

    @property
    def base(self) -> str:
        """The path below which the site lives: ``""`` or ``/microsite``, never with a final slash."""
        after_scheme = self.url.split("://", 1)[-1]
        return after_scheme[len(after_scheme.split("/", 1)[0]) :]
