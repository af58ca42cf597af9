"""Figures, boxes and timelines: the blocks of a text in the HTML that news needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from markdown_it.token import Token

from sitegen.content.markdown.directives import span
from sitegen.content.markdown.embeds import embed
from sitegen.content.markdown.live import entry
from sitegen.content.markdown.plaintext import plain
from sitegen.content.markdown.tokens import block, closing, opening, words

if TYPE_CHECKING:
    from sitegen.content.markdown.reading import Reading

Read = Callable[[str, int], Token]
"""Reads words from elsewhere than a block of their own, such as a caption, as Markdown; the number is their line."""

_HOUR = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_TIME = re.compile(rf"\d{{4}}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:[T ]{_HOUR})?)?)?|{_HOUR}")
_COLON = re.compile(r"[:：](?:\s+|$)")
_LISTS = frozenset(("bullet_list_open", "ordered_list_open", "dl_open"))


def shaped(tokens: list[Token], read: Read, reading: Reading) -> list[Token]:
    """*tokens* with pictures that stand alone as figures, and directives as what their names say."""
    done: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "directive_open":
            end = span(tokens, index)
            inner = shaped(tokens[index + 1 : end], read, reading)
            done += _directive(token, inner, read, reading)
            index = end
        elif token.type == "paragraph_open" and not token.hidden and _is_picture(tokens[index + 1]):
            done += _figure(token, tokens[index + 1], read)
            index += 2
        else:
            done.append(token)
        index += 1
    return done


def _directive(token: Token, inner: list[Token], read: Read, reading: Reading) -> list[Token]:
    """The tokens of a directive; one whose name is unknown, which is an error elsewhere, is a plain box."""
    match token.info:
        case "factbox":
            return _factbox(token, inner, read)
        case "pullquote":
            return _pullquote(token, inner, read)
        case "timeline":
            return _timeline(token, inner, read, reading)
        case "embed":
            return embed(token, inner, reading)
        case "entry":
            return entry(token, inner, read, reading)
    return block("div", dict(token.attrs), [*_line(token, read, "p", {}), *inner])


def _line(token: Token, read: Read, tag: str, attrs: dict[str, str | int | float]) -> list[Token]:
    """What stands after a directive's name, as a block of its own; nothing if nothing does."""
    return block(tag, attrs, [read(token.content, (token.map or [0])[0])]) if token.content else []


def _factbox(token: Token, inner: list[Token], read: Read) -> list[Token]:
    title = _line(token, read, "p", {"class": "factbox-title"})
    box = block("aside", dict(token.attrs), [*title, *inner])
    box[0].attrJoin("class", "factbox")
    if title:
        box[0].attrs["aria-label"] = plain(title[1].children or [])
    return box


def _pullquote(token: Token, inner: list[Token], read: Read) -> list[Token]:
    figure = block(
        "figure", dict(token.attrs), [*block("blockquote", {}, inner), *_line(token, read, "figcaption", {})]
    )
    figure[0].attrJoin("class", "pullquote")
    return figure


def _timeline(token: Token, inner: list[Token], read: Read, reading: Reading) -> list[Token]:
    start = next((index for index, each in enumerate(inner) if each.type in _LISTS), None)
    if start is None:
        where = reading.at_line((token.map or [0])[0], 1)
        reading.error(where, "this timeline has no list", "write lines such as `- 2026-06-10: What happened`")
        return block("div", {"class": "timeline"}, inner)
    end = span(inner, start)
    make = _described if inner[start].type == "dl_open" else _dated
    items = make(inner[start + 1 : end])
    line = _line(token, read, "p", {"class": "timeline-title"})
    moments = block("ol", dict(token.attrs), items)
    moments[0].attrJoin("class", "timeline")
    return [*line, *inner[:start], *moments, *inner[end + 1 :]]


