"""What is suspicious in a layout, found without rendering it.

Imports Jinja, and so is imported only by what looks at layouts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_referenced_templates

from sitegen.errors import Location, Problem
from sitegen.render.html_places import unsafe_places
from sitegen.render.sandbox import Sandbox
from sitegen.render.trouble import did_you_mean, syntax_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jinja2 import Environment

    from sitegen.render.sources import Find, LayoutText

WITH_TEXT = ("article.html", "page.html")
"""The layouts whose pages have a text of their own, which would be missed."""

TYPED = frozenset(
    ("alt", "bio", "caption", "credit", "dateline", "line", "name", "role", "summary", "text", "title"),
)
"""What editors type as plain text: fields of articles, pictures, notes, people."""

_MAX_CHAIN = 50  # layouts that extend one another; a circle is told when it is rendered


def layout_problems(text: LayoutText, find: Find) -> tuple[Problem, ...]:
    """What is wrong or suspicious in one layout, as it reads; *find* answers what it extends and includes.

    A layout that Jinja cannot read is an error, everything else a warning.
    """
    environment = Sandbox()
    try:
        tree = environment.parse(text.text)
    except TemplateSyntaxError as error:
        return (syntax_problem(error, text, environment),)
    if not text.text.strip():
        what = "the layout is empty, so it prints nothing"
        return (_warning(text, 1, what, "delete it to use the theme's; if it is meant, say why: {# … #}"),)
    problems = [
        *_safe_on_text(text, tree),
        *_without_escaping(text, tree),
        *_lost_blocks(text, tree, environment, find),
        *_lost_text(text, tree),
        *_no_content(text, tree, environment, find),
        *(_warning(text, line, what, fix) for line, what, fix in unsafe_places(environment, text.text)),
    ]
    return tuple(sorted(problems, key=lambda problem: problem.order))


def referenced_names(text: LayoutText) -> tuple[str | None, ...]:
    """The layouts that *text* extends, includes or imports; None for a name that is known only when it is rendered."""
    try:
        tree = Sandbox().parse(text.text)
    except TemplateSyntaxError:
        return ()
    return tuple(dict.fromkeys(find_referenced_templates(tree)))


def unused_layouts(
    own: Iterable[tuple[str, str]], theme: Iterable[str], referenced: Iterable[str | None], named: Iterable[str]
) -> tuple[Problem, ...]:
    """Warnings for layouts of the site that nothing uses.

    *own* pairs the name and the path of each, *theme* are the names that the theme has, *referenced* what layouts use
    (`referenced_names`), *named* what front matter names.  A name made up as a layout is rendered could be any, so
    then nothing is told.
    """
    theme, referenced = tuple(theme), tuple(referenced)
    if None in referenced:
        return ()
    used = {*theme, *referenced, *named}
    return tuple(
        Problem(
            Location(path),
            "nothing uses this layout",
            did_you_mean(name, theme, "name it in front matter as `layout`, or delete it"),
            "warning",
        )
        for name, path in own
        if name not in used and not name.startswith("words/")
    )


def _warning(text: LayoutText, line: int, what: str, fix: str) -> Problem:
    """A warning for a line of *text*."""
    return Problem(Location(text.path, line), what, fix, "warning")


def _safe_on_text(text: LayoutText, tree: nodes.Template) -> Iterator[Problem]:
    """``safe`` on what editors type: a `<` in a headline would be read as HTML."""
    for node in tree.find_all(nodes.Filter):
        if node.name == "safe" and (name := _typed(node.node)):
            what = f"`safe` turns off escaping for `{name}`, which editors type as plain text"
            yield _warning(text, node.lineno, what, "leave `safe` out")


def _typed(node: nodes.Node | None) -> str:
    """The field of plain text that *node* prints, or ``""``."""
    while isinstance(node, nodes.Filter) and node.name not in {"markdown", "json", "tojson", "escape", "e"}:
        node = node.node
    match node:
        case nodes.Getattr(attr=name) if name in TYPED:
            return str(name)
        case nodes.Getitem(arg=nodes.Const(value=str(name))) if name in TYPED:
            return name
    return ""


def _without_escaping(text: LayoutText, tree: nodes.Template) -> Iterator[Problem]:
    """Parts of a layout in which nothing is escaped."""
    for node in tree.find_all(nodes.ScopedEvalContextModifier):
        for option in node.options:
            if option.key == "autoescape" and not (isinstance(option.value, nodes.Const) and option.value.value):
                what = "autoescape is turned off, so a `<` in a headline is read as HTML"
                yield _warning(text, node.lineno, what, "leave it on, and use the filter `safe` on HTML of your own")


def _ancestors(tree: nodes.Template, environment: Environment, find: Find) -> list[nodes.Template] | None:
    """What *tree* extends, nearest first; None if that cannot be known."""
    chain = [tree]
    while extends := chain[-1].find(nodes.Extends):
        name = extends.template.value if isinstance(extends.template, nodes.Const) else None
        above = _parsed(find(name), environment) if isinstance(name, str) else None
        if above is None or len(chain) > _MAX_CHAIN:
            return None
        chain.append(above)
    return chain[1:]


def _parsed(text: LayoutText | None, environment: Environment) -> nodes.Template | None:
    """*text*, read by Jinja; None if there is none, or none that can be read."""
    try:
        return environment.parse(text.text) if text else None
    except TemplateSyntaxError:
        return None


def _lost_blocks(text: LayoutText, tree: nodes.Template, environment: Environment, find: Find) -> Iterator[Problem]:
    """Blocks that no layout above has a place for, so that they are never shown."""
    ancestors = _ancestors(tree, environment, find)
    if not ancestors:
        return
    known = {block.name for ancestor in ancestors for block in ancestor.find_all(nodes.Block)}
    for block in tree.body:
        if isinstance(block, nodes.Block) and block.name not in known:
            what = f"no layout above has a block `{block.name}`, so this one is never shown"
            yield _warning(
                text, block.lineno, what, did_you_mean(block.name, known, f"they have: {', '.join(sorted(known))}")
            )


def _lost_text(text: LayoutText, tree: nodes.Template) -> Iterator[Problem]:
    """Text outside of the blocks of a layout that extends another one: Jinja drops it."""
    start = next((index for index, node in enumerate(tree.body) if isinstance(node, nodes.Extends)), None)
    for node in tree.body[start:] if start is not None else ():
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData) or part.data.strip():
                    yield _warning(
                        text,
                        _first_line(part),
                        "this is outside of every block, so it is never shown",
                        "put it into a block",
                    )
                    return


def _first_line(node: nodes.Node) -> int:
    """The line where *node* has something to show."""
    if isinstance(node, nodes.TemplateData):
        return node.lineno + node.data[: len(node.data) - len(node.data.lstrip())].count("\n")
    return node.lineno


def _no_content(text: LayoutText, tree: nodes.Template, environment: Environment, find: Find) -> Iterator[Problem]:
    """A layout for stories, or for pages, that never prints their text."""
    if text.name not in WITH_TEXT:
        return
    ancestors = _ancestors(tree, environment, find)
    if ancestors is not None and not _Shown([tree, *ancestors], environment, find).content():
        yield _warning(text, 1, "the layout never prints the text of the page", "print {{ page.content }} somewhere")


class _Shown:
    """What a layout shows once blocks are filled and includes are put in."""

    def __init__(self, chain: list[nodes.Template], environment: Environment, find: Find) -> None:
        """Look at *chain*: a layout, what it extends, what that extends."""
        self._root = chain[-1]
        self._environment = environment
        self._find = find
        self._seen: set[str] = set()
        self._blocks: dict[str, list[nodes.Block]] = {}
        for tree in chain:
            for block in tree.find_all(nodes.Block):
                self._blocks.setdefault(block.name, []).append(block)

    def content(self) -> bool:
        """Whether the text of the page is shown, or may be."""
        return self._has(self._root, None)

    def _has(self, node: nodes.Node, block: nodes.Block | None) -> bool:
        """Whether *node*, which stands in *block*, shows it."""
        match node:
            case nodes.Getattr(attr="content" | "body") | nodes.Getitem(arg=nodes.Const(value="content")):
                return True
            case nodes.Block(name=name) if node is not block:
                return self._filled(name, 0)
            case nodes.Call(node=nodes.Name(name="super")) if block is not None:
                return self._filled(block.name, self._blocks[block.name].index(block) + 1)
            case (
                nodes.Include(template=template) | nodes.Import(template=template) | nodes.FromImport(template=template)
            ):
                return self._used(template)
        return any(self._has(child, block) for child in node.iter_child_nodes())

    def _filled(self, name: str, above: int) -> bool:
        """Whether the block called *name* shows it, as the layout *above* steps up the chain fills it."""
        if above >= len(self._blocks[name]):
            return False
        block = self._blocks[name][above]
        return any(self._has(child, block) for child in block.body)

    def _used(self, template: nodes.Expr) -> bool:
        """Whether an included layout shows it; if it cannot be known, it may."""
        if not isinstance(template, nodes.Const) or not isinstance(template.value, str):
            return True
        if template.value in self._seen:
            return False
        self._seen.add(template.value)
        tree = _parsed(self._find(template.value), self._environment)
        return tree is None or self._has(tree, None)
