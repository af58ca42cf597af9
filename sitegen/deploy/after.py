"""What comes after a deploy: a look at the site as readers get it, and word to those who wait for news of it."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import subprocess
import time
import urllib.error
import urllib.request
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from sitegen import __version__
from sitegen.deploy.kinds import is_page, url_of
from sitegen.errors import MachineError
from sitegen.served import is_feed
from sitegen.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from sitegen.deploy.manifest import Entry
    from sitegen.deploy.target import Tell
    from sitegen.model.deploy import AnyPlace
    from sitegen.model.settings import Settings

_SAMPLE: Final = 5
_PATIENCE: Final = 60.0
_TIMEOUT: Final = 15.0
_PAUSE: Final = 1.0
_AGENT: Final = f"sitegen/{__version__}"


def is_asked(settings: Settings, place: AnyPlace) -> bool:
    """Whether anything is to follow a deploy to *place*."""
    return bool(place.verify or place.after or settings.feeds.hubs)


def follow(  # noqa: PLR0913 - what, where, and who is told
    settings: Settings,
    place: AnyPlace,
    folder: Path,
    *,
    files: Mapping[str, Entry],
    changed: Collection[str],
    tell: Tell,
) -> int:
    """Do what comes once *files* are up, of which those at the paths *changed* are others now; or gone.

    Caches are purged before the site is looked at, and hubs are told last, so that whoever comes for news finds it.
    The number of pages that were fetched back.  Raises MachineError for what failed.
    """
    site = settings.url
    there = [path for path in changed if path in files]
    if place.after:
        run(place.after, [absolute(site, url_of(path)) for path in changed], folder)
    verified = 0
    if place.verify:
        digests = {url_of(path): entry.digest for path, entry in files.items()}
        verified = verify(site, digests, [url_of(path) for path in there if is_page(files[path].kind, path)])
    feeds = [absolute(site, url_of(path)) for path in there if is_feed(files[path].kind)]
    ping(settings.feeds.hubs, feeds, tell)
    return verified


def verify(site: str, digests: Mapping[str, str], changed: Sequence[str], patience: float | None = None) -> int:
    """Fetch the home page and some of the *changed* pages of *site*, and compare them; the number of them.

    *digests* are those that pages must have, by their addresses below the site.  Raises MachineError for the first that
    is still not right after *patience* seconds, else a minute: what is in between may need a while.
    """
    step = max(1, len(changed) // _SAMPLE)
    sample = list(dict.fromkeys(["/", *changed[::step][:_SAMPLE]]))
    until = time.monotonic() + (_PATIENCE if patience is None else patience)
    for url in sample:
        address = absolute(site, url)
        while what := _fault(address, digests[url]):
            if time.monotonic() >= until:
                fix = "look at it in a browser; a cache in between may have to be purged (`after`)"
                raise MachineError.at(None, f"the site was deployed, but {address} {what}", fix)
            time.sleep(_PAUSE)
    return len(sample)


def _fault(address: str, digest: str) -> str:
    """What is wrong with what readers get at *address*; ``""`` if nothing is."""
    try:
        with _opened(address, fresh=True) as answer:
            data, encoding = answer.read(), answer.headers.get("Content-Encoding", "")
    except urllib.error.HTTPError as error:
        with error:
            return f"answers {error.code}"
    except (OSError, http.client.HTTPException) as error:
        return f"cannot be reached ({getattr(error, 'reason', error)})"
    plain = _unpacked(data, encoding)
    if plain is None:
        return f"sends what cannot be unpacked ({encoding})"
    same = hashlib.blake2b(plain, digest_size=16).hexdigest() == digest
    return "" if same else "shows something else than what was deployed"


def _unpacked(data: bytes, encoding: str) -> bytes | None:
    """*data* as it was before somebody compressed it, who did not ask whether we can read that; None: we cannot."""
    match encoding:
        case "":
            return data
        case "gzip":
            with suppress(OSError, EOFError, zlib.error):
                return gzip.decompress(data)
        case "br":
            with suppress(ImportError):
                import brotli

                with suppress(brotli.error):
                    plain: bytes = brotli.decompress(data)
                    return plain
    return None


def ping(hubs: Iterable[str], feeds: Iterable[str], tell: Tell) -> None:
    """Tell each hub which *feeds*, whole addresses, changed (https://www.w3.org/TR/websub/, section 7).

    How is left to hubs, which all take what PubSubHubbub 0.4 asked for.  One that does not answer is told of only: it
    asks again by itself, and the site is up.
    """
    for hub in hubs:
        for feed in feeds:
            body = urlencode({"hub.mode": "publish", "hub.topic": feed, "hub.url": feed}).encode()
            try:
                _opened(hub, body).close()
            except urllib.error.HTTPError as error:
                error.close()
                tell(f"the hub {hub} answered {error.code} for {feed}")
            except (OSError, http.client.HTTPException) as error:
                tell(f"the hub {hub} could not be told of {feed}: {getattr(error, 'reason', error)}")


def run(command: Sequence[str], urls: Iterable[str], site: Path) -> None:
    """Run the command of `after` in the folder of the *site*, with the changed *urls* on its standard input.

    Raises MachineError if it fails; the site is up all the same.
    """
    fix = f"the site is up; mend `after` in site.yaml, or run `{command[0]}` by hand"
    try:
        lines = "".join(f"{url}\n" for url in urls)
        done = subprocess.run(command, input=lines, text=True, cwd=site, stdout=2, check=False)  # noqa: S603 - no shell
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        raise MachineError.at(None, f"the command after the deploy could not be run: {why}", fix) from error
    if done.returncode:
        raise MachineError.at(None, f"the command after the deploy ended with status {done.returncode}", fix)


def _opened(address: str, body: bytes | None = None, *, fresh: bool = False) -> http.client.HTTPResponse:
    """The answer from *address*, which site.yaml has checked to be one of http(s)."""
    headers = {"User-Agent": _AGENT} | ({"Cache-Control": "no-cache"} if fresh else {})
    request = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310
    answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT)  # noqa: S310
    return answer
