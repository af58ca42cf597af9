"""The preview's own pages, made from the layouts beside this file.  Whatever they are filled with is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markupsafe import Markup

_CODE: Final = re.compile("`([^`]+)`")


def filled(name: str, **values: object) -> bytes:
    """The layout called *name*, filled with *values*."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # slow to import

    layouts = Environment(
        loader=PackageLoader("sitegen.serve", "layouts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    layouts.filters["prose"] = _prose
    return layouts.get_template(name).render(values).encode()


def _prose(text: str) -> Markup:
    """*text* as HTML, with what stands in backticks as code."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - every part was escaped
