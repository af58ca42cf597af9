"""The HTML that editors write: what may stand, and what is told about the rest.

Two things happen to it.  Here, tag by tag, with the line at hand: what may not stand is left out or shown as text, and
told; addresses are resolved like those of Markdown.  Then nh3 reads the whole text as a browser would, closes what is
open and drops what it does not know (`sanitized`): whatever a tag is mistaken for here, nothing that runs gets
through.
"""

from __future__ import annotations

import functools
import re
from html import escape, unescape
from typing import TYPE_CHECKING

from markdown_it.common.html_re import attr_name, attr_value

from sitegen.content.markdown import embeds
from sitegen.content.markdown.html_rules import (
    ATTRIBUTES,
    CLOSED_BY_OTHERS,
    DATA_PICTURE,
    DROPPED,
    EMPTY,
    GLOBAL,
    HIDDEN,
    PHRASING,
    RAW,
    SCHEMES,
    TAG,
    TAGS,
    URLS,
)
from sitegen.content.markdown.tokens import ours

if TYPE_CHECKING:
    import nh3
    from markdown_it.token import Token

    from sitegen.content.markdown.addresses import Addresses
    from sitegen.content.markdown.reading import Reading
    from sitegen.errors import Location

_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]*)")
_ATTRIBUTE = re.compile(rf"\s+({attr_name})(?:\s*=\s*({attr_value}))?")
_KNOWN = DROPPED | RAW | {"h1"}
_CONTROL = re.compile("[\x00\x01\x04-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# The marks that stand for our frames, as references to characters: see `embeds.frame`.
_FRAME_MARK = re.compile("&#(?:0*[23](?![0-9])|x0*[23](?![0-9a-f]));?", re.IGNORECASE)


class RawHtml:
    """The raw HTML of one text.  *addresses* is None where no address is resolved."""

    def __init__(self, reading: Reading, addresses: Addresses | None) -> None:
        """Start with no element open."""
        self._reading = reading
        self._addresses = addresses
        self._open: dict[str, list[Location]] = {}
        self._line: list[tuple[str, Location]] = []  # what is open since the words of this block began

    def cleaned(self, tokens: list[Token]) -> None:
        """Replace the raw HTML in *tokens* by what is left of it."""
        for index, token in enumerate(tokens):
            line = (token.map or [0])[0]
            if token.type == "html_block":
                token.content = self._clean(token.content, token.content, 0, line, is_block=True)
            elif token.type == "inline" and "<" in token.content:
                self._clean_inline(token, line)
                if not any(child.content or child.tag for child in token.children or []):
                    _hide_paragraph(tokens, index)
        for name, places in self._open.items():
            for where in places if name not in CLOSED_BY_OTHERS else ():
                self._reading.warn(where, f"<{name}> is never closed", f"write </{name}> where it ends")

    def _clean_inline(self, inline: Token, line: int) -> None:
        """Clean the tags between words; a ``<script>`` takes its words with it."""
        children = inline.children or []
        done: list[Token] = []
        last = {_tag_name(each.content): at for at, each in enumerate(children) if each.content.startswith("</")}
        self._line = []
        index = 0
        while index < len(children):
            child = children[index]
            index += 1
            if child.type == "html_inline":
                at = child.meta.get("at", 0)
                name = _tag_name(child.content)
                raw = name in RAW and not child.content.startswith("</")
                end = _closing(children, index, name) if raw and last.get(name, -1) >= index else None
                whole = child.content
                if end is not None:
                    whole += "".join(each.content for each in children[index:end]) + children[end].content
                    index = end + 1
                child.content = self._clean(whole, inline.content, at, line, is_block=False)
            done.append(child)
        for name, where in reversed(self._line):
            if name in PHRASING:
                self._open[name].pop()
                self._reading.warn(
                    where, f"<{name}> is never closed in its paragraph", f"write </{name}> where it ends"
                )
                done.append(ours(f"</{name}>"))
        inline.children = done

    def _clean(self, html: str, content: str, at: int, line: int, *, is_block: bool) -> str:
        """What is left of *html*, which stands *at* that place of *content*, a block that begins at *line*."""
        mode = self._reading.settings.html
        parts: list[str] = []
        done = 0
        while (start := html.find("<", done)) >= 0:
            parts.append(self._text(html[done:start], mode))
            where = self._reading.place(content, at + start, line) if at + start <= len(content) else None
            place = where or self._reading.at_line(line)
            printed, done = self._construct(html, start, place, is_block=is_block)
            parts.append(printed)
        parts.append(self._text(html[done:], mode))
        text = "".join(parts)
        if mode != "trusted":
            self._reading.has_html = True
        return f"<p>{text.strip()}</p>\n" if mode == "none" and is_block and text.strip() else text

    def _text(self, text: str, mode: str) -> str:
        """Words between tags: they are HTML already, unless all of it is shown as text."""
        return escape(text, quote=False) if mode == "none" else text

    def _construct(self, html: str, start: int, where: Location, *, is_block: bool) -> tuple[str, int]:
        """What to print for what starts with ``<`` at *start*, and where it ends."""
        if html.startswith("<!--", start):
            return self._comment(html, start, where)
        found = TAG.match(html, start)
        if not found:
            return self._as_text(html, start, start + 1, where)
        name = _tag_name(found[0])
        mode = self._reading.settings.html
        if mode == "none":
            what = f"<{name}> is shown as text, as markdown.html is none in site.yaml"
            self._reading.warn(where, what, "write it in Markdown")
            return escape(found[0], quote=False), found.end()
        if name in RAW and not found[0].startswith("</"):
            return self._raw(found, name, where, is_block=is_block)
        if mode == "trusted":
            given = _attributes(found[0])
            if own := given.get("id") or (given.get("name") if name == "a" else ""):
                self._reading.ids.keep(own)
            return found[0], found.end()
        if ":" in name:  # Word's own: it says nothing about the words, and nobody typed it
            return "", found.end()
        if name not in TAGS and name not in _KNOWN:
            self._reading.warn(
                where, f"<{name}> is no HTML that is known here", "it is shown as text: remove it, or write \\<"
            )
            return escape(found[0], quote=False), found.end()
        return self._tag(found[0], name, where), found.end()

    def _comment(self, html: str, start: int, where: Location) -> tuple[str, int]:
        """Nothing: a comment is between editors.  One that is never closed is text."""
        for short in ("<!-->", "<!--->"):
            if html.startswith(short, start):
                return "", start + len(short)
        end = html.find("-->", start + 4)
        if end < 0:
            return self._as_text(html, start, start + 4, where)
        return "", end + 3

    def _as_text(self, html: str, start: int, end: int, where: Location) -> tuple[str, int]:
        """What is no tag, as text."""
        if html.startswith(("<!", "<?"), start):
            word = html[start : start + 12].split(maxsplit=1)[0]
            self._reading.warn(where, f"{word} is not HTML that can stand here", "it is shown as text: remove it")
        return escape(html[start:end], quote=False), end

    def _raw(self, found: re.Match[str], name: str, where: Location, *, is_block: bool) -> tuple[str, int]:
        """An element whose inside is not HTML, such as ``<script>``: to its end, or as text if it has none."""
        html, tag, inside = found.string, found[0], found.end()
        closing = re.compile(f"</{name}[^>]*>", re.IGNORECASE).search(html, inside)
        if not closing:
            self._reading.warn(where, f"<{name}> is never closed", f"it is shown as text: write </{name}> or remove it")
            return escape(tag, quote=False), inside
        end = closing.end()
        if self._reading.settings.html == "trusted":
            return html[found.start() : end], end
        words = html[inside : closing.start()]
        if name == "iframe":
            return self._frame(tag, where, is_block=is_block), end
        if name in HIDDEN:
            self._reading.warn(where, f"<{name}> is not allowed in a text, so it is left out", _remedy(name))
            return "", end
        self._reading.warn(where, f"<{name}> is not allowed in a text, so only its words are shown", "remove the tag")
        return escape(unescape(words), quote=False), end

    def _frame(self, tag: str, where: Location, *, is_block: bool) -> str:
        """A frame of a host that the site allows, with a link beside it; of another host the link alone."""
        given = _attributes(tag)
        url = given.get("src", "").strip()
        url = f"https:{url}" if url.startswith("//") else url
        host = embeds.host_of(url)
        if not host:
            self._reading.warn(where, "this <iframe> has no address elsewhere, so it is left out", "give it a src")
            return ""
        title = given.get("title", "").strip() or host
        link = f'<a href="{escape(url)}" rel="external" class="external">{escape(title)}</a>'
        if not embeds.is_allowed(url, self._reading):
            embeds.tell(host, where, self._reading)
            return f'<p class="embed">{link}</p>' if is_block else link
        frame = embeds.frame(url, title, self._reading)
        return f'<figure class="embed">{frame}<figcaption>{link}</figcaption></figure>' if is_block else frame + link

    def _tag(self, tag: str, name: str, where: Location) -> str:
        """One tag, with the attributes that it may have."""
        name = "h2" if name == "h1" else name  # the page has its own
        if name not in TAGS:
            self._reading.warn(where, f"<{name}> is not allowed in a text, so the tag is left out", _remedy(name))
            return ""
        if tag.startswith("</"):
            places = self._open.get(name)
            if not places and name not in EMPTY | CLOSED_BY_OTHERS:
                self._reading.warn(where, f"</{name}> closes nothing, so it is left out", "remove it")
                return ""
            if places:
                _remove_last(self._line, (name, places.pop()))
            return f"</{name}>"
        if name not in EMPTY:
            self._open.setdefault(name, []).append(where)
            self._line.append((name, where))
        kept = self._kept(tag, name, where)
        if name == "img" and not kept.get("src") and not kept.get("srcset"):
            return escape(kept["alt"], quote=False)
        return "".join([f"<{name}", *(f' {key}="{escape(value)}"' for key, value in kept.items()), ">"])

    def _kept(self, tag: str, name: str, where: Location) -> dict[str, str]:
        """The attributes of *tag* that may stand, with addresses resolved and ids of the text's own."""
        kept: dict[str, str] = {}
        given = _attributes(tag)
        if name == "a" and "name" in given and "id" not in given:
            given["id"] = given.pop("name")
        for key, value in given.items():
            if key == "id":
                if claimed := self._reading.ids.claim(value.strip()):
                    kept["id"] = claimed
                else:
                    self._reading.warn(where, f"the id {value} stands twice in this text", "give one another id")
            elif key not in GLOBAL and not key.startswith("aria-") and key not in ATTRIBUTES.get(name, ()):
                self._reading.warn(
                    where, f"the attribute {key} of <{name}> is not allowed, so it is left out", "remove it"
                )
            elif key in URLS:
                if resolved := self._address(name, key, value, where):
                    kept[key] = resolved
            else:
                kept[key] = value
        if name == "img":
            self._complete(kept, given, where)
        if name == "a" and self._addresses and self._addresses.is_external(kept.get("href", "")):
            kept["rel"] = " ".join(dict.fromkeys([*self._addresses.outward, *kept.get("rel", "").split()]))
            kept["class"] = f"{kept['class']} external" if kept.get("class") else "external"
        return kept

    def _complete(self, kept: dict[str, str], given: dict[str, str], where: Location) -> None:
        """Add to the attributes *kept* of a picture what it needs and is not *given*."""
        self._tell_missing(given, where)
        kept.setdefault("alt", "")
        if self._addresses and kept.get("src"):
            kept.update(self._addresses.sides(given["src"], kept))

    def _tell_missing(self, given: dict[str, str], where: Location) -> None:
        """Tell what a picture needs and is not *given*."""
        if "alt" not in given:
            fix = 'say in alt="" what it shows, for those who cannot see it'
            self._reading.warn(where, "this <img> has no alt", fix)
        if not given.keys() & {"src", "srcset"}:
            self._reading.warn(where, "this <img> has no src, so its alt is shown", "name the picture's file in src")

    def _address(self, name: str, key: str, value: str, where: Location) -> str:
        """The address to print for the attribute *key* of <*name*>; ``""``: none."""
        if not self._addresses:
            return value
        if key == "srcset":
            candidates = [candidate.split() for candidate in value.split(",") if candidate.strip()]
            found = [[self._addresses.picture(first, where, pasted=True), *size] for first, *size in candidates]
            return ", ".join(" ".join(each) for each in found if each[0])
        if name == "a" or key == "cite":
            return self._addresses.link(value, where, pasted=True).url
        return self._addresses.picture(value, where, pasted=True)


def _remove_last(line: list[tuple[str, Location]], element: tuple[str, Location]) -> None:
    """Take *element* off *line*, where it stands at or near the end if it is there at all."""
    for index in range(len(line) - 1, -1, -1):
        if line[index] == element:
            del line[index]
            return


def _tag_name(tag: str) -> str:
    """The name of a tag, in lower case; ``""`` for a comment."""
    found = _NAME.match(tag)
    return found[1].lower() if found else ""


def _attributes(tag: str) -> dict[str, str]:
    """The attributes of *tag*; of two with one name the first, as in browsers."""
    given: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(tag):
        value = found[2] or ""
        bare = value[1:-1] if value[:1] in {"'", '"'} else value
        given.setdefault(found[1].lower(), unescape(bare))
    return given


def _closing(children: list[Token], start: int, name: str) -> int | None:
    """The index of the tag that closes <*name*>, from *start* on."""
    for index in range(start, len(children)):
        child = children[index]
        if child.type == "html_inline" and child.content.lower().startswith(f"</{name}"):
            return index
    return None


def _hide_paragraph(tokens: list[Token], index: int) -> None:
    """Print nothing of the paragraph whose words, at *index*, were a comment or what had to be left out."""
    if 0 < index < len(tokens) - 1 and tokens[index - 1].type == "paragraph_open":
        tokens[index - 1].hidden = tokens[index + 1].hidden = True


def _remedy(name: str) -> str:
    """What an editor can do about <*name*>."""
    if name in HIDDEN:
        return "a layout is the place for scripts and styles"
    return "remove it, or write it in Markdown"


@functools.cache
def _cleaner() -> nh3.Cleaner:
    """The allow-list, compiled: our own HTML passes it as well."""
    import nh3

    everywhere = {*GLOBAL, "id", "role", "tabindex"}
    attributes = {tag: {*names} for tag, names in ATTRIBUTES.items()}
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(HIDDEN),
        attributes={**attributes, "*": everywhere},
        generic_attribute_prefixes={"aria-"},
        link_rel=None,
        url_schemes=set(SCHEMES),
        attribute_filter=_without_data,
    )


def _without_data(tag: str, attribute: str, value: str) -> str | None:
    """*value*, unless it is data that is not a picture: data of other types can run."""
    if value.lstrip().lower().startswith("data:") and not (tag == "img" and DATA_PICTURE.match(value)):
        return None if attribute in URLS else value
    return value


def sanitized(html: str) -> str:
    """*html* as a browser would read it, with nothing in it that the allow-list does not know."""
    html = _FRAME_MARK.sub("\ufffd", html)  # as Markdown has it; taken out, they could leave a new one
    return _CONTROL.sub("", _cleaner().clean(html)).replace("&nbsp;", "\xa0")
