"""Imports go downward only, also for types: invariants I2 and I3 of docs/architecture.md."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from support.source import modules, place, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS = (
    {"__main__"},
    {"cli"},
    {"arguments", "report", "scaffold", "serve", "verify"},
    {"deploy", "hosts"},
    {"check", "importers"},
    {"schedule"},
    {"look"},
    {"build"},
    {"addresses", "cache"},
    {"explain", "inventory", "proof"},
    {"edition"},
    {"clock", "lock", "publish"},
    {"render"},
    {"plan"},
    {"site"},
    {"content", "listing"},
    {"urls"},
    {"served", "slugs", "theme", "zones"},
    {"incremental", "model"},
    {"errors"},
)
"""From top to bottom; those in one set do not know each other."""

FOREIGN = {
    "incremental": {"babel", "click", "jinja2", "markdown_it", "markupsafe", "nh3", "pygments", "yaml"},
    "model": {"babel", "click", "io", "jinja2", "markdown_it", "nh3", "os", "pathlib", "yaml"},
    "render": {"click", "io", "os", "pathlib", "shutil", "tempfile", "yaml"},
}
"""What a part must not import from outside sitegen: invariant I2."""


def part(module: str) -> str:
    """Which row of the table *module* is in: ``render`` for ``sitegen.render.feeds``; ``""`` for sitegen itself."""
    return module.removeprefix("sitegen").removeprefix(".").partition(".")[0]


def imports(syntax: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Every module imported anywhere in *syntax*: at the top, in functions, for types."""
    known = modules()
    for node in ast.walk(syntax):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield (inner if inner in known else node.module), node


def test_each_module_has_its_layer() -> None:
    """A new module is put into the table before it is imported."""
    placed = set().union(*LAYERS)
    assert [] == [module for module in modules() if part(module) and part(module) not in placed]


def test_imports_go_downward() -> None:
    """A module imports only from lines below its own, or from its own package."""
    level = {name: number for number, names in enumerate(LAYERS) for name in names}
    wrong = []
    for module, path in modules().items():
        mine = part(module)
        for imported, node in imports(tree(path)):
            theirs = part(imported)
            if not imported.startswith("sitegen.") or theirs == mine:
                continue
            if mine == "" or level[theirs] <= level[mine]:
                wrong.append(f"{place(path, node)}: {mine or 'sitegen'} imports {imported}")
    assert [] == wrong


def test_no_cycles() -> None:
    """No module needs itself, also not within a package, also not for types."""
    known = modules()
    graph = {
        module: {imported for imported, _ in imports(tree(path)) if imported in known and imported != "sitegen"}
        for module, path in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
        cycle = None
    except CycleError as error:
        cycle = error.args[1]
    assert cycle is None


def test_parts_do_not_know_what_is_not_theirs() -> None:
    """The core knows nothing of news, the model and the renderers nothing of files."""
    wrong = [
        f"{place(path, node)}: imports {imported}"
        for module, path in modules().items()
        for imported, node in imports(tree(path))
        if imported.partition(".")[0] in FOREIGN.get(part(module), set())
    ]
    assert [] == wrong


def test_no_relative_imports() -> None:
    """A module is named in full wherever it is imported."""
    wrong = [
        place(path, node)
        for path in modules().values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert [] == wrong
