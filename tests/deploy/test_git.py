"""A branch: one commit a deploy, nothing overwritten that others pushed, and all of it or none.

`SITEGEN_LONG=1` ends it at every step instead of some.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import pytest

from sitegen.deploy.carry import Stopped
from sitegen.errors import MachineError, UsageError
from sitegen.lock import held, tried
from support.deploys import Listener, Paper, dangling, site_of

if TYPE_CHECKING:
    from pathlib import Path

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
STEP: Final = 1 if LONG else 4

pytestmark = [pytest.mark.needs("git"), *([pytest.mark.long] if LONG else [])]


class Remote:
    """A bare repository, as a forge has it."""

    def __init__(self, root: Path) -> None:
        """Make it."""
        self.root = root
        subprocess.run(["git", "init", "--quiet", "--bare", str(root)], check=True)

    def git(self, *arguments: str, data: bytes = b"") -> str:
        """What git answers there."""
        command = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@harbourwire.example", "-C", str(self.root)]
        return subprocess.run([*command, *arguments], check=True, capture_output=True, input=data).stdout.decode()

    def files(self, branch: str = "gh-pages") -> dict[str, bytes]:
        """What the branch has."""
        found = {}
        for line in filter(None, self.git("ls-tree", "-r", "-z", branch).split("\0")):
            about, _, path = line.partition("\t")
            command = ["git", "-C", str(self.root), "cat-file", "blob", about.split()[2]]
            found[path] = subprocess.run(command, check=True, capture_output=True).stdout
        return found

    def log(self, branch: str = "gh-pages") -> list[str]:
        """What its commits say, the newest first."""
        return self.git("log", "--format=%s", branch).splitlines()

    def commit(self, path: str, data: bytes, branch: str = "gh-pages") -> None:
        """Have somebody else add a file."""
        blob = self.git("hash-object", "-w", "--stdin", data=data).strip()
        found = self.git("for-each-ref", f"refs/heads/{branch}")
        entries = self.git("ls-tree", branch) if found else ""
        tree = self.git("mktree", data=f"{entries}100644 blob {blob}\t{path}\n".encode()).strip()
        parents = ["-p", branch] if found else []
        self.git("update-ref", f"refs/heads/{branch}", self.git("commit-tree", tree, *parents, "-m", path).strip())


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    """An empty repository."""
    return Remote(tmp_path / "wire.git")


@pytest.fixture
def paper(tmp_path: Path, remote: Remote) -> Paper:
    """A paper that is pushed to it."""
    return Paper(tmp_path / "site", f"{{kind: git, remote: '{remote.root}'}}")


def test_readers_get_what_was_built(paper: Paper, remote: Remote) -> None:
    """All files, and what keeps GitHub from leaving some out."""
    paper.write("static/부산 “#1” 50%.txt", "names of all kinds")
    paper.deploy()
    assert paper.public() == site_of(remote.files())
    assert b"" == remote.files()[".nojekyll"]


def test_one_commit_a_deploy(paper: Paper, remote: Remote) -> None:
    """It says what changed; what nobody changed makes none."""
    paper.deploy()
    paper.deploy()
    paper.next_day()
    paper.deploy()
    new, first = remote.log()
    assert first.startswith("Deploy: 3 new, ")
    assert new.startswith("Deploy: 1 new, 2 updated, 1 withdrawn, ")
    assert paper.public().items() <= site_of(remote.files()).items()


def test_without_a_cache(paper: Paper, remote: Remote) -> None:
    """A fresh clone on a CI service goes on where the last one ended."""
    paper.deploy()
    subprocess.run(["rm", "-rf", str(paper.root / ".sitegen")], check=True)
    paper.story("ferry", "Ferry returns", "Text!", tags="harbor")
    assert "2026/05/ferry/index.html" in paper.deploy().sent
    assert 2 == len(remote.log())
    changed = remote.git("diff", "--name-only", "gh-pages~1", "gh-pages").split()
    assert {".sitegen-deployed.json", "2026/05/ferry/index.html"} <= set(changed)
    assert "index.html" not in changed


def test_a_name_of_its_own(paper: Paper, remote: Remote) -> None:
    """CNAME is how GitHub Pages knows it; what is in `static` comes before it."""
    paper.target(f"{{kind: git, remote: '{remote.root}', cname: www.harbourwire.example}}")
    paper.deploy()
    assert b"www.harbourwire.example\n" == remote.files()["CNAME"]
    paper.write("static/CNAME", "harbourwire.example\n")
    paper.deploy()
    assert b"harbourwire.example\n" == remote.files()["CNAME"]
    assert () == paper.deploy().sent


def test_a_name_that_the_forge_wrote(paper: Paper, remote: Remote) -> None:
    """It has no end of the line, stays, and is nobody else's."""
    remote.commit("CNAME", b"www.harbourwire.example")
    remote.commit("notes.txt", b"mine")
    paper.target(f"{{kind: git, remote: '{remote.root}', cname: www.harbourwire.example}}")
    paper.deploy(adopt=True)
    assert b"www.harbourwire.example" == remote.files()["CNAME"]
    assert paper.public() == site_of({path: data for path, data in remote.files().items() if path != "CNAME"})


