"""The code keeps to the sizes of CONTRIBUTING.md; what linters can see, they are asked to see."""

from __future__ import annotations

import ast

from support.source import ROOT, modules, place, tree

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


def test_no_module_is_long() -> None:
    """A module that has grown is about more than one thing."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules().values()}
    assert {} == {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > LONGEST_MODULE}


def test_no_function_is_long() -> None:
    """A function can be seen as a whole."""
    long = [
        f"{place(path, node)} {node.name}"
        for path in modules().values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert [] == long
