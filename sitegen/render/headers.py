"""Headers of answers: what browsers are told beside the page, for hosts and servers that send what they are given."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from sitegen.render.feeds import uri
from sitegen.served import FEED_TYPES, FOREVER
from sitegen.urls import absolute, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sitegen.model.settings import Settings

# Two years, as https://hstspreload.org and the OWASP Secure Headers Project (ci/headers_add.json) have it.
_HSTS: Final = "max-age=63072000; includeSubDomains"
_POWERS: Final = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
_MOST_RULES: Final = 100  # https://developers.cloudflare.com/pages/configuration/headers/
_PLAYERS: Final = {
    "youtube.com": ("https://www.youtube-nocookie.com",),
    "youtu.be": ("https://www.youtube-nocookie.com",),
    "vimeo.com": ("https://player.vimeo.com",),
}
"""Where the players of these hosts are: see `sitegen.content.markdown.embeds`."""


def content_security_policy(settings: Settings) -> str:
    """What pages may load and where they may be shown (https://www.w3.org/TR/CSP3/); ``""`` where ``csp`` is false.

    Frames are those of ``markdown.embeds``; pictures, films and sounds may come from any host, as editors may name one.
    No page of the theme has a script or style in it; structured data is none.  Where editors are trusted with raw HTML,
    what that loads is theirs to say, so only what no page needs is forbidden.
    """
    if settings.csp.off:
        return ""
    directives: dict[str, list[str]] = {}
    if settings.markdown.html != "trusted":
        directives = {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "img-src": ["'self'", "https:", "data:"],
            "media-src": ["'self'", "https:"],
            "font-src": ["'self'"],
            "connect-src": ["'self'"],
            "frame-src": _frames(settings.markdown.embeds),
            "manifest-src": ["'self'"],
            "form-action": ["'self'"],
        }
    directives |= {"object-src": ["'none'"], "base-uri": ["'none'"], "frame-ancestors": ["'none'"]}
    for name, sources in settings.csp.sources:
        if settings.markdown.html != "trusted" or name == "frame-ancestors":
            known = [source for source in directives.get(name, []) if source != "'none'"]
            directives[name] = [*known, *(source for source in sources if source not in known)]
    if settings.url.startswith("https:"):
        directives["upgrade-insecure-requests"] = []
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def _frames(embeds: tuple[str, ...]) -> list[str]:
    """What may be framed: each host of *embeds*, hosts below it, and where its player is."""
    hosts = [host.removeprefix("www.") for host in embeds]
    found = [source for host in hosts for source in (f"https://{host}", f"https://*.{host}", *_PLAYERS.get(host, ()))]
    return list(dict.fromkeys(found)) or ["'none'"]


def security_headers(settings: Settings) -> dict[str, str]:
    """Those of every answer, by their names: the OWASP Secure Headers Project's, less what would break embeds.

    The referrer is sent to other sites without the path, as newsrooms live by knowing who links to them.
    """
    policy = content_security_policy(settings)
    framed = any(name == "frame-ancestors" for name, _ in settings.csp.sources) or not policy
    return {
        **({"Content-Security-Policy": policy} if policy else {}),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{power}=()" for power in _POWERS),
        "Referrer-Policy": "strict-origin-when-cross-origin",
        **({"Strict-Transport-Security": _HSTS} if settings.url.startswith("https:") else {}),
        "X-Content-Type-Options": "nosniff",
        **({} if framed else {"X-Frame-Options": "DENY"}),
    }


def feed_link(address: str, hubs: Iterable[str]) -> str:
    """The ``Link`` of the feed at *address*, by which subscribers find the *hubs* (https://www.w3.org/TR/websub/#discovery)."""
    links = [(address, "self"), *((uri(hub), "hub") for hub in hubs)]
    return ", ".join(f'<{target}>; rel="{rel}"' for target, rel in links)


def headers_file(settings: Settings, feeds: Iterable[str] = ()) -> bytes:
    """The ``_headers`` of Netlify (https://docs.netlify.com/manage/routing/headers/) and Cloudflare Pages.

    Where several rules match, Cloudflare joins values of one header with a comma: so no two here give the same one.
    What has no ``Cache-Control`` both hosts have browsers ask for again each time.

    Of *feeds*, their paths below the site, the first have a ``Link`` to the hubs, if there are any: as many as
    Cloudflare reads rules.  The others name their hubs themselves, as all do.
    """
    return "".join(islice(_rules(settings, feeds), _MOST_RULES)).encode()


def _rules(settings: Settings, feeds: Iterable[str]) -> Iterator[str]:
    base = settings.base
    yield _rule(f"{base}/*", security_headers(settings))
    yield _rule(f"{base}/assets/*", {"Cache-Control": FOREVER})
    for name, kind in FEED_TYPES.items():
        yield _rule(f"{base}/{name}", {"Content-Type": kind})
        yield _rule(f"{base}/*/{name}", {"Content-Type": kind})
    for url in feeds if settings.feeds.hubs else ():
        link = feed_link(absolute(settings.url, url), settings.feeds.hubs)
        yield _rule(base + quoted(url), {"Link": link})


def _rule(pattern: str, headers: dict[str, str]) -> str:
    return pattern + "\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())