def test_another_name(paper: Paper, remote: Remote) -> None:
    """It is something to do: on a branch that had none, that had another, or that had ours until now."""
    paper.deploy()
    for name in ("www.harbourwire.example", "harbourwire.example"):
        paper.target(f"{{kind: git, remote: '{remote.root}', cname: {name}}}")
        assert ["nothing new for readers, only what was left to do"] == paper.told()
        assert paper.deploy().done
        assert f"{name}\n".encode() == remote.files()["CNAME"]
        assert not paper.deploy().done
    paper.write("static/CNAME", "www.harbourwire.example\n")
    paper.deploy()
    assert b"www.harbourwire.example\n" == remote.files()["CNAME"]
    (paper.root / "static/CNAME").unlink()
    paper.deploy()
    assert b"harbourwire.example\n" == remote.files()["CNAME"]


def test_another_deploy_meanwhile(paper: Paper, remote: Remote, tmp_path: Path) -> None:
    """Who waited for it looks at what it did, and builds what the sources say by then."""
    paper.deploy()
    paper.next_day()
    other = Paper(tmp_path / "clone", f"{{kind: git, remote: '{remote.root}'}}")
    waiting = ExitStack()
    cache = paper.root / ".sitegen/deploy"
    waiting.enter_context(held(cache / "live.lock", print))
    assert waiting.enter_context(tried(cache / "live.git.lock"))
    remarks: list[str] = []

    class Waiting(Listener):
        """Somebody else's deploy ends once it is waited for."""

        def remark(self, line: str) -> None:
            """Have it end."""
            remarks.append(line.partition(" (")[0])
            if line.startswith("waiting"):
                other.story("ferry", "Ferry returns at last", tags="harbor")
                other.deploy()
                paper.story("storm", "Storm is over", tags="harbor, weather")
                waiting.close()

    paper.deploy(Waiting())
    assert [
        f"waiting for another deploy to {remote.root}, branch gh-pages",
        "somebody else deployed meanwhile, so the site is built and planned anew",
    ] == remarks
    assert b"Storm is over" in remote.files()["index.html"]
    assert paper.public().items() <= site_of(remote.files()).items()
    assert 3 == len(remote.log())


def test_ended_while_it_is_pushed(paper: Paper, remote: Remote) -> None:
    """The remote may have taken it."""
    paper.deploy()
    paper.next_day()
    real = subprocess.run

    def ended(command: list[str], *args: object, **named: object) -> object:
        done = real(command, *args, **named)  # type: ignore[call-overload]
        if "push" in command:
            raise KeyboardInterrupt
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "run", ended)
        with pytest.raises(Stopped, match="interrupted; whether readers see it is not known: it was being pushed"):
            paper.deploy()
    assert 2 == len(remote.log())


def test_a_folder_of_a_branch(paper: Paper, remote: Remote) -> None:
    """What lies beside it is left alone."""
    remote.commit("README.md", b"about", "main")
    paper.target(f"{{kind: git, remote: '{remote.root}', branch: main, folder: docs}}")
    paper.deploy()
    files = remote.files("main")
    assert paper.public() == site_of(
        {path.removeprefix("docs/"): data for path, data in files.items() if path.startswith("docs/")}
    )
    assert b"about" == files["README.md"]


