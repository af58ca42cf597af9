"""A bucket: files are in front of readers at once, so the order is all.

`SITEGEN_LONG=1` lets every request fail instead of some.
"""

from __future__ import annotations

import gzip
import itertools
import os
import re
import time
from typing import TYPE_CHECKING, Final

import brotli
import pytest

from sitegen.errors import MachineError, UsageError
from support.bucket import ACCESS, CUT, LATE, LOST, Bucket, Proxy
from support.deploys import SITE, Listener, Paper, dangling, site_of, tree

if TYPE_CHECKING:
    from pathlib import Path

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

STEP: Final = 1 if LONG else 11


@pytest.fixture
def paper(tmp_path: Path, proxy: Proxy, bucket: Bucket) -> Paper:
    """A paper that is put into it."""
    return Paper(tmp_path / "site", place(proxy, bucket))


def place(proxy: Proxy, bucket: Bucket, more: str = "") -> str:
    """*bucket* as a target."""
    return f"{{kind: s3, bucket: {bucket.name}, endpoint: '{proxy.url}'{more}}}"


def test_readers_get_what_was_built(paper: Paper, bucket: Bucket) -> None:
    """All files and no other, the marker left out; the lock is let go of."""
    paper.deploy()
    files = bucket.files()
    assert paper.public() == site_of(files)
    assert [".sitegen-deployed.json"] == [key for key in files if key.startswith(".")]


def test_headers(paper: Paper, bucket: Bucket) -> None:
    """What never changes may be kept for ever, what may be corrected only shortly; feeds are called feeds."""
    paper.write("static/부산 #1 50%.svg", "<svg/>")
    paper.deploy()
    found = {key: bucket.headers(key) for key in bucket.names()}
    (sheet,) = (key for key in found if key.startswith("assets/app"))
    assert ("text/css; charset=utf-8", "public, max-age=31536000, immutable") == (
        found[sheet]["content-type"],
        found[sheet]["cache-control"],
    )
    assert ("text/html; charset=utf-8", "public, max-age=60") == (
        found["index.html"]["content-type"],
        found["index.html"]["cache-control"],
    )
    assert "application/rss+xml; charset=utf-8" == found["feed.xml"]["content-type"]
    assert "image/svg+xml" == found["부산 #1 50%.svg"]["content-type"]


def test_an_unchanged_site_takes_one_listing(paper: Paper, proxy: Proxy) -> None:
    """And the manifest; nothing is uploaded."""
    paper.deploy()
    proxy.reset()
    paper.deploy()
    assert ["GET", "GET"] == [line.partition(" ")[0] for line in proxy.asked]
    assert 1 == sum("list-type" in line for line in proxy.asked)


def test_one_typo_sends_what_shows_it(paper: Paper, proxy: Proxy, bucket: Bucket) -> None:
    """No other file is uploaded."""
    paper.deploy()
    paper.story("ferry", "Ferry returns", "Text!", tags="harbor")
    proxy.reset()
    sent = paper.deploy().sent
    put = {line.split("/", 2)[2] for line in proxy.asked if line.startswith("PUT ") and "/.sitegen" not in line}
    assert set(sent) == put
    assert "2026/05/ferry/index.html" in sent
    assert paper.public() == site_of(bucket.files())


@pytest.mark.parametrize("method", ["gzip", "brotli"])
def test_compressed(paper: Paper, bucket: Bucket, proxy: Proxy, method: str) -> None:
    """Text is stored compressed, pictures are not; a change of the setting sends all that it concerns."""
    paper.write("static/pier.png", "\x89PNG")
    paper.deploy()
    paper.target(place(proxy, bucket, f", compress: {method}"))
    assert len(paper.public()) - 1 == len(paper.deploy().sent)
    unpack = {"gzip": gzip.decompress, "brotli": brotli.decompress}[method]
    assert {"gzip": "gzip", "brotli": "br"}[method] == bucket.headers("index.html")["content-encoding"]
    assert paper.public()["index.html"] == unpack(bucket.files()["index.html"])
    assert "content-encoding" not in bucket.headers("pier.png")
    assert () == paper.deploy().sent


def test_below_a_prefix(paper: Paper, bucket: Bucket, proxy: Proxy) -> None:
    """What lies beside it in the bucket is nobody's business."""
    bucket.put("other/index.html", b"another site")
    bucket.put("wire2/index.html", b"a third one")
    paper.target(place(proxy, bucket, ", prefix: wire"))
    paper.deploy()
    files = {path.removeprefix("wire/"): data for path, data in bucket.files().items() if path.startswith("wire/")}
    assert paper.public() == site_of(files)
    assert {"other/index.html", "wire2/index.html"} <= set(bucket.names())


