"""Whatever an item of a wire holds is in its story, or is told: for fields that nobody thought of, too."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.errors import ContentError
from sitegen.importers.wire import read_wire

if TYPE_CHECKING:
    from collections.abc import Iterator

SEOUL: Final = ZoneInfo("Asia/Seoul")

# A tree is its name, the names of its attributes, and its children: words (None) or trees.
Tree = tuple[str, list[str], list["Tree | None"]]

INLINE: Final = ("em", "b", "a", "person", "org", "q", "sup", "del", "abbr", "img", "br", "script", "unheard", "span")
BLOCKS: Final = (
    *("p", "hl2", "h3", "ul", "ol", "li", "table", "caption", "tr", "td", "th", "media", "media-caption"),
    *(
        "media-reference",
        "bq",
        "credit",
        "block",
        "pre",
        "note",
        "hr",
        "style",
        "title",
        "figure",
        "dl",
        "dt",
        "unknown",
    ),
)
NITF: Final = (
    *("head", "docdata", "doc-id", "date.issue", "key-list", "keyword", "ed-msg", "du-key", "pubdata", "urgency"),
    *("identified-content", "body", "body.head", "hedline", "hl1", "hl2", "byline", "byttl", "person", "name.given"),
    *("dateline", "location", "story.date", "abstract", "p", "distributor", "body.content", "body.end", "tagline"),
)
NEWSML: Final = (
    *("itemMeta", "contentMeta", "rightsInfo", "contentSet", "inlineXML", "inlineData", "headline", "by", "creator"),
    *("contributor", "name", "located", "language", "keyword", "subject", "broader", "description", "dateline"),
    *(
        "edNote",
        "provider",
        "infoSource",
        "copyrightHolder",
        "contentCreated",
        "title",
        "link",
        "partMeta",
        "html",
        "p",
    ),
)
ATTRIBUTES: Final = ("key", "id-string", "norm", "info", "href", "alt", "title", "qcode", "literal", "role", "holder")


def trees(names: tuple[str, ...], depth: int) -> st.SearchStrategy[Tree]:
    """Elements in one another, as no schema would have them."""
    child: st.SearchStrategy[Tree | None] = st.none()
    if depth:
        child |= trees(names, depth - 1)
    attributes = st.lists(st.sampled_from(ATTRIBUTES), max_size=2, unique=True)
    return st.tuples(st.sampled_from(names), attributes, st.lists(child, max_size=3))


def written(tree: Tree, words: Iterator[str], given_: list[str], codes: tuple[str, ...] = ()) -> str:
    """*tree* as XML with *words* in it; those that are to be found are *given_*, attributes called *codes* are not."""
    name, attributes, children = tree
    own = {key: next(words) for key in attributes}
    given_.extend(word for key, word in own.items() if key not in codes)
    inner = ""
    for child in children:
        if child is None:
            word = next(words)
            given_.append(word)
            inner += f" {word} "
        else:
            inner += written(child, words, given_, codes)
    return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in own.items())}>{inner}</{name}>"


def words_of() -> Iterator[str]:
    """Words that are nowhere else."""
    return (f"Zq{number}x" for number in count(1))


def missing(data: str, given_: list[str]) -> list[str]:
    """Which words of the item *data* are in no story, and in no line that is told."""
    try:
        stories, problems = read_wire(data.encode(), "wire", SEOUL)
    except ContentError as error:
        return [] if error.problems else ["nothing told"]
    said = "".join(map(repr, stories)) + "\n".join(map(str, problems))
    return [word for word in given_ if word not in said]


@settings(max_examples=150, deadline=None)
@given(st.lists(trees((*INLINE, *BLOCKS), 3), max_size=3))
def test_of_a_text(found: list[Tree]) -> None:
    """All that readers may see: words, captions, alternatives, addresses."""
    given_: list[str] = []
    words = words_of()
    codes = ("norm", "role", "href")  # of elements that are no links
    body = "".join(written(tree, words, given_, codes) for tree in found)
    text = f"<nitf><head><title>Head</title></head><body><body.content>{body}</body.content></body></nitf>"
    assert [] == missing(text, given_)


@settings(max_examples=150, deadline=None)
@given(st.lists(trees(NITF, 3), max_size=4), st.lists(st.sampled_from(("urgency", "series", "evloc")), max_size=2))
def test_of_nitf(found: list[Tree], found_names: list[str]) -> None:
    """Elements of NITF anywhere, and such as have attributes alone."""
    given_: list[str] = []
    words = words_of()
    inner = "".join(written(tree, words, given_, ATTRIBUTES) for tree in found)
    inner += "".join(written((name, [*ATTRIBUTES], []), words, given_) for name in found_names)
    text = f"<nitf><head><title>Head</title></head><body><body.head>{inner}</body.head></body>{inner}</nitf>"
    assert [] == missing(text, given_)


@settings(max_examples=150, deadline=None)
@given(st.lists(trees(NEWSML, 3), max_size=4))
def test_of_newsml(found: list[Tree]) -> None:
    """Elements of NewsML-G2 anywhere."""
    given_: list[str] = []
    words = words_of()
    inner = "".join(written(tree, words, given_, ATTRIBUTES) for tree in found)
    text = f"<newsItem><contentMeta><headline>Head</headline>{inner}</contentMeta>{inner}</newsItem>"
    assert [] == missing(text, given_)


FIELDS: Final = (
    *("headline", "headlines", "byline", "authors", "located", "people", "organisations", "subject", "keywords"),
    *("body_html", "body_text", "bodies", "description_text", "descriptions", "ednote", "name", "value", "email"),
    *(
        "role",
        "code",
        "dateline",
        "language",
        "infosource",
        "associations",
        "Unheard",
        "contentCreated",
        "firstcreated",
    ),
)


def values() -> st.SearchStrategy[object]:
    """JSON with None where words are to be."""
    return st.recursive(
        st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
        max_leaves=8,
    )


def filled(value: object, words: Iterator[str], given_: list[str]) -> object:
    """*value* with *words*, all of which are to be found."""
    if isinstance(value, list):
        return [filled(each, words, given_) for each in value]
    if isinstance(value, dict):
        codes: list[str] = []  # of a record whose name is in the story
        return {key: filled(each, words, codes if key in {"role", "code"} else given_) for key, each in value.items()}
    given_.append(next(words))
    return given_[-1]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), values(), max_size=8))
def test_of_ninjs(fields: dict[str, object]) -> None:
    """Fields of ninjs, whatever is in them."""
    given_: list[str] = []
    item = {"uri": "urn:x", "title": "Head", **fields}
    filled_ = {"uri": "urn:x", "title": "Head", **filled(fields, words_of(), given_)}  # type: ignore[dict-item]
    assert item.keys() == filled_.keys()
    assert [] == missing(json.dumps(filled_), given_)
