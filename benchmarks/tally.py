"""What a tool made, counted, so that only equal sites are compared."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.corpus import Article

PAGE: Final = 20
FEED: Final = 50
"""Stories on a page of a list, and in a feed, in every site."""

_ARTICLE: Final = re.compile(r"\d{4}/\d\d/[^/]+/index\.html")
_LIST: Final = re.compile(r"((tags|authors)/[^/]+/)?(page/\d+/)?index\.html")


class Tally(Struct, frozen=True, kw_only=True):
    """*entries* are the stories on all pages of lists, *items* those in all feeds.

    How many pages (*lists*) hold the entries is each tool's own matter, and so is what else it makes (*others*).
    """

    articles: int
    entries: int
    feeds: int
    items: int
    lists: int = 0
    others: int = 0
    size: int = 0

    @property
    def equivalent(self) -> tuple[int, int, int, int]:
        """What is equal of equal sites."""
        return self.articles, self.entries, self.feeds, self.items


def expected(articles: Iterable[Article]) -> Tally:
    """What a tool has to make of *articles*."""
    articles = tuple(articles)
    lists = [len(articles)]
    for names in ((article.tags for article in articles), (article.authors for article in articles)):
        lists.extend(Counter(name for some in names for name in some).values())
    return Tally(
        articles=len(articles),
        entries=sum(lists),
        feeds=len(lists),
        items=sum(min(FEED, length) for length in lists),
        lists=sum(-(-length // PAGE) for length in lists),
    )


def counted(output: Path) -> Tally:
    """What is in the folder *output*."""
    found: Counter[str] = Counter()
    for path in output.rglob("*"):
        if not path.is_file():
            continue
        name = path.relative_to(output).as_posix()
        found["size"] += path.stat().st_size
        if _ARTICLE.fullmatch(name):
            found["articles"] += 1
        elif _LIST.fullmatch(name):
            found["lists"] += 1
            found["entries"] += path.read_bytes().count(b'class="entry"')
        elif path.name == "feed.xml" and (items := path.read_bytes().count(b"<item>")):
            found["feeds"] += 1  # of corrections there is one too, which has nothing to tell
            found["items"] += items
        else:
            found["others"] += 1
    return Tally(**{field: found[field] for field in Tally.__struct_fields__})
