"""What comes after a deploy: a look at the site, word to hubs, a command; and the command line before it."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs

import pytest

from sitegen.deploy import Order, after, rolled_back
from sitegen.errors import MachineError, UsageError
from support.deploys import NOW, SITE, Listener, Paper, site_of, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.workspace import Workspace


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """A web server, while it lasts: its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A paper with a folder as its target."""
    return Paper(tmp_path / "site", f"{{kind: folder, path: {tmp_path / 'live'}, verify: true}}")


def at(paper: Paper, url: str) -> None:
    """Have *paper* be at *url*."""
    text = (paper.root / "site.yaml").read_text()
    paper.write("site.yaml", re.sub(r"^url: .*", f"url: {url}", text, flags=re.MULTILINE))


def test_verified(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    """The home page and a sample are fetched as readers get them; one that is something else is told."""
    monkeypatch.setattr(after, "_PATIENCE", 0.0)
    current = paper.root.parent / "live" / "current"
    with serving(functools.partial(Quiet, directory=str(current))) as url:
        at(paper, url)
        assert paper.deploy().verified > 1
    with serving(functools.partial(Quiet, directory=str(paper.root))) as url:
        at(paper, url)
        with pytest.raises(MachineError, match=f"the site was deployed, but {url}/ shows something else than"):
            paper.deploy(adopt=True)


def test_verified_after_a_while(tmp_path: Path) -> None:
    """A cache in between is waited for, and what never comes is told."""
    (tmp_path / "index.html").write_bytes(b"old")
    with serving(functools.partial(Quiet, directory=str(tmp_path))) as url:
        timer = threading.Timer(0.5, (tmp_path / "index.html").write_bytes, [b"new"])
        timer.start()
        digest = hashlib.blake2b(b"new", digest_size=16).hexdigest()
        assert 1 == after.verify(url, {"/": digest}, [], patience=10)
        with pytest.raises(MachineError, match=r"/gone/ answers 404; look at it in a browser"):
            after.verify(url, {"/": digest, "/gone/": digest}, ["/gone/"], patience=0)
    timer.join()


class Hub(BaseHTTPRequestHandler):
    """A WebSub hub that takes word of feeds, and refuses what is no feed of ours."""

    asked: ClassVar[list[dict[str, list[str]]]] = []

    def do_POST(self) -> None:
        """Take it, or refuse it."""
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.asked.append(parse_qs(body))
        self.send_response(400 if "other" in body else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def asked() -> list[dict[str, list[str]]]:
    """What the hub was asked."""
    Hub.asked.clear()
    return Hub.asked


def test_W2_changed_feeds_are_told_to_the_hub(  # noqa: N802 - a rule
    paper: Paper, tmp_path: Path, asked: list[dict[str, list[str]]]
) -> None:
    """After a deploy, of those alone that changed, in each of their formats."""
    paper.target(f"{{kind: folder, path: {tmp_path / 'live'}}}")
    with serving(Hub) as hub:
        settings = (paper.root / "site.yaml").read_text(encoding="utf-8")
        paper.write("site.yaml", f"{settings}feeds: {{hubs: ['{hub}']}}\n")
        paper.deploy()
        names = ("feed.xml", "atom.xml", "feed.json")
        assert {f"{SITE}/{name}" for name in names} < {each["hub.topic"][0] for each in asked}
        asked.clear()
        paper.story("budget", "Budget vote", "Another text.", tags="council")
        paper.deploy()
    told = [f"{SITE}/{name}" for name in (*names, "tags/council/feed.xml")]
    assert sorted(told) == sorted(each["hub.topic"][0] for each in asked)


def test_hubs_are_told(asked: list[dict[str, list[str]]]) -> None:
    """Of each feed that changed, as WebSub hubs take it; one that refuses is only told of."""
    told: list[str] = []
    with serving(Hub) as hub:
        after.ping([hub], [f"{SITE}/feed.xml", f"{SITE}/other"], told.append)
    assert [["publish"], [f"{SITE}/feed.xml"]] == [asked[0]["hub.mode"], asked[0]["hub.topic"]]
    assert [f"the hub {hub} answered 400 for {SITE}/other"] == told
    after.ping([hub], [f"{SITE}/feed.xml"], told.append)
    assert "could not be told of" in told[-1]


def test_a_command_gets_the_addresses(paper: Paper, tmp_path: Path) -> None:
    """Of all that changed or went, one a line; it is run when all is up, and not by a shell."""
    program = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    command = f"['{sys.executable}', -c, \"{program}\", '{tmp_path}/urls']"
    paper.target(f"{{kind: folder, path: {tmp_path / 'live'}, after: {command}}}")
    paper.deploy()
    paper.story("budget", "Budget vote", tags="council", expires="2026-06-01T00:00:00Z")
    outcome = paper.deploy()
    urls = (tmp_path / "urls").read_text().splitlines()
    assert len(outcome.sent) + len(outcome.deleted) == len(urls)
    assert {f"{SITE}/", f"{SITE}/2026/05/budget/", f"{SITE}/feed.xml"} <= set(urls)


def test_a_command_that_fails(paper: Paper, tmp_path: Path) -> None:
    """The site is up all the same, and the message says so."""
    paper.target(f"{{kind: folder, path: {tmp_path / 'live'}, after: 'false'}}")
    with pytest.raises(MachineError, match="ended with status 1; the site is up; mend `after`"):
        paper.deploy()
    assert paper.public() == site_of(tree(tmp_path / "live" / "current"))


def recording(paper: Paper, tmp_path: Path, **more: str) -> Path:
    """Have *paper* run a command after a deploy that notes what it is given in the file that this returns.

    It fails while there is a file ``broken`` beside that.
    """
    program = tmp_path / "note.py"
    program.write_text(
        "import pathlib, sys\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "(here / 'urls').write_text(sys.stdin.read())\n"
        "sys.exit((here / 'broken').exists())\n"
    )
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    paper.target(f"{{kind: folder, path: {tmp_path / 'live'}, after: [{sys.executable}, {program}, {tmp_path}]{rest}}}")
    return tmp_path / "urls"


def test_what_failed_is_done_by_the_next_deploy(paper: Paper, tmp_path: Path) -> None:
    """A site that is up needs no deploy; caches that were not told of it do."""
    urls = recording(paper, tmp_path)
    (tmp_path / "broken").touch()
    with pytest.raises(MachineError):
        paper.deploy()
    first = set(urls.read_text().splitlines())
    paper.story("ferry", "Ferry returns late", tags="harbor")
    with pytest.raises(MachineError):
        paper.deploy()
    assert first == set(urls.read_text().splitlines()) | {line for line in first if "/assets/" in line}
    urls.unlink()
    listener = Listener()
    paper.deploy(listener, dry_run=True)
    assert not urls.exists()
    assert ["what follows the deploy before is not done yet"] == listener.remarks
    (tmp_path / "broken").unlink()
    outcome = paper.deploy()
    assert (True, ()) == (outcome.done, outcome.sent)
    assert first == set(urls.read_text().splitlines())
    urls.unlink()
    assert not paper.deploy().done
    assert not urls.exists()


def test_going_back_is_followed_too(paper: Paper, tmp_path: Path) -> None:
    """By word of what readers find changed, new or gone."""
    urls = recording(paper, tmp_path)
    paper.deploy()
    paper.story("ferry", "Ferry returns late", tags="harbor")
    paper.story("pier", "Pier opens")
    paper.deploy()
    forward = set(urls.read_text().splitlines())
    urls.unlink()
    (tmp_path / "broken").touch()
    with pytest.raises(MachineError):
        rolled_back(Order(folder=paper.root, now=NOW), print)
    assert {f"{SITE}/2026/05/ferry/", f"{SITE}/2026/05/pier/", f"{SITE}/"} <= forward
    assert forward == set(urls.read_text().splitlines())
    (tmp_path / "broken").unlink()
    paper.deploy()
    assert forward == set(urls.read_text().splitlines())


def test_going_back_from_the_first_release(paper: Paper, tmp_path: Path) -> None:
    """There is none before it, so nothing changed, and nothing is owed."""
    recording(paper, tmp_path)
    paper.deploy()
    with pytest.raises(UsageError, match="has no release before this one"):
        rolled_back(Order(folder=paper.root, now=NOW), print)
    assert not paper.deploy().done


@pytest.mark.parametrize("owed", [b"\xff\x00", b"[1]", None])
def test_what_is_owed_is_lost_with_the_cache(paper: Paper, tmp_path: Path, owed: bytes | None) -> None:
    """A damaged one is as none."""
    recording(paper, tmp_path)
    paper.deploy()
    place = paper.root / ".sitegen" / "deploy" / "live.owed"
    if owed is None:
        place.mkdir()
    else:
        place.write_bytes(owed)
    assert not paper.deploy().done


def test_a_cache_is_purged_before_the_site_is_looked_at(tmp_path: Path) -> None:
    """Else it would show the site of before for ever, as the purge would never be reached."""
    paper = Paper(tmp_path / "site", "{}")
    live, cache = tmp_path / "live", tmp_path / "cache"
    purge = "import shutil, sys; shutil.rmtree(sys.argv[2], True); shutil.copytree(sys.argv[1], sys.argv[2])"
    command = f'[{sys.executable}, -c, "{purge}", {live}/current, {cache}]'
    with serving(functools.partial(Quiet, directory=str(cache))) as url:
        paper.url = url
        paper.target(f"{{kind: folder, path: {live}, verify: true, after: {command}}}")
        assert paper.deploy().verified > 1
        paper.next_day()
        assert paper.deploy().verified > 1


class Packed(Quiet):
    """Serves each file as a bucket does into which it was put compressed."""

    encoding = "gzip"

    def end_headers(self) -> None:
        """Say so."""
        self.send_header("Content-Encoding", self.encoding)
        super().end_headers()


def test_what_is_stored_compressed_is_unpacked(tmp_path: Path) -> None:
    """A bucket sends it so, whether or not that was asked for."""
    (tmp_path / "index.html").write_bytes(gzip.compress(b"new"))
    digest = hashlib.blake2b(b"new", digest_size=16).hexdigest()
    with serving(functools.partial(Packed, directory=str(tmp_path))) as url:
        assert 1 == after.verify(url, {"/": digest}, [], patience=0)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_what_cannot_be_unpacked(tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a fault like any other."""
    (tmp_path / "index.html").write_bytes(b"\x1f\x8b\x08 broken")
    monkeypatch.setattr(Packed, "encoding", encoding)
    with serving(functools.partial(Packed, directory=str(tmp_path))) as url:
        said = rf"the site was deployed, but {url}/ sends what cannot be unpacked \({encoding}\)"
        with pytest.raises(MachineError, match=said):
            after.verify(url, {"/": ""}, [], patience=0)


