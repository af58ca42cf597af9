"""Queries depend on nothing but questions: invariant I4 of docs/architecture.md, as far as syntax shows it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from support.source import modules, place, tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PURE = ("sitegen.site", "sitegen.plan", "sitegen.content", "sitegen.render", "sitegen.listing", "sitegen.urls")
"""What queries are made of: these modules and packages."""

MODULES = {
    "glob",
    "importlib.resources",
    "locale",
    "multiprocessing",
    "os",
    "pathlib",
    "platform",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
}
"""Ways to the world: none may be imported."""

NAMES = {"open", "input", "print", "eval", "exec", "id", "globals", "vars"}
"""Functions that no query calls; ``id`` differs from run to run."""

METHODS = {
    "exists",
    "getenv",
    "is_dir",
    "is_file",
    "iterdir",
    "now",
    "read_bytes",
    "read_text",
    "rglob",
    "today",
    "utcnow",
    "uuid1",
    "uuid4",
    "write_bytes",
    "write_text",
}
"""Methods of dates, paths and ids that look at the world or at chance; a site's own ``now`` is a question."""

MUTATORS = {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}


def pure_modules() -> list[Path]:
    """The files of the modules that must be pure."""
    return [
        path for name, path in modules().items() if any(name == pure or name.startswith(f"{pure}.") for pure in PURE)
    ]


def asks_the_site(call: ast.Attribute) -> bool:
    """Whether what is called is a question: ``self.now()``, ``site.now()``."""
    return isinstance(call.value, ast.Name) and call.value.id in {"self", "site"}


def impure(syntax: ast.Module) -> Iterator[ast.stmt | ast.expr]:
    """Every import and call in *syntax* that reaches the world."""
    for node in ast.walk(syntax):
        match node:
            case ast.Import(names=names) if any(name.name in MODULES for name in names):
                yield node
            case ast.ImportFrom(module=module, names=names) if module in MODULES:
                if not all(name.name.startswith("Pure") for name in names):  # PurePosixPath only knows names
                    yield node
            case ast.Call(func=ast.Name(id=name)) if name in NAMES:
                yield node
            case ast.Call(func=ast.Attribute(attr=name) as method) if name in METHODS and not asks_the_site(method):
                yield node
            case ast.Global():
                yield node


def is_set(node: ast.expr, sets: Iterable[str] = ()) -> bool:
    """Whether *node* is a set, as far as it shows: a literal, a call of ``set``, or a name in *sets*."""
    match node:
        case ast.Set() | ast.SetComp() | ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub(), right=right):
            return is_set(left, sets) or is_set(right, sets)
        case ast.Name(id=name):
            return name in sets
    return False


def set_iterations(function: ast.AST) -> Iterator[ast.expr]:
    """Every iteration over a set in *function* whose order could reach an answer."""
    sets = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and is_set(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    into_order = {"list", "tuple", "enumerate", "iter", "next", "zip"}
    harmless = {
        id(argument)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"all", "any", "frozenset", "len", "max", "min", "set", "sorted", "sum"}
        for argument in node.args
    }
    for node in ast.walk(function):
        match node:
            case ast.For(iter=source) if is_set(source, sets):
                yield source
            case ast.ListComp(generators=generators) | ast.GeneratorExp(generators=generators):
                if id(node) not in harmless:
                    yield from (part.iter for part in generators if is_set(part.iter, sets))
            case ast.Call(func=ast.Name(id=name), args=[source, *_]) if name in into_order and is_set(source, sets):
                yield source
            case ast.Call(func=ast.Attribute(attr="join"), args=[source]) if is_set(source, sets):
                yield source


def module_state(syntax: ast.Module) -> Iterator[ast.stmt | ast.expr]:
    """Every change, inside a function, of a value that belongs to the module."""
    mine = {
        target.id
        for node in syntax.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    functions = [node for node in ast.walk(syntax) if isinstance(node, ast.FunctionDef)]
    for node in (inner for function in functions for inner in ast.walk(function)):
        match node:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()) if name in mine:
                yield node
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if name in mine:
                if method in MUTATORS:
                    yield node


def test_no_query_reaches_the_world() -> None:
    """No clock, environment, chance, file, process or network where queries are made."""
    assert [] == [place(path, node) for path in pure_modules() for node in impure(tree(path))]


def test_no_order_of_a_set_reaches_an_answer() -> None:
    """Sets are asked, counted and sorted, never listed: their order differs from run to run."""
    assert [] == sorted({place(path, node) for path in pure_modules() for node in set_iterations(tree(path))})


def test_no_module_remembers() -> None:
    """Nothing is kept in a module between one question and the next."""
    assert [] == sorted({place(path, node) for path in pure_modules() for node in module_state(tree(path))})


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\ndatetime.now()",
        "import os",
        "from os import environ",
        "from pathlib import Path",
        "import random",
        "from time import time",
        "open('a')",
        "path.read_text()",
        "def f():\n    global x",
    ],
)
def test_what_reaches_the_world_is_seen(code: str) -> None:
    """The test above would see each of these."""
    assert list(impure(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    ["for x in {1, 2}: f(x)", "x = set(y)\nlist(x)", "','.join({a, b})", "[x for x in set(y) | z]", "tuple({*x})"],
)
def test_an_order_of_a_set_is_seen(code: str) -> None:
    """The test above would see each of these."""
    assert list(set_iterations(ast.parse(code)))


@pytest.mark.parametrize("code", ["sorted({1, 2})", "sorted(f(x) for x in {1, 2})", "1 in {1, 2}", "len(set(y))"])
def test_sets_are_asked_freely(code: str) -> None:
    """Nothing is wrong with these."""
    assert [] == list(set_iterations(ast.parse(code)))


@pytest.mark.parametrize("code", ["SEEN = {}\ndef f(x):\n    SEEN[x] = 1", "SEEN = []\ndef f(x):\n    SEEN.append(x)"])
def test_memory_of_a_module_is_seen(code: str) -> None:
    """The test above would see each of these."""
    assert list(module_state(ast.parse(code)))
