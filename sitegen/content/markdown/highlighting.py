"""Blocks of code, colored by classes; the style sheet is the theme's."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

    from sitegen.content.markdown.reading import Reading

_PLAIN = frozenset(("", "text", "txt", "plain", "plaintext", "none"))
_LONGEST = 4_000  # characters: some of Pygments' languages take time that grows with the square of the text


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
    from pygments.lexers import find_lexer_class
    from pygments.lexers._mapping import LEXERS  # not by name alone, which asks every package that is installed

    known = next((full for _, full, aliases, _, _ in LEXERS.values() if name.lower() in aliases), "")
    lexer = find_lexer_class(known) if known else None
    return str(highlight(code, lexer(stripnl=False), HtmlFormatter(nowrap=True))) if lexer else ""
