"""Memoised questions that remember what they asked: the incremental core, which knows nothing of news.

A build is a `Database`, whose `query` methods answer.  Each answer leaves a memo: the answer's fingerprint and the
questions it took, with theirs.  The next build asks those again, in order, and works only where an answer differs.
"""

from sitegen.incremental.database import Database, Key, Memo, query
from sitegen.incremental.files import FileDatabase, Snapshot
from sitegen.incremental.fingerprint import Print, fingerprint, toolchain
from sitegen.incremental.settle import settle
from sitegen.incremental.store import Store

__all__ = [
    "Database",
    "FileDatabase",
    "Key",
    "Memo",
    "Print",
    "Snapshot",
    "Store",
    "fingerprint",
    "query",
    "settle",
    "toolchain",
]
