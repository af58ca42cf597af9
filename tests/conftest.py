"""What every test can ask for."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from support.source import ROOT
from support.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

TOOLS = {
    "apache2": ["apache2"],
    "axe": ["node_modules/axe-core/axe.min.js"],
    "caddy": ["caddy"],
    "chromium": ["chromium"],
    "feedsmith": ["node", "node_modules/feedsmith/package.json"],
    "git": ["git"],
    "html-validate": ["node", "node_modules/html-validate/bin/html-validate.mjs"],
    "nginx": ["nginx"],
    "rsync": ["rsync"],
    "sshd": ["sshd"],
    "vnu": ["java", "node_modules/vnu-jar/build/dist/vnu.jar"],
    "xmllint": ["xmllint"],
}
"""What tests use beside Python, and of which commands and files below tests/ each consists."""


def is_here(part: str) -> bool:
    """Whether *part* of a tool is installed: a file below tests/, or a command."""
    if "/" in part:
        return (ROOT / "tests" / part).exists()
    return shutil.which(part, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs a tool which is missing; in CI, where nothing may go unseen, fail it."""
    for mark in item.iter_markers("needs"):
        missing = [tool for tool in mark.args if not all(map(is_here, TOOLS[tool]))]
        if missing:
            reason = f"not installed: {', '.join(missing)} (make test installs it as root)"
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A small new site of its own, with the clock at noon of 15 June 2026 in UTC."""
    return Workspace(tmp_path / "site")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium: one for the tests of a module.

    A process can have no second, and while it has one, nothing else in its thread can run an event loop.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield browser
        browser.close()
