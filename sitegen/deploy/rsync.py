"""A folder on another machine, reached by ssh and filled by rsync: releases and a link, as in `sitegen.deploy.folder`.

Here nothing passes through a shell.  There ssh has one run what it is given, whatever it is asked for; so that is
always ``sh -c``, one of the scripts below and its arguments, all quoted: a name cannot become a command.  The other
machine is one with the tools of GNU and util-linux, as any Linux has them, and rsync.
"""

from __future__ import annotations

import hashlib
import shlex
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from sitegen.deploy.folder import CURRENT, PARTIAL, RELEASES, is_release, stamp
from sitegen.deploy.manifest import LOCK, NAME
from sitegen.deploy.target import AS_IT_WAS, Found
from sitegen.errors import MachineError, UsageError
from sitegen.publish.disk import refusals, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sitegen.deploy.target import Count, Local, Tell
    from sitegen.model.deploy import RsyncPlace

_Process = TypeVar("_Process")

_BATCH: Final = 500
_NOTHING: Final = 44
_NO_LINK: Final = 45
_HELD: Final = 46
_SSH_FAILED: Final = 255

_MANIFEST: Final = f"""
if [ -e "$1/{CURRENT}" ] && [ ! -L "$1/{CURRENT}" ]; then exit {_NO_LINK}; fi
[ -f "$1/{CURRENT}/{NAME}" ] || exit {_NOTHING}
exec cat -- "$1/{CURRENT}/{NAME}"
"""
_LIST: Final = f"""
[ -d "$1/{CURRENT}/" ] || exit 0
exec find "$1/{CURRENT}/" ! -type d -printf '%P\\0%s %T@\\0'
"""
_SUMS: Final = 'cd -- "$1/' + CURRENT + '" && shift && exec sha256sum --zero -- "$@"'
# flock(1) lets go of its lock when the ssh that holds it ends, and that ends when its input does.
_STAY: Final = "echo up; exec cat >/dev/null"
_LOCK: Final = f"""
mkdir -p -- "$1" || exit 1
exec 9>>"$1/{LOCK}" || exit 1
if ! flock -n 9; then cat -- "$1/{LOCK}"; echo; echo waiting; flock -w 600 9 || exit {_HELD}; fi
printf %s "$2" >"$1/{LOCK}"
echo; echo held
cat >/dev/null
"""
# What is no release of ours has no manifest, unless it is one that is being made.
_SHOWN: Final = f"""
cd -- "$1" 2>/dev/null || {{ printf '\\0'; exit 0; }}
readlink -z -- "{CURRENT}" || printf '\\0'
for each in "{RELEASES}"/*; do
  [ -d "$each" ] && [ ! -L "$each" ] || continue
  case "$each" in *{PARTIAL}) true;; *) [ -f "$each/{NAME}" ];; esac && printf '%s\\0' "${{each#{RELEASES}/}}"
done
exit 0
"""
_BEGIN: Final = f"""
mkdir -p -- "$1/{RELEASES}" && cd -- "$1/{RELEASES}" || exit 1
new=$2 && shift 2 && rm -rf -- "$@"
if [ -d "../{CURRENT}/" ]; then cp -al -- "../{CURRENT}/." "$new" && rm -f -- "$new/{NAME}"; else mkdir -- "$new"; fi
"""
_DELETE: Final = """
cd -- "$1" && shift || exit 1
for path; do
  rm -f -- "$path" || exit 1
  while case "$path" in */*) true;; *) false;; esac; do path=${path%/*}; rmdir -- "$path" 2>/dev/null || break; done
done
"""
_SWITCH: Final = f"""
cd -- "$1" || exit 1
rm -f -- ".{CURRENT}" && ln -s -- "{RELEASES}/$2" ".{CURRENT}" && mv -T -- ".{CURRENT}" "{CURRENT}"
"""
# The manifest comes on standard input; what is too old is named after the release.
_FINISH: Final = f"""
cd -- "$1/{RELEASES}" && cat >"$2{PARTIAL}/{NAME}" && mv -- "$2{PARTIAL}" "$2" && cd .. || exit 1
rm -f -- ".{CURRENT}" && ln -s -- "{RELEASES}/$2" ".{CURRENT}" && mv -T -- ".{CURRENT}" "{CURRENT}" || exit 1
shift 2 && [ $# -eq 0 ] || (cd -- "{RELEASES}" && rm -rf -- "$@")
"""