def test_files_of_somebody_else_stop_it(paper: Paper, bucket: Bucket) -> None:
    """A bucket with other files in it is not taken over, unless that is asked for."""
    bucket.put("notes.txt", b"mine")
    with pytest.raises(UsageError, match=r"holds 1 files that sitegen did not put there \(notes.txt\)"):
        paper.deploy()
    paper.deploy(adopt=True)
    assert paper.public() == site_of(bucket.files())


def test_what_somebody_changed_there_is_put_right(paper: Paper, bucket: Bucket) -> None:
    """The listing tells."""
    paper.deploy()
    bucket.put("index.html", b"defaced")
    assert ("index.html",) == paper.deploy().sent
    assert paper.public() == site_of(bucket.files())


def test_the_order(paper: Paper, bucket: Bucket, proxy: Proxy) -> None:
    """Property P15: after each request, all that readers reach is there with all that it loads; deletes are last."""
    paper.deploy()
    paper.next_day()
    paper.told()
    missing: list[list[str]] = []
    proxy.reset()
    proxy.looked = lambda: missing.append(dangling(site_of(bucket.files())))
    paper.deploy()
    looks = [line for line in missing if line]
    assert [] == looks
    changes = [line for line in proxy.asked if not line.startswith("GET") and "/.sitegen" not in line]
    posts = [number for number, line in enumerate(changes) if line.startswith("POST")]
    assert [len(changes) - 2, len(changes) - 1] == posts  # what is deleted, and the lock
    assert {path for path in site_of(bucket.files()) if not path.startswith("assets/")} <= paper.public().keys()


def test_any_request_that_fails(paper: Paper, bucket: Bucket, proxy: Proxy) -> None:
    """Property P15: nothing after it is done, nothing was deleted before the end, and the next deploy completes it."""
    paper.deploy()
    before = site_of(bucket.files())
    paper.next_day()
    paper.told()
    expected: dict[str, bytes] = {}
    for at in itertools.count(1, STEP):
        trial = Bucket(proxy, f"trial-{at}")
        trial.copy(bucket)
        paper.target(place(proxy, trial))
        proxy.reset(lambda number, *_, at=at: 403 if number >= at else 0)
        try:
            paper.deploy()
        except MachineError as error:
            said = str(error)
        else:
            break
        finally:
            proxy.reset()
        after = site_of(trial.files())
        assert [] == dangling(after)
        assert at == 1 or "deploy again to go on" in said  # the first is the lock
        if "nothing was deleted" in said:
            assert before.keys() <= after.keys()
        assert ACCESS[0] not in said
        paper.deploy()
        expected = expected or site_of(trial.files())
        assert expected == site_of(trial.files())
        assert [".sitegen-deployed.json"] == [key for key in trial.names() if key.startswith(".")]
    assert at > 20
    assert paper.public().items() <= expected.items()


