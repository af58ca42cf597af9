"""A paper of 10,000 stories and 30,000 files: what is planned, asked and sent stays in proportion to what changed."""

from __future__ import annotations

import getpass
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from support.deploys import Paper, site_of, tree

if TYPE_CHECKING:
    from pathlib import Path

    from support.bucket import Bucket, Proxy
    from support.secure_shell import Machine

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("large")]

STORIES: Final = 10_000
OTHERS: Final = 20_000


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """The paper, which is built by the first deploy."""
    paper = Paper(tmp_path_factory.mktemp("large") / "site", "{kind: folder, path: ../live}")
    for number in range(STORIES):
        day, text = f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T08:00:00Z", f"Story number {number} in short."
        lines = f"title: Story {number}\nslug: story-{number}\npublished: {day}\n"
        paper.write(f"content/{number % 100:02}/story-{number}.md", f"---\n{lines}---\n{text}\n")
    for number in range(OTHERS):
        paper.write(f"static/data/{number % 100:02}/자료 {number}.json", f"[{number}]")
    return paper


def a_typo_is_mended(paper: Paper, number: int) -> set[str]:
    """Deploy all, then nothing, then a typo; the paths of what was sent for that."""
    paper.deploy()
    assert () == paper.deploy().sent
    path = f"content/{number % 100:02}/story-{number}.md"
    paper.write(path, (paper.root / path).read_text().replace("in short.", "in short!"))
    before = paper.public()
    sent = set(paper.deploy().sent)
    changed = {path for path, data in paper.public().items() if before.get(path) != data}
    assert changed == sent
    assert len(sent) < 10
    return sent


def test_folder(paper: Paper) -> None:
    """All but what changed are links."""
    sent = a_typo_is_mended(paper, 17)
    live = paper.root.parent / "live" / "current"
    assert paper.public() == site_of(tree(live))
    assert len(paper.public()) > STORIES + OTHERS
    assert sent == {path for path in paper.public() if (live / path).stat().st_nlink == 1}


@pytest.mark.needs("rsync", "sshd")
def test_rsync(paper: Paper, machine: Machine, tmp_path: Path) -> None:
    """The same on another machine."""
    host = f"{getpass.getuser()}@127.0.0.1"
    paper.target(f"{{kind: rsync, host: {host}, port: {machine.port}, path: '{tmp_path / 'there'}'}}")
    a_typo_is_mended(paper, 27)
    assert paper.public() == site_of(tree(tmp_path / "there" / "current"))


@pytest.mark.needs("git")
def test_git(paper: Paper, tmp_path: Path) -> None:
    """A commit that has what changed, and the manifest."""
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "wire.git")], check=True)
    paper.target(f"{{kind: git, remote: '{tmp_path / 'wire.git'}'}}")
    sent = a_typo_is_mended(paper, 37)
    git = ["git", "-C", str(tmp_path / "wire.git"), "diff", "--name-only", "-z", "gh-pages~1", "gh-pages"]
    names = subprocess.run(git, check=True, capture_output=True, text=True).stdout.split("\0")
    assert sent | {".sitegen-deployed.json"} == set(filter(None, names))


def test_s3(paper: Paper, proxy: Proxy, bucket: Bucket) -> None:
    """An unchanged site takes one listing; a typo uploads the files that changed and no other."""
    paper.target(f"{{kind: s3, bucket: {bucket.name}, endpoint: '{proxy.url}'}}")
    paper.deploy()
    files = paper.public()
    assert files == site_of(bucket.files())
    proxy.reset()
    assert () == paper.deploy().sent
    assert all(line.startswith("GET ") for line in proxy.asked)
    assert 1 + -(-(len(files) + 1) // 1000) == len(proxy.asked)  # the manifest, and a thousand names an answer
    proxy.reset()
    sent = a_typo_is_mended(paper, 47)
    put = {line.split("/", 2)[2] for line in proxy.asked if line.startswith("PUT ") and "/.sitegen" not in line}
    assert sent == put
    assert paper.public() == site_of(bucket.files())
