"""``site.yaml``, read."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from sitegen.model.deploy import AnyPlace
from sitegen.model.taxonomy import Section, Tag

Html = Literal["safe", "none", "trusted"]
Syndication = Literal["noindex", "canonical"]
Emails = Literal["protected", "plain"]


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


class Feeds(Struct, frozen=True, kw_only=True):
    """What feeds tell.  *email*: print the e-mail addresses of authors; off, as they are harvested."""

    email: bool = False


class Settings(Struct, frozen=True, kw_only=True):
    """The configuration of a site.  *url* has no final slash; its path, if any, is where the site lives.

    *syndicated* is what search engines are told of a story that first appeared elsewhere: to leave this copy out, or
    where the original is.
    *emails* says how addresses stand in pages: kept from programs that collect them, or as they are.
    """

    title: str
    url: str
    timezone: str
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
    def base(self) -> str:
        """The path below which the site lives: ``""`` or ``/microsite``, never with a final slash."""
        after_scheme = self.url.split("://", 1)[-1]
        return after_scheme[len(after_scheme.split("/", 1)[0]) :]