@pytest.mark.parametrize("rest", range(8) if LONG else [0])
def test_what_can_be_healed_is(paper: Paper, bucket: Bucket, proxy: Proxy, rest: int) -> None:
    """A request that fails once is made again, whether or not it was done: in the long form each, in four ways."""
    paper.deploy()
    paper.next_day()
    failed: dict[str, int] = {}

    def once(number: int, method: str, path: str) -> int:
        if number % 2 != rest % 2 or not number or f"{method} {path}" in failed:
            return 0
        failed[f"{method} {path}"] = fault = (503, CUT, LOST, LATE)[(number // 2 + rest // 2) % 4]
        return fault

    proxy.reset(once)
    paper.deploy()
    assert {503, CUT, LOST, LATE} == set(failed.values())
    assert paper.public().items() <= site_of(bucket.files()).items()


def test_what_is_up_is_told(paper: Paper, proxy: Proxy) -> None:
    """And what is not, by the names of the groups."""
    paper.deploy()
    paper.next_day()
    proxy.reset(lambda number, _, path: 403 if number and path.endswith("/ferry/index.html") else 0)
    with pytest.raises(MachineError) as stopped:
        paper.deploy()
    said = str(stopped.value)
    assert "these credentials may not do this to s3://" in said
    assert re.search(r"up are assets, new pages, \d of \d+ files of changed pages, if not more; ", said)
    assert "not up: home, lists, feeds and sitemaps; nothing was deleted; deploy again to go on" in said


def test_a_resumed_deploy_sends_the_rest(paper: Paper, proxy: Proxy) -> None:
    """What was sent before it was cut short is not sent again."""
    proxy.reset(lambda number, _, path: 403 if number and path.endswith("/index.html") and path.count("/") == 2 else 0)
    with pytest.raises(MachineError):
        paper.deploy()
    proxy.reset()
    again = paper.deploy().sent
    assert "index.html" in again
    assert not any(path.startswith(("2026/", "assets/")) for path in again)


@pytest.mark.parametrize("wish", ["/2026/05/budget/", f"{SITE}/2026/05/budget/", "content/budget.md"])
def test_an_address_that_cannot_wait(paper: Paper, wish: str) -> None:
    """It may be given in full, too."""
    paper.deploy()
    paper.next_day()
    assert "2026/05/budget/index.html" in paper.deploy(first=(wish,)).deleted


def test_a_resumed_deploy_in_words(paper: Paper, proxy: Proxy) -> None:
    """What readers never saw is new to them; what was on its way is told as that."""
    paper.deploy()
    paper.story("pier", "Pier opens")
    paper.story("ferry", "Ferry returns late", tags="harbor")
    proxy.reset(
        lambda number, _, path: 403 if number and path.endswith(("/pier/index.html", "ferry/index.html")) else 0
    )
    with pytest.raises(MachineError):
        paper.deploy()
    proxy.reset()
    assert {
        "  new: /2026/05/pier/ “Pier opens”",
        "  updated: /2026/05/ferry/ “Ferry returns late” (left to do by a deploy that was cut short)",
    } < set(paper.told())


def test_a_withdrawal_that_cannot_wait(paper: Paper, bucket: Bucket, proxy: Proxy) -> None:
    """It is gone before anything else is sent."""
    paper.deploy()
    paper.next_day()
    proxy.reset(lambda number, _, path: 403 if number and "/assets/" in path else 0)
    with pytest.raises(MachineError):
        paper.deploy(first=("content/budget.md",))
    assert "2026/05/budget/index.html" not in bucket.names()


def test_a_lock_of_one_that_lives(paper: Paper, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits, is told for whom, and ends when that takes too long."""
    paper.deploy()
    paper.next_day()
    monkeypatch.setattr("sitegen.deploy.lease._PATIENCE", 0.1)
    bucket.put(".sitegen-deploying", b'{"who": "Ana on desk-3, process 7", "machine": "desk-3", "process": 7}')
    listener = Listener()
    with pytest.raises(MachineError, match="Ana on desk-3, process 7 is deploying to the same place; wait for it"):
        paper.deploy(listener)
    assert ["waiting for a deploy of Ana on desk-3, process 7"] == listener.remarks[-1:]


def test_a_lock_of_one_that_died(paper: Paper, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken over once it has not been renewed for a while."""
    paper.deploy()
    paper.next_day()
    monkeypatch.setattr("sitegen.deploy.lease._DEAD", 0.5)
    bucket.put(".sitegen-deploying", b'{"who": "Ana on desk-3, process 7", "machine": "desk-3", "process": 7}')
    began = time.monotonic()
    listener = Listener()
    paper.deploy(listener)
    assert time.monotonic() - began > 0.5
    assert "an earlier deploy died; its lock was taken over" in listener.remarks
    assert paper.public().items() <= site_of(bucket.files()).items()


def test_no_bucket(paper: Paper, proxy: Proxy) -> None:
    """A slip in its name is one of site.yaml."""
    paper.target(f"{{kind: s3, bucket: nowhere-to-be-found, endpoint: '{proxy.url}'}}")
    with pytest.raises(UsageError, match="there is no bucket for s3://nowhere-to-be-found; make the bucket, or mend"):
        paper.deploy()


def test_nobody_answers(paper: Paper) -> None:
    """The network, or a slip in the endpoint."""
    paper.target("{kind: s3, bucket: news, endpoint: 'http://127.0.0.1:9'}")
    with pytest.raises(MachineError, match=r"http://127.0.0.1:9 cannot be reached, or does not answer .*; check the"):
        paper.deploy()


def test_credentials_that_are_refused(paper: Paper, proxy: Proxy) -> None:
    """No message has them in it, although the store's answer does."""
    proxy.reset(lambda *_: 403)
    with pytest.raises(MachineError) as refused:
        paper.deploy()
    assert "may not do this to s3://" in str(refused.value)
    assert not any(secret in str(refused.value) for secret in ACCESS)


def test_no_credentials(paper: Paper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where there are none in the environment nor in the usual files, it says where they belong."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(MachineError, match=r"there are no credentials for s3://.*; set AWS_ACCESS_KEY_ID"):
        paper.deploy()


def test_credentials_of_a_profile(
    paper: Paper, proxy: Proxy, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The files that other tools use, by the name of the profile."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    (tmp_path / "credentials").write_text(
        f"[paper]\naws_access_key_id = {ACCESS[0]}\naws_secret_access_key = {ACCESS[1]}\n"
    )
    paper.target(place(proxy, bucket, ", profile: paper"))
    paper.deploy()
    assert paper.public() == site_of(bucket.files())
    assert not any(secret.encode() in data for data in tree(paper.root).values() for secret in ACCESS)
