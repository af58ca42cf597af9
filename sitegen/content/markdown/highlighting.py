"""Blocks of code, colored by classes; the style sheet is the theme's."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

    from sitegen.content.markdown.reading import Reading

_PLAIN = frozenset(("", "text", "txt", "plain", "plaintext", "none"))
_LONGEST = 100_000  # characters; no story shows more, and some of Pygments' languages are slow


def code_html(token: Token, reading: Reading) -> str:
    """The HTML of a block of code.  A long line scrolls, so the block can be reached with the keyboard."""
    info = token.info.strip().split(maxsplit=1)
    name = info[0] if info else ""
    attrs = "".join(f' {key}="{escape(str(value))}"' for key, value in token.attrs.items())
    colored = "" if name.lower() in _PLAIN or len(token.content) > _LONGEST else _colored(token.content, name)
    if colored:
        reading.has_code = True
    language = f' class="language-{escape(name)}"' if name else ""
    body = colored or escape(token.content, quote=False)
    return f'<pre{attrs} tabindex="0"><code{language}>{body}</code></pre>\n'


def _colored(code: str, name: str) -> str:
    """*code* with the classes of Pygments; ``""`` if it does not know the language *name*."""
    # Pygments takes 30 ms to load, and few stories have code.
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(name, stripnl=False)
    except ClassNotFound:
        return ""
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))
