"""A branch of a git remote, as GitHub and GitLab Pages take it: one commit a deploy, and no history rewritten.

The commit is made by ``git fast-import`` (https://git-scm.com/docs/git-fast-import) in a bare repository of ours, from
the newest commit of the branch alone and without its files, so that little is fetched.  It is pushed without force: who
pushed meanwhile is not overwritten, which is as good as a lock.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Final

import msgspec

from sitegen.build import CACHE
from sitegen.deploy.manifest import LOCK, NAME, read, written
from sitegen.deploy.target import AS_IT_WAS, Found
from sitegen.errors import MachineError, SitegenError, UsageError
from sitegen.lock import DEPLOYS, held, tried
from sitegen.publish.disk import refusals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sitegen.deploy.target import Count, Local, Tell
    from sitegen.model.deploy import GitPlace

_NOBODY: Final = "sitegen <sitegen@localhost>"
_NOJEKYLL: Final = ".nojekyll"
_CNAME: Final = "CNAME"
_SOURCES: Final = "site.yaml"
_SHA256: Final = 64
_ENVIRONMENT: Final = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "https:ssh:file",
    "GIT_OPTIONAL_LOCKS": "0",
}
# What git says, by what is wrong.  It is not shown as it is: an address that a credential helper filled in is a secret.
_SAID: Final = (
    (
        re.compile(
            r"Authentication failed|Permission denied|could not read (?:Username|Password)|error: 403|Invalid username"
        ),
        "refuses the credentials",
        "check the key of ssh, or git's credential helper, and that it may write",
        MachineError,
    ),
    (
        re.compile(
            r"Could not resolve host|resolve hostname|Connection (?:refused|timed out|closed|reset)|unable to access"
        ),
        "cannot be reached",
        "check the network, and `remote` in site.yaml",
        MachineError,
    ),
    (
        re.compile(r"Host key verification failed"),
        "has a key that is not known",
        "connect to it once by hand with ssh, and look at the key",
        MachineError,
    ),
    (
        re.compile(r"not found|does not appear to be a git repository|does not exist|Could not read from remote"),
        "is no repository, or not one that these credentials may see",
        "check `remote` in site.yaml",
        UsageError,
    ),
    (
        re.compile(r"non-fast-forward|fetch first|stale info|cannot lock ref|incorrect old value"),
        "was pushed to meanwhile",
        "deploy again: it is planned anew then",
        MachineError,
    ),
    (
        re.compile(r"No space left|[Dd]isk quota|unpack failed|unpacker error"),
        "could not keep what was pushed",
        "see whether its disk is full, and deploy again",
        MachineError,
    ),
    (
        re.compile(r"\[remote rejected\]|protected branch|pre-receive hook declined|\[rejected\]"),
        "refuses the push",
        "check the rules of the branch, or name another `branch` in site.yaml",
        MachineError,
    ),
)


class Branch:
    """The files of a folder of a branch."""

    whole = True

    def __init__(self, settings: GitPlace, site: Path) -> None:
        """Ask nobody yet; the repository of ours lies in the cache of the *site*."""
        self._settings = settings
        self._remote = settings.remote
        if self._remote.startswith((".", "/")):
            self._remote = str((site / self._remote).resolve())
        self._cache = site / CACHE / "deploy"
        self._repository = self._cache / f"{settings.name}.git"
        self._inside = f"{settings.folder}/" if settings.folder else ""
        self._head = ""
        self._pushed = False
        self._ours: frozenset[str] = frozenset()
        self._lacking: frozenset[str] = frozenset()
        self._put: set[str] = set()
        self._deleted: set[str] = set()
        self._import: subprocess.Popen[bytes] | None = None
        self._changes: list[bytes] = []
        self._marks = 0

    @property
    def place(self) -> str:
        """The remote and the branch."""
        return f"{self._settings.remote}, branch {self._settings.branch}"

    @property
    def seen(self) -> str:
        """Once it is pushed, only the remote knows whether it took that."""
        return "whether readers see it is not known: it was being pushed" if self._pushed else AS_IT_WAS

    def manifest(self) -> bytes | None:
        """That in the newest commit of the branch; which is fetched for it.

        It is not whole where the branch lacks what its host asks for.
        """
        self._fetch()
        self._ours, self._lacking = frozenset(), frozenset(self._extras())
        if not self._head:
            return None
        self._lacking = frozenset(self._lacked())
        found = self._git("ls-tree", "-z", self._head, "--", self._inside + NAME)
        if not found:
            return None
        data = self._git("cat-file", "blob", found.split(b"\t")[0].split()[2].decode())
        manifest = read(data, self.place)
        self._ours = frozenset(manifest.files)
        return written(msgspec.structs.replace(manifest, whole=False)) if self._lacking - self._ours else data

    def listing(self) -> Mapping[str, Found]:
        """What is in the newest commit.  Raises UsageError if it holds the sources of a site: it is another branch."""
        if not self._head:
            return {}
        lines = self._git("ls-tree", "-r", "-z", self._head, *(["--", self._inside] if self._inside else []))
        found: dict[str, Found] = {}
        for line in filter(None, lines.split(b"\0")):
            about, _, name = line.partition(b"\t")
            path = name.decode(errors="surrogateescape").removeprefix(self._inside)
            found[path] = Found(0, about.split()[2].decode())
        if not self._inside and _SOURCES in found and _SOURCES not in self._ours:
            fix = "name the branch that readers are shown, such as gh-pages"
            raise UsageError.at(None, f"{self.place} holds the sources of a site", fix)
        skipped = {NAME, LOCK, *(self._extras().keys() - self._ours)}
        return {path: each for path, each in found.items() if path not in skipped}

    def form(self, file: Local) -> str:  # noqa: ARG002 - a branch keeps bytes alone
        """Nothing: the host decides."""
        return ""

    def holding(self, pairs: Sequence[tuple[Found, Local]]) -> set[str]:
        """Whose blob is that of the same bytes."""
        return {file.path for found, file in pairs if found.tag == _blob(file.read(), long=len(found.tag) == _SHA256)}

    @contextmanager
    def session(self, tell: Tell) -> Iterator[None]:  # noqa: ARG002 - nobody is waited for
        """Have a repository alone: ours, or one for this time alone while another deploy works in that."""
        with tried(self._repository.with_suffix(".git.lock")) as alone, TemporaryDirectory(prefix="sitegen-") as other:
            if alone:
                self._sweep()
            else:
                self._repository = Path(other) / "deploy.git"
            try:
                yield
            finally:
                if self._import:
                    self._import.kill()
                    self._import.wait()

    @contextmanager
    def lock(self, who: str, tell: Tell) -> Iterator[None]:  # noqa: ARG002 - the process is told
        """A lock of this checkout.  A remote cannot be held: there, who pushes first is first."""
        work = f"deploy to {self.place}"
        with held(self._cache / f"{self._settings.name}.lock", tell, work, "or choose another one", DEPLOYS):
            yield

    def begin(self, manifest: bytes) -> None:  # noqa: ARG002 - readers see nothing of it before it is done
        """Begin a commit."""
        command = [*self._command(), "fast-import", "--quiet", "--done"]
        pipe = subprocess.PIPE
        self._import = subprocess.Popen(  # noqa: S603 - no shell
            command, stdin=pipe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment()
        )

    def put(self, files: Sequence[Local], count: Count) -> Mapping[str, str]:
        """Write the bytes of files into our repository."""
        tags = {}
        long = len(self._head) == _SHA256
        for number, file in enumerate(files, 1):
            data = file.read()
            tags[file.path] = _blob(data, long=long)
            self._put.add(file.path)
            self._add(file.path, data)
            count(number)
        return tags

    def delete(self, paths: Sequence[str]) -> None:
        """Leave files out of the commit."""
        self._deleted.update(paths)
        # Before what is added: a file may be where a folder was.
        self._changes = [*(b"D " + self._quoted(path) for path in paths), *self._changes]

    def finish(self, manifest: bytes, message: str) -> None:
        """Make the commit, and push it."""
        for path, data in self._extras().items():
            if path not in self._put and (path in self._deleted or path in self._lacking - self._ours):
                self._add(path, data)
        self._add(NAME, manifest)
        author = f"{self._author()} {int(time.time())} +0000"
        text = f"{message}\n".encode()
        self._write(
            b"\n".join(
                [
                    b"commit refs/heads/deploy",
                    b"committer " + author.encode(),
                    b"data %d" % len(text),
                    text + (b"from " + self._head.encode() if self._head else b""),
                    *self._changes,
                    b"done\n",
                ]
            )
        )
        self._pipe.close()
        process, self._import = self._import, None
        if process is None or process.wait():
            raise self._import_failed()
        self._pushed = True
        try:
            self._git("push", "--porcelain", "--quiet", "origin", f"refs/heads/deploy:{self._branch}")
        except SitegenError:
            with suppress(SitegenError):  # what was refused is not there; if the line went dead, only the remote knows
                self._pushed = self._newest() == self._git("rev-parse", "refs/heads/deploy").decode().strip()
            raise

    def _fetch(self) -> None:
        """Have the newest commit of the branch, with its folders, and without its files unless they are asked for."""
        repository = self._repository
        with refusals(self._cache):
            self._cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (repository / "HEAD").is_file():
            self._run("init", "--bare", "--quiet", str(repository))
            self._git("remote", "add", "origin", self._remote)
        self._git("remote", "set-url", "origin", self._remote)
        if self._git("for-each-ref", "refs/heads/deploy"):
            self._git("update-ref", "-d", "refs/heads/deploy")
        self._head = self._newest()
        if self._head:
            self._git("fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", "origin", self._head)

    @property
    def _branch(self) -> str:
        return f"refs/heads/{self._settings.branch}"

    def _newest(self) -> str:
        """The newest commit of the branch, as its remote says; ``""`` if there is none."""
        listed = self._git("ls-remote", "--heads", "origin", self._branch).decode()
        return listed.split()[0] if listed.strip() else ""

    def _sweep(self) -> None:
        """Let go of what a git that was killed left locked."""
        with refusals(self._repository):
            for pattern in ("*.lock", "refs/**/*.lock", "objects/*/*.lock"):
                for left in self._repository.glob(pattern):
                    left.unlink(missing_ok=True)

    def _lacked(self) -> Iterator[str]:
        """Which files that its host asks for are not on the branch, or say something else."""
        for path, data in self._extras().items():
            about = self._git("ls-tree", "-z", self._head, "--", self._inside + path).split(b"\t")[0].split()
            if about[1:2] != [b"blob"] or not self._says(about[2].decode(), data):
                yield path

    def _says(self, blob: str, data: bytes) -> bool:
        """Whether *blob* says what *data* does.  GitHub ends no line; an empty file only has to be there."""
        if not data or blob == _blob(data, long=len(blob) == _SHA256):
            return True
        return self._git("cat-file", "blob", blob).strip() == data.strip()

    def _add(self, path: str, data: bytes) -> None:
        self._marks += 1
        self._write(b"blob\nmark :%d\ndata %d\n" % (self._marks, len(data)))
        self._write(data + b"\n")
        self._changes.append(b"M 100644 :%d " % self._marks + self._quoted(path))

    def _write(self, data: bytes) -> None:
        try:
            self._pipe.write(data)
        except BrokenPipeError:
            raise self._import_failed() from None

    @property
    def _pipe(self) -> IO[bytes]:
        assert self._import is not None, "begin() comes first"  # noqa: S101 - for types: the protocol says so
        assert self._import.stdin is not None  # noqa: S101 - it was asked for
        return self._import.stdin

    def _import_failed(self) -> MachineError:
        fix = f"check the disk, or remove {self._repository}, and deploy again"
        return MachineError.at(None, "git could not make the commit", fix)

    def _quoted(self, path: str) -> bytes:
        """A path as fast-import takes it."""
        text = (self._inside + path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{text}"'.encode(errors="surrogateescape")

    def _extras(self) -> dict[str, bytes]:
        """Files that hosts ask for at the top of a branch.  Without the first, GitHub hides what begins with ``_``."""
        cname = self._settings.cname
        return {_NOJEKYLL: b""} | ({_CNAME: f"{cname}\n".encode()} if cname else {})

    def _author(self) -> str:
        """Who git says that we are; nobody in particular, if it does not know."""
        done = self._done([*self._command(), "var", "GIT_COMMITTER_IDENT"])
        return done.stdout.decode(errors="replace").strip().rsplit(" ", 2)[0] if done.returncode == 0 else _NOBODY

    def _command(self) -> list[str]:
        return ["git", f"--git-dir={self._repository}"]

    def _git(self, *arguments: str) -> bytes:
        """What git answers in our repository."""
        return self._run(f"--git-dir={self._repository}", *arguments)

    def _run(self, *arguments: str) -> bytes:
        done = self._done(["git", *arguments])
        if done.returncode:
            said = (done.stderr + done.stdout).decode(errors="replace")
            for pattern, what, fix, kind in _SAID:
                if pattern.search(said):
                    raise kind.at(None, f"{self.place} {what}", fix)
            step = next(argument for argument in arguments if not argument.startswith("--git-dir"))
            fix = f"run `git {step}` by hand to see why, or remove {self._repository}"
            raise MachineError.at(None, f"git failed at {self.place}", fix)
        return done.stdout

    def _done(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(command, capture_output=True, check=False, env=_environment())  # noqa: S603 - no shell
        except FileNotFoundError:
            raise MachineError.at(None, "git is not installed", "install it: the target is a branch") from None


def _environment() -> dict[str, str]:
    """The environment of git: it asks nobody, says what it says in English, and takes no other repository for ours."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
    }
    return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"} | kept | _ENVIRONMENT


def _blob(data: bytes, *, long: bool = False) -> str:
    """The id that git gives a file with these bytes (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects)."""
    total = hashlib.sha256() if long else hashlib.sha1(usedforsecurity=False)
    total.update(b"blob %d\0" % len(data))
    total.update(data)
    return total.hexdigest()
