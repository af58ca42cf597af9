"""Why a page was made, in a newsroom's words, from the data of the decision, so that the words cannot be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sitegen.edition import FILES
from sitegen.incremental.fingerprint import fingerprint
from sitegen.incremental.reasons import chain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sitegen.edition import Edition
    from sitegen.incremental import Key

NEW: Final = "new"
ALTERED: Final = "its file was missing, or was not as it was published"
FROM_NOTHING: Final = "made in a build from nothing"

# What is worth a mention between a page and what changed.
_STEPS: Final = {
    "article": "the story {}",
    "author": "the author {}",
    "authors": "the list of authors",
    "asset": "the static file {}",
    "rendered": "the text of {}",
    "data": "the data {}",
    "elsewhere": "the links of the author {}",
    "entry": "the place of {} in lists",
    "feed_paths": "the stories in the feed of the {} {}",
    "feed_text": "the text of {} in feeds",
    "indexed": "what sitemaps list",
    "layout": "the layout {}",
    "list_paths": "the list of the {} {}",
    "listing": "a page of the list of the {} {}",
    "neighbours": "the stories beside it",
    "news": "what is news",
    "newest": "the newest of the {} {}",
    "newest_notes": "the newest corrections",
    "note_listing": "a page of the list of corrections",
    "organization": "the publisher",
    "page_at": "what is planned at {}",
    "places": "the front of the home page",
    "plan": "the plan of the site",
    "related": "the stories related to it",
    "section": "the section {}",
    "sections": "the sections",
    "setting": "the setting {}",
    "settings": "the settings",
    "standfirst": "the standfirst of {}",
    "standing_page": "the page {}",
    "tag": "the tag {}",
    "tags": "the list of tags",
    "vocabulary": "the words in {}",
    "words": "the length of {}",
}
_OUTSIDE: Final = {
    "paths": "a file was added to {0}/ or removed",
    "passed": "{0} has passed, or is to come again",
    "base_url": "another --url was given",
    "drafts": "--drafts was given, or no longer is",
    "without": "another --without was given",
}


class Explanation(Struct, frozen=True):
    """A file of the site: *made* says why it was made last, *now* why it would be made anew, ``""`` if it would not.

    *source* is who asks for it, *asks* what it asks for.
    """

    url: str
    file: str
    source: str
    made: str
    now: str
    asks: tuple[str, ...]


def reasons(edition: Edition) -> dict[str, str]:
    """Why each file that this build made was made, by its path in the output."""
    found = {}
    for number, memo in edition.made.items():
        key = edition.key(number)
        if key[0] in FILES and memo.kept is not None:
            found[edition.file(memo).path] = reason(edition, key)
    return found


def reason(edition: Edition, key: Key) -> str:
    """Why *key* was worked out: what changed, and the way from there to the page."""
    keys = chain(edition, key)
    if len(keys) == 1:
        return NEW
    changed = keys[-1][1:]
    steps = list(_told(key for key in keys[1:-1] if key[1:] != changed))[::-1]
    return " → ".join([_cause(edition, keys[-1]), *steps])


def asked(edition: Edition, key: Key) -> tuple[str, ...]:
    """What the page of *key* asks for, in words: it is made anew when the answer to one of these is another."""
    reads = (edition.key(read) for read in edition.reads(edition.number(key)))
    return tuple(sorted(set(_told(reads))))


def _told(keys: Iterable[Key]) -> Iterable[str]:
    said = ""
    for name, *arguments in keys:
        words = _STEPS.get(str(name), "").format(*arguments).strip()
        if words and words != said:
            said = words
            yield words


def _cause(edition: Edition, key: Key) -> str:
    """What changed, where the chain ends."""
    name, *arguments = key
    if name == "signature":
        return f"{arguments[0]} was {_edited(edition, key)}"
    if key in edition.failures:
        return "what could be read then cannot be read now"
    return _OUTSIDE.get(str(name), "an answer that was missing is there again").format(*arguments)


def _edited(edition: Edition, key: Key) -> str:
    number, nothing = edition.trace.number(key), fingerprint("")
    if number is None or edition.trace.print(number) == nothing:
        return "added"
    return "removed" if edition.prove(key).print == nothing else "edited"


def told(reasons: Mapping[str, str], written: Iterable[str]) -> dict[str, str]:
    """Why each of the files *written* was: those that were not made had to be put right."""
    return {path: reasons.get(path, ALTERED) for path in written}
