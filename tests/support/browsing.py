"""How the system's Chromium is started."""

from __future__ import annotations

from typing import Final

FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
"""Without a screen, as root, and without asking anybody for anything."""
