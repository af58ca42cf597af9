"""The tokens of a text as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sitegen.content.markdown.footnotes import reference_html
from sitegen.content.markdown.highlighting import code_html

if TYPE_CHECKING:
    from markdown_it.token import Token

    from sitegen.content.markdown.reading import Reading

# Their start tag ends a line: other blocks follow, not words.
_BOXES = frozenset(
    ("aside", "blockquote", "div", "dl", "figure", "ol", "section", "table", "tbody", "thead", "tr", "ul")
)


def html_of(tokens: list[Token], reading: Reading) -> str:
    """The HTML of the blocks *tokens*."""
    parts: list[str] = []
    for token in tokens:
        if token.hidden:
            continue
        if token.nesting > 0:
            parts.append(f"<{token.tag}{_attributes(token)}>" + ("\n" if token.tag in _BOXES else ""))
        elif token.nesting < 0:
            parts.append(f"</{token.tag}>\n")
        else:
            match token.type:
                case "inline":
                    _write_words(token.children or [], parts)
                case "fence" | "code_block":
                    parts.append(code_html(token, reading))
                case "html_block" | "ours":
                    parts.append(token.content)
                case "hr":
                    parts.append(f"<hr{_attributes(token)}>\n")
    return "".join(parts)


def words_html(children: list[Token]) -> str:
    """The HTML of the words of one block."""
    parts: list[str] = []
    _write_words(children, parts)
    return "".join(parts)


def _write_words(children: list[Token], parts: list[str]) -> None:
    """Append the HTML of *children* to *parts*."""
    for token in children:
        match token.type:
            case "text" | "text_special":
                parts.append(_escaped(token.content))
            case "softbreak":
                parts.append("\n")
            case "hardbreak":
                parts.append("<br>\n")
            case "code_inline":
                parts.append(f"<code{_attributes(token)}>{_escaped(token.content)}</code>")
            case "html_inline" | "ours":
                parts.append(token.content)
            case "note":
                parts.append(reference_html(token.meta["number"], token.meta["reference"]))
            case "image":
                parts.append(f"<img{_attributes(token)}>")
            case _ if token.nesting > 0:
                parts.append(f"<{token.tag}{_attributes(token)}>")
            case _:
                parts.append(f"</{token.tag}>")


def _escaped(text: str) -> str:
    """*text* as HTML; `html.escape` in place, as there are many texts and each is short."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attributes(token: Token) -> str:
    """The attributes of *token*, each after a space."""
    if not token.attrs:
        return ""
    return "".join([f' {key}="{escape(str(value))}"' for key, value in token.attrs.items()])