class Host:
    """The releases below one folder of another machine."""

    whole = True
    seen = AS_IT_WAS

    def __init__(self, settings: RsyncPlace) -> None:
        """Ask nobody yet."""
        self._settings = settings
        self._new = ""
        self._old: list[str] = []
        self._socket: Path | None = None

    @property
    def place(self) -> str:
        """The machine and the folder, as rsync writes them."""
        return f"{self._settings.host}:{self._settings.path}"

    def manifest(self) -> bytes | None:
        """That in the release that readers see."""
        done = self._ssh(_MANIFEST, accepted=(_NOTHING, _NO_LINK))
        if done.returncode == _NO_LINK:
            fix = "move it away there: it is to be a link, which is switched from one release to the next"
            raise UsageError.at(None, f"{self.place}/{CURRENT} is a folder", fix)
        return done.stdout if done.returncode == 0 else None

    def listing(self) -> Mapping[str, Found]:
        """What is in the release that readers see."""
        parts = self._ssh(_LIST).stdout.decode(errors="surrogateescape").split("\0")
        found = {}
        for path, about in zip(parts[::2], parts[1::2], strict=False):
            size, _, changed = about.partition(" ")
            if path not in (NAME, LOCK):
                found[path] = Found(int(size), changed)
        return found

    def form(self, file: Local) -> str:  # noqa: ARG002 - a folder keeps bytes alone
        """Nothing: the server decides."""
        return ""

    def holding(self, pairs: Sequence[tuple[Found, Local]]) -> set[str]:
        """Whose bytes there have the same digest: asked for some hundreds at a time."""
        files = {file.path: file for found, file in pairs if found.size == file.size}
        paths, held = list(files), set[str]()
        for start in range(0, len(paths), _BATCH):
            said = self._ssh(_SUMS, *paths[start : start + _BATCH], accepted=(1,)).stdout
            for line in filter(None, said.decode(errors="surrogateescape").split("\0")):
                digest, _, path = line.partition("  ")
                if path in files and digest == hashlib.sha256(files[path].read()).hexdigest():
                    held.add(path)
        return held

    @contextmanager
    def session(self, tell: Tell) -> Iterator[None]:  # noqa: ARG002 - nobody is waited for
        """One connection, which all that is done meanwhile goes through: to make one takes longer than most of it."""
        with tempfile.TemporaryDirectory(prefix="sitegen-") as folder:
            socket = Path(folder) / "ssh"
            with self._staying(self._command(_STAY, share=socket), b"up\n"):
                self._socket = socket
                try:
                    yield
                finally:
                    self._socket = None

    @contextmanager
    def lock(self, who: str, tell: Tell) -> Iterator[None]:
        """A lock of the other machine, held by a process there that ends when the connection does."""

        def said(line: bytes, before: bytes) -> None:
            if line == b"waiting\n":
                tell(f"waiting for a deploy of {before.decode(errors='replace').strip()}")

        with self._staying(self._command(_LOCK, who), b"held\n", said):
            yield

    @contextmanager
    def _staying(
        self, command: list[str], ready: bytes, said: Callable[[bytes, bytes], None] = lambda *_: None
    ) -> Iterator[None]:
        """Have *command* run meanwhile, from the line on in which it says that it is *ready*.

        *said* is called with each line before, and the one before that.
        """
        pipe = subprocess.PIPE
        with self._started(lambda: subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)) as process:  # noqa: S603 - no shell
            if process.stdin is None or process.stdout is None:
                raise AssertionError
            before = b""
            while (line := process.stdout.readline()) and line != ready:
                said(line, before)
                before = line if line.strip() else before
            if line != ready:
                raise self._refused(process.wait(), process.communicate()[1].decode(errors="replace"))
            try:
                yield
            finally:
                process.stdin.close()

    def begin(self, manifest: bytes) -> None:  # noqa: ARG002 - readers see nothing of it before it is done
        """Make a release of hard links to what is there now; what was left half done, or gone back from, is swept."""
        shown, releases, half = self._releases()
        newer = [release for release in releases if shown and release > shown]
        self._new = stamp(shown)
        left = [release for release in releases if release not in newer]
        self._old = [release for release in [*left, self._new][: -self._settings.releases] if release != self._new]
        self._ssh(_BEGIN, self._new + PARTIAL, *newer, *half)

    def put(self, files: Sequence[Local], count: Count) -> Mapping[str, str]:
        """Send files into the new release; rsync writes beside and renames, so links to what was are left alone."""
        paths = {file.path for file in files}
        with tempfile.TemporaryDirectory(prefix="sitegen-") as folder:
            staged = Path(folder)
            with refusals(staged):
                for file in files:
                    write(str(staged / file.path), file.read())
            self._rsync(staged)
        count(len(files))
        listed = self._listed_new()
        return {path: listed[path].tag for path in paths if path in listed}

    def delete(self, paths: Sequence[str]) -> None:
        """Leave files, and folders that are empty then, out of the new release."""
        for start in range(0, len(paths), _BATCH):
            self._ssh(_DELETE, *paths[start : start + _BATCH], base=f"{RELEASES}/{self._new}{PARTIAL}")

    def finish(self, manifest: bytes, message: str) -> None:  # noqa: ARG002 - releases have no message
        """Show readers the new release, and remove those that are too old to be kept."""
        self._ssh(_FINISH, self._new, *self._old, data=manifest)

    def rollback(self, tell: Tell) -> str:
        """Show readers the release before the one that they see."""
        shown, releases, _ = self._releases()
        before = [release for release in releases if release < shown]
        if not before:
            fix = "deploy an earlier version of the sources instead"
            raise UsageError.at(None, f"{self.place} has no release before this one", fix)
        self._ssh(_SWITCH, before[-1])
        tell(f"{self.place}/{CURRENT} showed {shown} before")
        return before[-1]

    def _releases(self) -> tuple[str, list[str], list[str]]:
        """The release of ours that readers see, all there are of ours, oldest first, and what was left half done."""
        shown, *names = self._ssh(_SHOWN).stdout.decode(errors="surrogateescape").split("\0")
        shown = shown.removeprefix(f"{RELEASES}/")
        half = [name for name in names if name.endswith(PARTIAL) and is_release(name.removesuffix(PARTIAL))]
        return shown if is_release(shown) else "", sorted(filter(is_release, names)), half

    def _listed_new(self) -> Mapping[str, Found]:
        """What is in the new release."""
        done = self._ssh(_LIST.replace(f"/{CURRENT}/", "/"), base=f"{RELEASES}/{self._new}{PARTIAL}")
        parts = done.stdout.decode(errors="surrogateescape").split("\0")
        return {
            path: Found(int(about.split()[0]), about.split()[1])
            for path, about in zip(parts[::2], parts[1::2], strict=False)
        }

    def _rsync(self, staged: Path) -> None:
        """Send all that is in the folder *staged* into the new release."""
        there = f"{self._settings.host}:{self._settings.path}/{RELEASES}/{self._new}{PARTIAL}/"
        shell = shlex.join(self._connection())  # as which rsync reads it
        options = ["--recursive", "--perms", "--chmod=D755,F644", "--times", "--omit-dir-times", "--ignore-times"]
        options += ["--compress", "--force", "--protect-args"]
        command = ["rsync", *options, f"--rsh={shell}", "--", f"{staged}/", there]
        done = self._done(command)
        if done.returncode:
            raise self._refused(done.returncode, done.stderr.decode(errors="replace"))

    def _connection(self, share: Path | None = None) -> list[str]:
        """The beginning of a command of ssh, which makes a connection for others to *share*, or shares the one made."""
        port = ["-p", str(self._settings.port)] if self._settings.port else []
        socket = share or self._socket
        shared = ["-o", f"ControlMaster={'yes' if share else 'no'}", "-o", f"ControlPath={socket}"] if socket else []
        return ["ssh", "-o", "BatchMode=yes", *shared, *port]

    def _command(self, script: str, *arguments: str, base: str = "", share: Path | None = None) -> list[str]:
        path = f"{self._settings.path}/{base}" if base else self._settings.path
        quoted = shlex.join(["sh", "-c", script, "sitegen", path, *arguments])
        return [*self._connection(share), "--", self._settings.host, quoted]

    def _ssh(
        self, script: str, *arguments: str, base: str = "", accepted: Sequence[int] = (), data: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """What *script* does there, with the folder of the target, or *base* in it, as its first argument."""
        done = self._done(self._command(script, *arguments, base=base), data)
        if done.returncode not in (0, *accepted):
            raise self._refused(done.returncode, done.stderr.decode(errors="replace"))
        return done

    def _done(self, command: list[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return self._started(lambda: subprocess.run(command, capture_output=True, input=data, check=False))  # noqa: S603

    @staticmethod
    def _started(start: Callable[[], _Process]) -> _Process:
        try:
            return start()
        except FileNotFoundError as error:
            fix = "install it: the target is another machine"
            raise MachineError.at(None, f"{error.filename} is not installed", fix) from None

    def _refused(self, status: int, said: str) -> MachineError:
        """What went wrong there, in a sentence."""
        place, host = self.place, self._settings.host
        if status == _HELD:
            return MachineError.at(None, f"another deploy to {place} takes too long", "wait for it to end, or end it")
        for part, what, fix in _SAID:
            if part in said:
                return MachineError.at(None, f"{host if what.endswith('ssh') else place} {what}", fix)
        if status == _SSH_FAILED:
            return MachineError.at(None, f"{host} cannot be reached by ssh", f"try `ssh {host}` by hand")
        last = said.strip().splitlines()[-1:] or [f"status {status}"]
        return MachineError.at(None, f"{place} refused: {last[0]}", "see to it there, and deploy again")


_SAID: Final = (
    (
        "Host key verification failed",
        "has a key that is not known to ssh",
        "connect to it once by hand with ssh, and look at the key",
    ),
    (
        "Permission denied (",
        "refuses the key of ssh",
        "add your key to authorized_keys there, and to the agent here",
    ),
    ("resolve host", "is a host that nobody knows, says ssh", "mend `host` in site.yaml"),
    ("Connection refused", "refuses connections by ssh", "check `host` and `port` in site.yaml"),
    ("No space left", "has no room left", "free some space there, and deploy again"),
    ("Permission denied", "may not be written", "give the user there the folder, or name another `path` in site.yaml"),
    ("Read-only file system", "is read-only", "name another `path` in site.yaml"),
    ("rsync: not found", "has no rsync", "install it there"),
    ("rsync: command not found", "has no rsync", "install it there"),
)
"""What ssh, rsync and the tools there say, what that means, and what to do."""