@pytest.fixture
def deployed(workspace: Workspace) -> Workspace:
    """A site with a target, as the command finds it."""
    text = (workspace.root / "site.yaml").read_text()
    workspace.write("site.yaml", text + "deploy:\n  live: {kind: folder, path: ../live}\n")
    return workspace


def test_on_the_command_line(deployed: Workspace) -> None:
    """The plan, and what was done; as JSON for machines; going back; and nothing for a site without a target."""
    done = deployed.run("deploy", "--dry-run")
    assert (0, "") == (done.returncode, done.stderr)
    assert "to " in done.stdout
    assert "  new: /2026/06/ferry-returns/ “Ferry returns”\n" in done.stdout
    done = deployed.run("deploy", "live", "--json")
    found = json.loads(done.stdout)
    assert (True, True, "live") == (found["ok"], found["done"], found["target"])
    assert "index.html" in found["sent"]
    assert "Ferry returns" == found["telling"]["new"][0]["title"]
    done = deployed.run("deploy", "--rollback")
    assert 2 == done.returncode
    assert "has no release before this one" in done.stderr


def test_the_plan_of_a_deploy_that_is_stopped(deployed: Workspace) -> None:
    """Machines get it too, as people do."""
    assert 0 == deployed.run("deploy").returncode
    deployed.write("content/pier.md", "---\ntitle: Pier\npublished: 2026-06-11\n---\n[Words](/gone/)\n")
    (deployed.root / "content/ferry.md").unlink()
    found = json.loads(deployed.run("deploy", "--json").stdout)
    assert not found["ok"]
    assert ["Pier"] == [news["title"] for news in found["telling"]["new"]]
    assert ["/2026/06/ferry-returns/"] == [news["url"] for news in found["telling"]["withdrawn"]]
    assert "warning" == found["problems"][0]["severity"]
    assert "/2026/06/ferry-returns/ would be gone" in [problem["what"] for problem in found["problems"]]


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("", 2, "site.yaml: error: names no target to deploy to; add `deploy:` to site.yaml"),
        ("deploy: {live: {kind: ftp}}", 1, "`deploy.live.kind` is `ftp`, which is none; choose one of folder, s3"),
        ("deploy: {live: {kind: command, command: up}}", 1, "has no `{public}`; write {public} where"),
        ("deploy: {live: {kind: s3, bucket: news, secret_key: HUSH}}", 1, "this key looks like that of a secret"),
    ],
)
def test_what_is_wrong_with_site_yaml(workspace: Workspace, line: str, status: int, said: str) -> None:
    """It is told at its place, before anything is built."""
    workspace.write("site.yaml", (workspace.root / "site.yaml").read_text() + line + "\n")
    done = workspace.run("deploy")
    assert (status, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert "HUSH" not in done.stderr
    assert not (workspace.root / "public").exists()


def test_a_build_that_fails_is_not_deployed(deployed: Workspace) -> None:
    """Its errors are told, and the place is not touched."""
    deployed.write("content/broken.md", "---\ntitle: x\npublished: yesterday\n---\n")
    done = deployed.run("deploy")
    assert 1 == done.returncode
    assert "content/broken.md:3:" in done.stderr
    assert not (deployed.root.parent / "live").exists()


def test_a_site_of_another_moment_is_not_deployed(deployed: Workspace) -> None:
    """Nor one that was built with drafts: a deploy builds anew."""
    deployed.write("content/draft.md", "---\ntitle: Secret plans\ndraft: true\n---\nHUSH\n")
    assert 0 == deployed.run("build", "--drafts").returncode
    assert "It was built with --drafts" in deployed.read(".sitegen-output")
    assert 0 == deployed.run("deploy").returncode
    assert "--drafts" not in deployed.read(".sitegen-output")
    assert not any(b"HUSH" in data for data in tree(deployed.root.parent / "live").values())
    done = subprocess.run(
        [sys.executable, "-m", "sitegen", "deploy", "--site", str(deployed.root)],
        env={**os.environ, "SOURCE_DATE_EPOCH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 2 == done.returncode
    assert "SOURCE_DATE_EPOCH is set, so this would be the site of another moment; unset it" in done.stderr


def test_an_extra_that_is_not_installed(workspace: Workspace) -> None:
    """It says with which line of pip it is."""
    text = (workspace.root / "site.yaml").read_text()
    workspace.write("site.yaml", text + "deploy: {live: {kind: s3, bucket: news}}\n")
    code = "import sys; sys.modules['obstore'] = None; from sitegen.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "deploy", "--site", str(workspace.root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 3 == done.returncode
    assert "error: a target of the kind s3 needs obstore; pip install 'sitegen[s3]'" in done.stderr
