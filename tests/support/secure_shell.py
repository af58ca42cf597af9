"""A machine that is reached by ssh: sshd on loopback, with keys of its own, and an ssh that knows them.

Its home is a folder of its own, as what a person's shell does at its start may take longer than all else.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {root}/host
AuthorizedKeysFile {root}/id.pub
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KexAlgorithms curve25519-sha256
SetEnv HOME={root}
PidFile none
"""
CLIENT = """\
IdentityFile {root}/id
IdentitiesOnly yes
UserKnownHostsFile {root}/known
GlobalKnownHostsFile /dev/null
"""


class Machine:
    """Where it is, and the folder with the ``ssh`` that gets there, to be first in the PATH."""

    def __init__(self, root: Path, port: int) -> None:
        """Know both."""
        self.root = root
        self.port = port
        self.bin = root / "bin"


@contextmanager
def listening(root: Path) -> Iterator[Machine]:
    """A machine, while it lasts; all that belongs to it lies in *root*."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        machine = Machine(root, free.getsockname()[1])
    for name in ("id", "host"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(root / name)], check=True)
    (root / "known").write_text(f"[127.0.0.1]:{machine.port} {(root / 'host.pub').read_text()}")
    (root / "server").write_text(SERVER.format(root=root, port=machine.port))
    (root / "client").write_text(CLIENT.format(root=root))
    machine.bin.mkdir()
    (machine.bin / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F "{root}/client" "$@"\n')
    (machine.bin / "ssh").chmod(0o755)
    daemon = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or "sshd"
    with suppress(OSError):  # which it wants to be there, if it is started by root
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # noqa: PTH103 - a folder of the system
    with subprocess.Popen([daemon, "-D", "-e", "-f", str(root / "server")], stderr=subprocess.DEVNULL) as process:
        try:
            _wait(machine.port)
            yield machine
        finally:
            process.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
