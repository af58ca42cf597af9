"""The generator's own code, as the tests of its promises read it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The folder of the project."""


def modules() -> dict[str, Path]:
    """Each module of sitegen by its name: ``sitegen.model.page``."""
    found = {}
    for path in sorted((ROOT / "sitegen").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def tree(path: Path) -> ast.Module:
    """The syntax tree of the module at *path*."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, node: ast.stmt | ast.expr) -> str:
    """Where *node* stands, as editors understand it: ``sitegen/plan.py:12``."""
    return f"{path.relative_to(ROOT)}:{node.lineno}"