def _dated(items: list[Token]) -> list[Token]:
    """The items of a list, ``- 2026-06-10: What happened``, with their times marked."""
    depth = 0
    fresh = False
    for token in items:
        fresh = fresh or (token.type == "list_item_open" and depth == 0)
        depth += token.nesting
        if fresh and token.type == "inline":
            token.children = _with_time(token.children or [])
            fresh = False
    return items


def _with_time(children: list[Token]) -> list[Token]:
    """*children*, the words of an item, with what stands before their first colon marked as a time."""
    depth = 0
    for index, child in enumerate(children):
        depth += child.nesting
        found = _COLON.search(child.content) if child.type == "text" else None
        if not found:
            continue
        before, after = words(child.content[: found.start()]), words(child.content[found.end() :])
        if depth == 0:
            return [*_moment([*children[:index], before]), words(" "), after, *children[index + 1 :]]
        # The colon may end words that are emphasized: **2026:** What happened
        if depth == 1 and found.end() == len(child.content) and children[index + 1].nesting == -1:
            label = [*children[:index], before, children[index + 1]]
            return [*_moment(label), words(" "), *_without_space(children[index + 2 :])]
        return children
    return children


def _without_space(children: list[Token]) -> list[Token]:
    """*children* without the space that they begin with."""
    if children and children[0].type == "text":
        children[0].content = children[0].content.lstrip()
    return children


def _described(items: list[Token]) -> list[Token]:
    """A list of definitions as items: each term is a time, and its definitions are what happened."""
    done: list[Token] = []
    depth = 0
    for token in items:
        depth += token.nesting
        if token.type == "dt_open" and depth == 1:
            done += [closing("li")] if done else []
            done += [opening("li"), opening("p", {"class": "timeline-time"})]
        elif token.type == "dt_close" and depth == 0:
            done.append(closing("p"))
        elif token.type == "dd_open" and depth == 1:
            done.append(opening("div"))
        elif token.type == "dd_close" and depth == 0:
            done.append(closing("div"))
        else:
            if token.type == "inline" and depth == 1 and done[-1].tag == "p" and done[-1].attrs:
                token.children = _moment(token.children or [])
            done.append(token)
    return [*done, closing("li")] if done else done


def _moment(label: list[Token]) -> list[Token]:
    """*label* as a time: a ``<time>`` if machines can read it."""
    text = plain(label).strip()
    if _TIME.fullmatch(text):
        return [opening("time", {"datetime": text}), *label, closing("time")]
    return [opening("span", {"class": "time"}), *label, closing("span")]


def _is_picture(inline: Token) -> bool:
    """Whether the words *inline* are one picture and nothing else, or a link around one."""
    if not inline.content.startswith(("![", "[![", "<!--")) and "![" not in inline.content[:200]:
        return False
    kinds = [child.type for child in inline.children or [] if child.type != "text" or child.content.strip()]
    return kinds in (["image"], ["link_open", "image", "link_close"])


def _figure(paragraph: Token, inline: Token, read: Read) -> list[Token]:
    """A picture that stands alone, its title as the caption, and its credit."""
    children = [child for child in inline.children or [] if child.type != "text"]
    inline.children = children
    image = next(child for child in children if child.type == "image")
    title, credit = str(image.attrs.pop("title", "")), str(image.attrs.pop("credit", ""))
    caption = []
    if title or credit:
        line = read(title, (inline.map or [0])[0])
        if credit:
            gap = [words(" ")] if title else []
            line.children = [
                *(line.children or []),
                *gap,
                opening("span", {"class": "credit"}),
                words(credit),
                closing("span"),
            ]
        caption = block("figcaption", {}, [line])
    return block("figure", _moved(paragraph, image), [inline, *caption])


def _moved(paragraph: Token, image: Token) -> dict[str, str | int | float]:
    """The attributes of the figure: its paragraph's, and the id and class that its picture was given."""
    attrs = dict(paragraph.attrs)
    attrs.update({key: image.attrs.pop(key) for key in ("id", "class") if key in image.attrs})
    return attrs
