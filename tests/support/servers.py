"""Servers as people run them, on loopback, with the configurations that sitegen prints."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NGINX: Final = """\
{user}
daemon off;
pid {here}/pid;
error_log {here}/log;
worker_processes 1;
events {{ }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {here}/body;
    proxy_temp_path {here}/proxy;
    fastcgi_temp_path {here}/fastcgi;
    uwsgi_temp_path {here}/uwsgi;
    scgi_temp_path {here}/scgi;
    {text}
}}
"""
_APACHE: Final = """\
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {here}/pid
ErrorLog {here}/log
User www-data
Group www-data
{modules}
TypesConfig /etc/mime.types
{text}
"""
_MODULES: Final = ("mpm_event", "authz_core", "alias", "deflate", "dir", "filter", "headers", "mime", "setenvif")
_APACHE_MODULES: Final = "/usr/lib/apache2/modules"


@contextmanager
def serving(kind: str, text: str, here: Path) -> Iterator[int]:
    """A server of *kind* with the configuration *text*, while it lasts: its port; its files are *here*."""
    here.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        _command(kind, text, here, port), stderr=subprocess.DEVNULL, env=_environment(here)
    ) as process:
        try:
            _wait(process, port)
            yield port
        finally:
            process.terminate()


def _command(kind: str, text: str, here: Path, port: int) -> list[str]:
    config = here / "config"
    match kind:
        case "nginx":
            text = text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("    listen [::]:80;\n", "")
            config.write_text(_NGINX.format(here=here, text=text, user="" if os.geteuid() else "user root;"))
            return [_found("nginx"), "-c", str(config), "-e", str(here / "log")]
        case "caddy":
            text = re.sub(r"^https?://\S+ \{", f"http://127.0.0.1:{port} {{", text, flags=re.MULTILINE)
            config.write_text("{\n\tadmin off\n}\n" + text)
            return [_found("caddy"), "run", "--adapter", "caddyfile", "--config", str(config)]
        case _:
            modules = "".join(f"LoadModule {name}_module {_APACHE_MODULES}/mod_{name}.so\n" for name in _MODULES)
            text = text.replace("*:80", f"127.0.0.1:{port}")
            config.write_text(_APACHE.format(here=here, port=port, modules=modules, text=text))
            return [_found("apache2"), "-D", "FOREGROUND", "-f", str(config)]


def _found(program: str) -> str:
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or program


def _environment(here: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(here), "XDG_DATA_HOME": str(here), "XDG_CONFIG_HOME": str(here)}


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.02)
    raise AssertionError(process.returncode)
