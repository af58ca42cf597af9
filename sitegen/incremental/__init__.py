"""Memoised questions that remember what they asked: the incremental core, which knows nothing of news.

A build is a `Database`, whose `query` methods answer.  Each answer leaves a memo: the answer's fingerprint and the
questions it took.  `refresh` brings the memos of an earlier build up to date, at the cost of what changed.
"""

from sitegen.incremental.alive import alive, everything, reachable
from sitegen.incremental.columns import in_memory
from sitegen.incremental.database import Database
from sitegen.incremental.files import FileDatabase, Snapshot
from sitegen.incremental.fingerprint import Print, fingerprint, toolchain
from sitegen.incremental.fork import in_processes, share_out
from sitegen.incremental.pack import Index, Pack
from sitegen.incremental.query import Blobs, Memo, query
from sitegen.incremental.refresh import Refresh, refresh
from sitegen.incremental.settle import settle
from sitegen.incremental.store import Store
from sitegen.incremental.trace import DamagedError, Key, Trace

__all__ = [
    "Blobs",
    "DamagedError",
    "Database",
    "FileDatabase",
    "Index",
    "Key",
    "Memo",
    "Pack",
    "Print",
    "Refresh",
    "Snapshot",
    "Store",
    "Trace",
    "alive",
    "everything",
    "fingerprint",
    "in_memory",
    "in_processes",
    "query",
    "reachable",
    "refresh",
    "settle",
    "share_out",
    "toolchain",
]
