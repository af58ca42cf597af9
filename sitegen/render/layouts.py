"""Layouts, found, read and rendered; every text they are made of is asked for again for every page.

Imports Jinja, and so is imported only by what renders.
"""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from jinja2 import BaseLoader, Template, TemplateNotFound, TemplateSyntaxError
from msgspec import DecodeError

from sitegen.errors import LayoutError, Location, Problem, SitegenError
from sitegen.incremental import DamagedError
from sitegen.render.filters import FILTERS, language
from sitegen.render.sandbox import Sandbox
from sitegen.render.sources import Find, LayoutText, layout_text
from sitegen.render.trouble import TooDeep, Trouble, layout_problem, syntax_problem
from sitegen.render.words import merged_words, word
from sitegen.urls import stays_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, MutableMapping
    from types import CodeType

    from jinja2 import Environment
    from jinja2.environment import TemplateModule
    from jinja2.runtime import Context

__all__ = ["Find", "LayoutText", "Layouts", "layout_text"]

MAX_OUTPUT = 20_000_000  # characters of one page
MAX_DEPTH = 50  # layouts that include, or extend, one another
_FEW = 16  # pieces of a page that are measured together
_DEPTH = "depth of layouts"  # among the names a layout knows, but none that it can write


class Layouts:
    """The layouts of a site.

    *find* answers which text a name has, *names* which names there are (for messages), *globals_* are what every
    layout knows: ``site``, ``data``, ``asset``, ``url``, ``absolute``.  ``t`` is known too: the words of the interface
    in the language of the page, from *vocabulary*, or else from the files that *find* answers.
    """

    def __init__(
        self,
        find: Find,
        names: Callable[[], Iterable[str]],
        globals_: Mapping[str, object],
        vocabulary: Callable[[str], Mapping[str, str]] | None = None,
    ) -> None:
        """Read no layout yet."""
        self._vocabulary = vocabulary or partial(merged_words, find)
        self._names = names
        self._sandbox = Sandbox(_Loader(find))
        self._sandbox.template_class = _Layout
        self._sandbox.filters.update(FILTERS)
        self._sandbox.globals.update(globals_)
        self._site = globals_.get("site")

    def render(self, name: str, context: Mapping[str, object], making: str) -> str:
        """The layout called *name*, filled with *context*.

        *making* is for messages: the content path or the URL of the page.  Raises LayoutError, with the place in the
        layout; errors of the questions that a layout asks pass through as they are.
        """
        try:
            known = {**context, "t": self._words(context.get("page"))}
            return self._text(cast("_Layout", self._sandbox.get_template(name)), known, making)
        except (SitegenError, DamagedError):
            raise
        except DecodeError as error:  # of what an earlier build kept: no layout decodes anything of its own
            raise DamagedError(making) from error
        except Exception as error:  # noqa: BLE001 - whatever a layout does wrong is told to its author
            problem = layout_problem(error, making, self._sandbox, self._names)
        # Raised here, not above: the other error holds on to all that the page was made of.
        raise LayoutError([problem])

    def _text(self, layout: _Layout, known: dict[str, object], making: str, few: int = _FEW) -> str:
        """*layout*, rendered, if there is something of it and it stays within the limit.

        That is looked at after each *few* pieces; where they go beyond it, it is rendered again, one piece at a time.
        """
        pieces: list[str] = []
        size = 0
        stream = cast("Generator[str, None, None]", layout.root_render_func(layout.new_context(known)))
        while more := list(islice(stream, few)):
            pieces += more
            size += sum(map(len, more))
            if size > MAX_OUTPUT:
                if few > 1:
                    return self._text(layout, known, making, few=1)
                stream.throw(  # from within, so that the line is known
                    Trouble(f"the page grows beyond {MAX_OUTPUT:,} characters", "look for a loop that is too long")
                )
        text = "".join(pieces)
        if not text.strip():
            what = f"the layout makes an empty page (making {making})"
            raise LayoutError([Problem(Location(layout.text.path, 1), what, "delete the layout to use the theme's")])
        return text

    def _words(self, page: object) -> Callable[..., str]:
        """What *page* knows as ``t``; the words are asked for at the first one that is printed."""
        words: dict[str, str] = {}

        def t(key: str, /, **values: object) -> str:
            """The word of the interface called *key*, in the language of the page."""
            if not words:
                words.update(self._vocabulary(language(page, self._site)))
            return word(words, key, **values)

        return t


class _Loader(BaseLoader):
    """Jinja's way to our texts.  It asks again each time it uses a layout, so each page records what it is made of."""

    def __init__(self, find: Find) -> None:
        """Ask *find*."""
        self._find = find
        self._broken: dict[LayoutText, Problem] = {}  # read once, though every page asks for them

    def found(self, name: str) -> LayoutText:
        """The text called *name*.  Raises TemplateNotFound."""
        text = self._find(name) if stays_inside(name) else None
        if text is None:
            raise TemplateNotFound(name)
        return text

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - as Jinja calls it
    ) -> Template:
        """The layout called *name*, compiled.  Raises LayoutError if it cannot be."""
        text = self.found(name)
        if text in self._broken:
            raise LayoutError([self._broken[text]])
        try:
            code = _code(text)
        except TemplateSyntaxError as error:
            self._broken[text] = syntax_problem(error, text, environment)
        if text in self._broken:
            raise LayoutError([self._broken[text]])
        layout = cast(
            "_Layout",
            environment.template_class.from_code(environment, code, globals or {}, lambda: text == self._find(name)),
        )
        layout.text = text
        layout.root_render_func = _bounded(name, layout.root_render_func)
        return layout


@lru_cache(maxsize=256)
def _code(text: LayoutText) -> CodeType:
    """*text*, compiled.  No site is asked for that, so that a preview need not do it again at each change.

    Raises TemplateSyntaxError.
    """
    environment = Sandbox(BaseLoader())
    environment.filters.update(FILTERS)
    return environment.compile(text.text, text.name, text.path)


def _bounded(name: str, root: Callable[[Context], Iterator[str]]) -> Callable[[Context], Iterator[str]]:
    """*root*, which renders the layout called *name*, unless it is above too many others already."""

    def entered(context: Context) -> Iterator[str]:
        """The pieces of the layout, and of what it extends, which Jinja renders in the same context."""
        context.steps = getattr(context, "steps", 0) + 1  # type: ignore[attr-defined]
        if context.steps > MAX_DEPTH:  # type: ignore[attr-defined]
            raise TooDeep(name)
        return root(context)

    return entered


class _Layout(Template):
    """A compiled layout."""

    text: LayoutText

    def new_context(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - as Jinja calls it
        shared: bool = False,  # noqa: FBT001, FBT002 - as Jinja declares it
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - as Jinja calls it
    ) -> Context:
        """What this layout knows, unless it is within too many others already."""
        depth = (vars or {}).get(_DEPTH, 0) + 1
        if depth > MAX_DEPTH:
            raise TooDeep(self.text.name)
        return super().new_context(vars, shared, {**(locals or {}), _DEPTH: depth})

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """This layout for ``import``: made anew for every page, with the names of that page.

        Jinja makes it once, without them; then what its first lines ask would be recorded for one page only.
        """
        return self.make_module(ctx.parent, shared=True) if ctx is not None else self.make_module()