def test_the_wrong_branch(paper: Paper, remote: Remote) -> None:
    """One with sources in it is never written over, whatever is asked for."""
    remote.commit("site.yaml", b"title: x", "main")
    paper.target(f"{{kind: git, remote: '{remote.root}', branch: main}}")
    with pytest.raises(UsageError, match="holds the sources of a site; name the branch that readers are shown"):
        paper.deploy(adopt=True)
    assert ["site.yaml"] == remote.log("main")


def test_files_of_somebody_else_stop_it(paper: Paper, remote: Remote) -> None:
    """Unless they are to be replaced."""
    remote.commit("notes.txt", b"mine")
    with pytest.raises(UsageError, match="holds 1 files that sitegen did not put there"):
        paper.deploy()
    paper.deploy(adopt=True)
    assert paper.public() == site_of(remote.files())
    assert "notes.txt" == remote.log()[-1]


def test_who_pushed_meanwhile_is_not_overwritten(paper: Paper, remote: Remote) -> None:
    """The push is refused, and the next deploy goes on from there."""
    paper.deploy()
    paper.next_day()
    steps: list[str] = []
    real = subprocess.run

    def meanwhile(command: list[str], *args: object, **named: object) -> object:
        if "push" in command and not steps:
            steps.append("push")
            remote.commit("notes.txt", b"mine")
        return real(command, *args, **named)  # type: ignore[call-overload]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "run", meanwhile)
        with pytest.raises(MachineError, match=r"was pushed to meanwhile; .*readers see the site as it was"):
            paper.deploy()
    assert "notes.txt" == remote.log()[0]
    paper.deploy()
    assert b"mine" == remote.files()["notes.txt"]
    assert paper.public().items() <= remote.files().items()


def test_ended_at_any_step(paper: Paper, remote: Remote) -> None:
    """Property P15: readers see all of one site, and the next deploy makes it the new one."""
    paper.deploy()
    first = remote.git("rev-parse", "gh-pages").strip()
    old = remote.files()
    paper.next_day()
    paper.told()
    for at in itertools.count(1, STEP):
        remote.git("update-ref", "refs/heads/gh-pages", first)
        child = os.fork()
        if not child:
            _deploy_and_end(paper, at)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        seen = remote.files()
        assert [] == dangling(site_of(seen))
        if status == 0:
            break
        assert old == seen or paper.public().items() <= seen.items()
        paper.deploy()
        assert paper.public().items() <= remote.files().items()
        assert 2 == len(remote.log())
    assert at > 5


def _deploy_and_end(paper: Paper, at: int) -> None:
    """Deploy in this process, which ends before its command of git number *at*."""
    counter = itertools.count(1)
    popen = subprocess.Popen

    class Counted(popen):  # type: ignore[valid-type,misc]
        def __init__(self, *args: object, **named: object) -> None:
            if next(counter) == at:
                os._exit(9)
            super().__init__(*args, **named)

    subprocess.Popen = Counted  # type: ignore[misc]
    try:
        paper.deploy()
        os._exit(0)
    finally:
        os._exit(1)


def test_what_a_killed_git_left_locked(paper: Paper, remote: Remote) -> None:
    """In our own repository: nobody else works there."""
    paper.deploy()
    paper.next_day()
    repository = paper.root / ".sitegen" / "deploy" / "live.git"
    for name in ("config.lock", "shallow.lock", "packed-refs.lock", "refs/heads/deploy.lock"):
        (repository / name).touch()
    paper.deploy()
    assert 2 == len(remote.log())


@pytest.mark.parametrize(
    ("place", "kind", "said"),
    [
        ("/nowhere/wire.git", UsageError, "is no repository, or not one that these credentials may see"),
        ("https://127.0.0.1:9/wire.git", MachineError, "cannot be reached; check the network"),
        ("ssh://git@nowhere.invalid/wire.git", MachineError, "cannot be reached; check the network"),
    ],
)
def test_wrong_places(paper: Paper, place: str, kind: type[Exception], said: str) -> None:
    """One sentence each, that says what to do."""
    paper.target(f"{{kind: git, remote: '{place}'}}")
    with pytest.raises(kind, match=said):
        paper.deploy()


def test_a_branch_that_may_not_be_pushed_to(paper: Paper, remote: Remote) -> None:
    """A rule of the forge."""
    hook = remote.root / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(MachineError, match="refuses the push; check the rules of the branch"):
        paper.deploy(Listener())
