"""Tables and lists, so that phones can scroll them, screen readers name them, and no number is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.content.markdown.plaintext import plain
from sitegen.content.markdown.tokens import closing, opening

if TYPE_CHECKING:
    from markdown_it.token import Token

_LONGEST_LABEL = 120
_LISTS = frozenset(("ol", "ul", "li"))


def framed(tokens: list[Token]) -> list[Token]:
    """*tokens* with each table in a frame that scrolls: reached by keyboard, called after the heads of its columns."""
    if not any(token.type == "table_open" for token in tokens):
        return tokens
    done: list[Token] = []
    labels: dict[str, int] = {}
    head: list[str] | None = None
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            head = []
            frame = opening("div", {"class": "table", "tabindex": "0"}, is_block=True)
            done.append(frame)
        elif token.type in {"th_open", "td_open"}:
            _align(token)
        if token.type == "th_open" and head is not None:
            _name_column(tokens, index, head)
        elif token.type == "thead_close" and head is not None:
            label = ", ".join(head)[:_LONGEST_LABEL]
            labels[label] = labels.get(label, 0) + 1
            if label:
                number = f" ({labels[label]})" if labels[label] > 1 else ""
                frame.attrs.update({"role": "region", "aria-label": label + number})
        done.append(token)
        if token.type == "table_close":
            done.append(closing("div", is_block=True))
    return done


def _align(cell: Token) -> None:
    """Give *cell* its alignment as a class: a policy of the site may forbid styles in the page."""
    style = str(cell.attrs.pop("style", ""))
    if style:
        cell.attrJoin("class", f"align-{style.removeprefix('text-align:')}")


def _name_column(tokens: list[Token], index: int, head: list[str]) -> None:
    """Mark the cell at *index* as the head of its column; an empty one is an ordinary cell."""
    cell, text = tokens[index], plain(tokens[index + 1].children or []).strip()
    if text:
        cell.attrs["scope"] = "col"
        head.append(text)
    else:
        cell.tag = tokens[index + 2].tag = "td"


def number_items(tokens: list[Token]) -> None:
    """Let the items of numbered lists keep the numbers that were typed, unless all have the same one: 1. 1. 1."""
    lists: list[list[Token]] = []
    for token in tokens:
        if token.tag not in _LISTS:  # nearly all: of a list's three tests none has to be made
            continue
        if token.type.endswith("_list_open"):
            lists.append([])
        elif token.type == "list_item_open" and lists and token.info:
            lists[-1].append(token)
        elif token.type.endswith("_list_close") and lists:
            _number(lists.pop())


def _number(items: list[Token]) -> None:
    typed = [int(item.info) for item in items]
    if len(set(typed)) <= 1:
        return
    expected = typed[0]
    for item, number in zip(items, typed, strict=True):
        if number != expected:
            item.attrs["value"] = number
        expected = number + 1
