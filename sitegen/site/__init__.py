"""The questions one can ask about a site's content, from files to lists of stories."""

from sitegen.site.inputs import Options, leftover
from sitegen.site.outlets import Site

__all__ = ["Options", "Site", "leftover"]
