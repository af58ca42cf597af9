"""Addresses of the site itself as they stand in words, where no link has them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def spared(text: str, host: str, is_to_go: Callable[[str, int], bool], *, linked: bool) -> str:
    """*text* with the name of the *host* in the place of each of its addresses that *is_to_go*.

    That is asked with the address in full and the number of lines before it.  *linked*: the text is Markdown, where
    those of links, attributes and definitions are resolved by themselves, and leave their words.
    """
    if host not in text.lower():
        return text

    def found(match: re.Match[str]) -> str:
        written = match[0].strip("<>")
        address = written.rstrip(".,;:!?*_")
        whole = address if "//" in address else f"//{address}"
        if is_to_go(whole, text.count("\n", 0, match.start())):
            return host + written[len(address) :]
        return match[0]

    return _pattern(host, linked).sub(found, text)


@lru_cache(maxsize=16)  # a site has one, and every text asks
def _pattern(host: str, linked: bool) -> re.Pattern[str]:  # noqa: FBT001 - for the cache
    address = rf"(?:https?://)?(?:[^\s/@<>]*@)?{re.escape(host)}\.?(?::\d+)?/[^\s<>\"'()\[\]`]*"
    apart = rf"<{address}>|(?<![\w(<\"'=/@.-])(?<!\]: ){address}" if linked else rf"(?<![\w/@.-]){address}"
    return re.compile(apart, re.IGNORECASE)
