"""Why a query ran: from the data of the decision, so the words cannot be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitegen.incremental.database import words

if TYPE_CHECKING:
    from sitegen.incremental.database import Database
    from sitegen.incremental.trace import Key


def chain(database: Database, key: Key) -> tuple[Key, ...]:
    """From *key*, along the first reads that differed, to the input that changed.

    Only *key* itself if no old memo of it failed to hold: it is new, is asked in every build, or holds.
    """
    found = {key: None}
    # Two queries of a cycle can each be why the other failed.
    while (read := database.because.get(key)) is not None and read not in found:
        found[read] = None
        key = read
    return tuple(found)


def reason(database: Database, key: Key) -> str:
    """Why *key* ran in this build, in the core's words; a report puts them into words of its field.

    One of ``unchanged``, ``new``, ``asked in every build``, ``failed``, or the last of the chain, what became of it,
    and the way there: ``signature('a.md') changed: title('a.md') ← source('a.md') ← signature('a.md')``.
    """
    keys = chain(database, key)
    if len(keys) == 1:
        return _alone(database, key)
    return f"{words(keys[-1])} {_became(database, keys[-1])}: {' ← '.join(map(words, keys))}"


def _alone(database: Database, key: Key) -> str:
    if not database.known(key):
        return "failed"
    if database.number(key) not in database.made:
        return "unchanged"
    return "asked in every build" if database.queries[str(key[0])].volatile else "new"


def _became(database: Database, key: Key) -> str:
    """What became of the last of a chain: it is volatile, or had no memo because it failed or was not asked before."""
    if not database.known(key):
        return "failed"
    return "changed" if database.queries[str(key[0])].volatile else "has an answer again"
