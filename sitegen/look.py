"""A look at the site as it is at a moment: nothing is published, and nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sitegen.cache import Cache
from sitegen.edition import Edition
from sitegen.errors import BuildFailed, CoreError, SitegenError
from sitegen.incremental import Snapshot, settle
from sitegen.site import Options, leftover
from sitegen.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from sitegen.build import Request

_Answer = TypeVar("_Answer")


def looked(request: Request, work: Callable[[Edition], _Answer]) -> _Answer:
    """What *work* answers with the site of *request* before it, of which the settings can be read.

    What an earlier build kept spares reading again what did not change; damaged, it is as if it were not there.
    Raises BuildFailed with what is wrong with the settings, and what *work* raises.
    """
    cache = Cache(request.store)
    try:
        return work(_edition(request, cache))
    except CoreError:  # so what was kept is not to be trusted
        return work(_edition(request, None))
    except SitegenError:
        raise
    except Exception:
        if not len(cache.trace):
            raise
        return work(_edition(request, None))
    finally:
        cache.pack.close()


def _edition(request: Request, cache: Cache | None) -> Edition:
    options = Options(now=request.now, url=request.url, drafts=request.drafts, without=request.without)
    snapshot = Snapshot(request.folder, leftover)
    trace, pack = (cache.trace, cache.pack) if cache else (None, None)
    edition = Edition(snapshot, Theme(), options, trace, pack)
    edition.holds = _Verified(edition).holds
    if wrong := settle(edition, [("settings",), ("story_paths",), ("page_paths",)]):
        raise BuildFailed(sorted(wrong, key=lambda problem: problem.order))
    return edition


class _Verified:
    """Which memos of the trace hold, told by asking what they read again, in order, down to what comes from outside.

    So a few questions cost what they rest on, and not what all the site does.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._verdicts: dict[int, bool] = {}

    def holds(self, number: int) -> bool:
        """Whether the memo of the trace with that *number* does."""
        edition, trace = self._edition, self._edition.trace
        known = self._verdicts.get(number)
        if known is not None:
            return known
        self._verdicts[number] = False  # should it be asked for on the way, it is worked out, which tells a cycle
        query = edition.queries.get(str(edition.key(number)[0]))
        if query is not None and not query.volatile and number not in trace.weak:
            with edition.looking_at(number):
                self._verdicts[number] = all(map(self._is_same, trace.reads(number)))
        return self._verdicts[number]

    def _is_same(self, read: int) -> bool:
        edition = self._edition
        try:
            return edition.prove(edition.key(read)).print == edition.trace.print(read)
        except Exception:  # noqa: BLE001 - kept by the database, and told when it is asked for
            return False
