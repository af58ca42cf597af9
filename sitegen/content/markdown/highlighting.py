"""Blocks of code, colored by classes; the style sheet is the theme's."""

from __future__ import annotations

import functools
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexer import Lexer

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
    lexer = _lexer(name.lower())
    if lexer is None:
        return ""
    from pygments import highlight  # takes 30 ms to load, and few stories have code

    return str(highlight(code, lexer(stripnl=False), _formatter()))


@functools.lru_cache(maxsize=100)
def _lexer(name: str) -> Callable[..., Lexer] | None:
    """What Pygments reads the language *name* with; it would look through its 500 languages for each block of code."""
    from pygments.lexers import find_lexer_class
    from pygments.lexers._mapping import LEXERS  # not by name alone, which asks every package that is installed

    known = next((full for _, full, aliases, _, _ in LEXERS.values() if name in aliases), "")
    return find_lexer_class(known) if known else None


@functools.cache
def _formatter() -> HtmlFormatter[str]:
    """The formatter, which remembers nothing between two blocks; it reads a style when it is made."""
    from pygments.formatters.html import HtmlFormatter

    return HtmlFormatter(nowrap=True)
