"""The preview's own pages, made from the layouts beside this file.  Whatever they are filled with is escaped."""

from __future__ import annotations


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
    return layouts.get_template(name).render(values).encode()
