"""The links and pictures of a text: which are safe, which leave the site, and where on the site the others lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from markdown_it.common.normalize_url import normalizeLink

from sitegen.content.forms import address_parts
from sitegen.content.markdown.html_rules import DATA_PICTURE
from sitegen.content.markdown.plaintext import plain
from sitegen.content.markdown.tokens import words
from sitegen.content.references import Link
from sitegen.urls import own_path, place_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it.token import Token

    from sitegen.content.markdown.reading import Reading
    from sitegen.content.references import References
    from sitegen.errors import Location

# Browsers take these out of an address before they look at its scheme (URL standard, 4.4).
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_WEB = frozenset(("http", "https"))
_LINKED = frozenset(("mailto", "tel", "sms", "geo", "xmpp", "webcal", "ftp", "sftp", "irc", "ircs", "magnet", "news"))
_PLAIN = re.compile(r"https?://[a-z0-9.-]++(?:[/?#](?:[\w.~:/?#@!$&()*+,;=-]|%[0-9A-Fa-f]{2})*+)?", re.ASCII)
_ADDRESSED = frozenset(("link_open", "image"))
_OWN = ("site-", "correction-")


class Unresolved:
    """The answers for a text that stands alone, such as a caption, on a site with the base path *base*.

    A path from the root can be printed; one that is relative is relative to no file, so its words stand alone.
    """

    def __init__(self, base: str = "") -> None:
        """Answer below *base*."""
        self._base = base

    def link(self, target: str, where: Location, *, pasted: bool = False) -> Link:  # noqa: ARG002
        """*target* below the base; its words alone where it is relative."""
        return Link(self._base + normalizeLink(target)) if target.startswith("/") else Link("", text_only=True)

    def leads_to_held(self, path: str, where: Location) -> bool:  # noqa: ARG002
        """Never: nothing is known of the site."""
        return False

    def picture(self, src: str, where: Location, *, pasted: bool = False) -> str:  # noqa: ARG002
        """*src* below the base; none where it is relative."""
        return self._base + normalizeLink(src) if src.startswith("/") else ""

    def picture_size(self, src: str) -> tuple[int, int]:  # noqa: ARG002
        """Not known."""
        return 0, 0


class Addresses:
    """What becomes of the addresses in one text, on the site at *site_url*."""

    def __init__(self, reading: Reading, references: References, site_url: str, *, paid: bool = False) -> None:
        """Ask *references* about other files; *paid*: links that leave the site are paid for, which they have to say.

        https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links
        """
        self.outward = ("external", "sponsored") if paid else ("external",)
        self._reading = reading
        self._references = references
        self._url = site_url
        self._host = urlsplit(site_url).hostname or ""

    def resolved(self, tokens: list[Token]) -> None:
        """Give every link and picture in *tokens* the address to print, or leave its words alone."""
        for token in tokens:
            if token.type == "inline" and token.children:
                self._resolve(token)

    def _resolve(self, inline: Token) -> None:
        children = inline.children or []
        line = (inline.map or [0])[0]
        if _ADDRESSED.isdisjoint([child.type for child in children]):
            return
        done: list[Token] = []
        open_links: list[bool] = []
        for child in children:
            if child.type == "link_open":
                open_links.append(self._link(child, inline.content, line))
                done += [child] if open_links[-1] else []
            elif child.type == "link_close":
                done += [child] if not open_links or open_links.pop() else []
            elif child.type == "image":
                where = self._reading.place(inline.content, child.meta.get("at", 0), line)
                done.append(child if self._picture(child, where) else words(plain([child])))
            else:
                done.append(child)
        inline.children = done

    def _link(self, token: Token, content: str, line: int) -> bool:
        """Give the link *token*, in words *content* at *line*, its address; False: there is none to lead to."""
        target = str(token.attrs.get("href", ""))
        if _PLAIN.fullmatch(target) and self.is_external(target):
            link = Link(target)  # as `link` would find at more length, and nothing of it has to be placed and told
        else:
            link = self.link(target, self._reading.place(content, token.meta.get("at", 0), line))
        if link.text_only:
            return False
        token.attrs["href"] = link.url
        if self.is_external(link.url):
            token.attrs["rel"] = " ".join(dict.fromkeys([*self.outward, *str(token.attrs.get("rel", "")).split()]))
            token.attrJoin("class", "external")
        return True

    def link(self, target: str, where: Location, *, pasted: bool = False) -> Link:
        """What becomes of a link to *target*, as it was written; *pasted*: see `References`."""
        bare = _IGNORED.sub("", target)
        if not bare:
            return Link("", text_only=True)
        scheme = _SCHEME.match(bare)
        if scheme:
            name = scheme[1].lower()
            if name in _WEB or name in _LINKED:
                return self._in_full(target.strip(), where, pasted=pasted)
            fix = "link to an address that starts with https:, mailto: or tel:"
            self._reading.warn(where, f"a link cannot lead to {name}:, so its words stand alone", fix)
            return Link("", text_only=True)
        if bare.startswith(("//", "\\\\", "/\\", "\\/")):
            return self._in_full(target.strip().replace("\\", "/"), where, pasted=pasted)
        if bare.startswith("#"):
            return self._within(target.strip(), where)
        return self._references.link(target, where, pasted=pasted)

    def _in_full(self, target: str, where: Location, *, pasted: bool) -> Link:
        """What becomes of a link to an address with its host, which may be the site's own."""
        url = self._elsewhere(target, where, pasted=pasted)
        path = own_path(self._url, url)
        if path and self._references.leads_to_held(path + place_in(url), where):
            return Link("", text_only=True)
        return Link(url, text_only=not url)

    def _within(self, target: str, where: Location) -> Link:
        """What becomes of a link to a place in the same text."""
        name = unquote(target[1:])
        if name and name != "top" and name not in self._reading.ids and not name.startswith(_OWN):
            if not self._references.leads_to_held(f"#{name}", where):
                self._reading.warn(where, f"this text has no heading or id {name}", "link to one that it has")
            return Link("", text_only=True)
        return Link(normalizeLink(target))

    def is_external(self, url: str) -> bool:
        """Whether *url*, which is to be printed, leads away from the site."""
        if not url.lower().startswith(("//", "http:", "https:")):
            return False
        return self._host not in url.lower() or not own_path(self._url, url)

    def _elsewhere(self, url: str, where: Location, *, pasted: bool) -> str:
        """*url*, which leads elsewhere, with all encoded that an address cannot have; ``""``: it cannot be one."""
        if _PLAIN.fullmatch(url):
            return url
        if address_parts(url):
            return normalizeLink(url)
        tell = self._reading.warn if pasted else self._reading.error
        tell(where, f"{url[:40]} cannot be an address", "copy it again from where it leads to")
        return ""

    def picture(self, src: str, where: Location, *, pasted: bool = False) -> str:
        """The address to print for the picture *src*; ``""``: there is none to show, and why has been told."""
        bare = _IGNORED.sub("", src)
        if not bare:
            self._reading.warn(where, "this picture has no address", "write its file's name in the parentheses")
            return ""
        scheme = _SCHEME.match(bare)
        if DATA_PICTURE.match(bare):
            return bare
        if scheme and scheme[1].lower() not in _WEB:
            fix = "name a file of this site, or an address that starts with https:"
            self._reading.warn(where, f"a picture cannot be at {scheme[1].lower()}:, so its words are shown", fix)
            return ""
        if scheme or bare.startswith("//"):
            return self._elsewhere(src.strip(), where, pasted=pasted)
        return self._references.picture(src, where, pasted=pasted)

    def sides(self, src: str, given: Mapping[str, object]) -> dict[str, str]:
        """The width and height to print for the picture *src* that are not *given*, so that no text jumps.

        Where one is given, the other follows from it; nothing where the picture's own are not known.
        """
        width, height = self._references.picture_size(_IGNORED.sub("", src))
        asked = {side: str(given[side]) for side in ("width", "height") if side in given}
        if not (width and height) or len(asked) > 1 or not all(map(str.isdecimal, asked.values())):
            return {}
        if "width" in asked:
            return {"height": str(round(int(asked["width"]) * height / width))}
        if "height" in asked:
            return {"width": str(round(int(asked["height"]) * width / height))}
        return {"width": str(width), "height": str(height)}

    def _picture(self, token: Token, where: Location) -> bool:
        """Give the picture *token* its address and its words; False: there is none to show."""
        written = str(token.attrs.get("src", ""))
        src = self.picture(written, where)
        credit = str(token.attrs.pop("credit", ""))
        if not src:
            return False
        if credit:
            title = str(token.attrs.get("title", ""))
            token.attrs["title"] = f"{title} ({credit})" if title else credit
        token.attrs["src"] = src
        token.attrs["alt"] = " ".join(plain(token.children or []).split())
        token.attrs.update(self.sides(written, token.attrs))
        token.attrs["loading"] = "lazy"
        token.attrs["decoding"] = "async"
        return True
